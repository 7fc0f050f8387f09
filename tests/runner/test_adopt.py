from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg
import pytest
from fix_command import Run
from fix_contents import tables
from fix_project import ProjectFolder

import surefoot
from surefoot.prove import prove_in_order
from surefoot.proving.line import subject_of
from surefoot.scratch.databases import Databases
from surefoot_lint.errors import UsageError
from surefoot_lint.linter import lint
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.project import Project

CATS, DOGS = "CREATE TABLE cats (id int PRIMARY KEY);\n", "CREATE TABLE dogs (id int PRIMARY KEY);\n"
NO_CATS, NO_DOGS = "DROP TABLE IF EXISTS cats;\n", "DROP TABLE IF EXISTS dogs;\n"
INDEX = "CREATE INDEX CONCURRENTLY dogs_id ON dogs (id);\n"
NO_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS dogs_id;\n"
Files = dict[str, str]

# Each holds a table cats, a table dogs, and an index that cannot be built in a transaction; each can be rolled back.
LAYOUTS: dict[str, tuple[str, str, Files]] = {
    "numbered folders": (
        "migrations",
        "numbered files",
        {
            "migrations/001_cats.sql": CATS,
            "migrations/002_dogs.sql": DOGS,
            "migrations/003_index.sql": INDEX,
            "rollbacks/rollback_001.sql": NO_CATS,
            "rollbacks/rollback_002.sql": NO_DOGS,
            "rollbacks/rollback_003.sql": NO_INDEX,
        },
    ),
    "Diesel": (
        "migrations",
        "Diesel",
        {
            "migrations/2023-01-02-030405_cats/up.sql": CATS,
            "migrations/2023-01-02-030405_cats/down.sql": NO_CATS,
            "migrations/20230201000000_dogs/up.sql": DOGS,
            "migrations/20230201000000_dogs/down.sql": NO_DOGS,
            "migrations/2023-03-01-000000_index/up.sql": INDEX,
            "migrations/2023-03-01-000000_index/down.sql": NO_INDEX,
            "migrations/2023-03-01-000000_index/metadata.toml": "run_in_transaction = false\n",
        },
    ),
    "Diesel, with digits after the version": (
        "migrations",
        "Diesel",
        {
            "migrations/2023-01-02-030405_9_cats/up.sql": CATS,
            "migrations/2023-01-02-030405_9_cats/down.sql": NO_CATS,
            "migrations/2023-02-01-000000_dogs/up.sql": DOGS,
            "migrations/2023-02-01-000000_dogs/down.sql": NO_DOGS,
            "migrations/2023-03-01-000000_index/up.sql": INDEX,
            "migrations/2023-03-01-000000_index/down.sql": NO_INDEX,
        },
    ),
    "sqlx": (
        "migrations",
        "golang-migrate or sqlx",
        {
            "migrations/20230101000000_cats.up.sql": CATS,
            "migrations/20230101000000_cats.down.sql": NO_CATS,
            "migrations/20230102000000_dogs.up.sql": DOGS,
            "migrations/20230102000000_dogs.down.sql": NO_DOGS,
            "migrations/20230103000000_index.up.sql": f"-- no-transaction\n{INDEX}",
            "migrations/20230103000000_index.down.sql": f"-- no-transaction\n{NO_INDEX}",
        },
    ),
    "golang-migrate": (
        "db/migrations",
        "golang-migrate or sqlx",
        {
            "db/migrations/000001_cats.up.sql": f"BEGIN;\n{CATS}COMMIT;\n",
            "db/migrations/000001_cats.down.sql": f"BEGIN;\n{NO_CATS}COMMIT;\n",
            "db/migrations/000002_dogs.up.sql": DOGS,
            "db/migrations/000002_dogs.down.sql": NO_DOGS,
            "db/migrations/000003_index.up.sql": INDEX,
            "db/migrations/000003_index.down.sql": NO_INDEX,
        },
    ),
    "dbmate": (
        "db/migrations",
        "dbmate",
        {
            "db/migrations/20230101000000_cats.sql": f"-- migrate:up\n{CATS}\n-- migrate:down\n{NO_CATS}",
            "db/migrations/20230102000000_dogs.sql": f"-- migrate:up\n{DOGS}\n-- migrate:down\n{NO_DOGS}",
            "db/migrations/20230103000000_index.sql": (
                f"-- migrate:up transaction:false\n{INDEX}\n-- migrate:down transaction:false\n{NO_INDEX}"
            ),
        },
    ),
    "goose": (
        "migrations",
        "goose",
        {
            "migrations/00001_cats.sql": (
                "-- +goose Up\n-- +goose StatementBegin\nDO $$\nBEGIN\n    CREATE TABLE cats (id int PRIMARY KEY);\n"
                f"END\n$$;\n-- +goose StatementEnd\n\n-- +goose Down\n{NO_CATS}"
            ),
            "migrations/00002_dogs.sql": f"-- +goose Up\n{DOGS}-- +goose Down\n{NO_DOGS}",
            "migrations/00003_index.sql": f"-- +goose NO TRANSACTION\n-- +goose Up\n{INDEX}-- +goose Down\n{NO_INDEX}",
            "migrations/00004_seed.go": "package migrations\n",
        },
    ),
    "Flyway": (
        "sql",
        "Flyway",
        {
            "sql/V1__cats.sql": CATS,
            "sql/U1__cats.sql": NO_CATS,
            "sql/V2__dogs.sql": DOGS,
            "sql/U2__dogs.sql": NO_DOGS,
            "sql/V10__index.sql": INDEX,
            "sql/U10__index.sql": NO_INDEX,
            "sql/V10__index.sql.conf": "executeInTransaction=false\n",
        },
    ),
    "Sqitch": (
        ".",
        "Sqitch",
        {
            "sqitch.plan": (
                "%syntax-version=1.0.0\n%project=pets\n\n"
                "cats 2023-01-01T00:00:00Z Ada <ada@example.org> # cats\n"
                "@v1 2023-01-01T01:00:00Z Ada <ada@example.org> # first\n\n"
                "dogs [cats] 2023-01-02T00:00:00Z Ada <ada@example.org> # dogs\n"
                "schema/index [dogs !birds] 2023-01-03T00:00:00Z Ada <ada@example.org> # index\n"
            ),
            "deploy/cats.sql": f"-- Deploy pets:cats to pg\n\nBEGIN;\n\n{CATS}\nCOMMIT;\n",
            "revert/cats.sql": f"-- Revert pets:cats from pg\n\nBEGIN;\n\n{NO_CATS}\nCOMMIT;\n",
            "verify/cats.sql": "-- Verify pets:cats on pg\n\nBEGIN;\n\nSELECT id FROM cats WHERE false;\n\nROLLBACK;\n",
            "deploy/dogs.sql": f"\\set ON_ERROR_STOP on\nBEGIN;\n{DOGS}COMMIT;\n",
            "revert/dogs.sql": f"BEGIN;\n{NO_DOGS}COMMIT;\n",
            "verify/dogs.sql": "SELECT 1 / count(*) FROM pg_class WHERE relname = 'dogs';\nDO $$ BEGIN END $$;\n",
            "deploy/schema/index.sql": INDEX,
            "revert/schema/index.sql": NO_INDEX,
        },
    ),
}


def place(folder: ProjectFolder, files: Files) -> dict[str, bytes]:
    """Write a project of another tool, and give what was written."""
    return {name: folder.write(name, text).read_bytes() for name, text in files.items()}


def kept(folder: ProjectFolder, before: dict[str, bytes]) -> bool:
    return all((folder.path / name).read_bytes() == content for name, content in before.items())


def errors(path: Path) -> set[str]:
    """Name the rules whose errors the linter finds, but for those that wish the SQL itself to be another."""
    return {found.code for found in lint([path]).findings if found.code.startswith(("FS", "RB10", "RB2"))}


def goes_both_ways(path: Path, connection: psycopg.Connection) -> Project:
    """Apply a project, roll it back, and apply it again."""
    project = Project.load(path)
    surefoot.migrate(project, connection)
    assert tables(connection) == ["cats", "dogs"]
    assert surefoot.status(project, connection).pending == 0
    surefoot.rollback(project, connection, to="0")
    assert tables(connection) == []
    surefoot.migrate(project, connection)
    assert connection.execute("SELECT to_regclass('dogs_id')::text").fetchone() == ("dogs_id",)
    return project


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_goes_both_ways_and_is_proven(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, databases: Databases, layout: str
) -> None:
    source, tool, files = LAYOUTS[layout]
    before = place(folder, files)
    done = run("adopt", source, "--json")
    assert done.status == 0, done.err
    said = json.loads(done.out)
    assert (said["tool"], len(said["migrations"]), said["without_rollback"]) == (tool, 3, [])
    project = goes_both_ways(folder.path / "manifest.yaml", connection)
    assert [migration.entry.transaction for migration in project.migrations] == [True, True, False]
    subjects = [subject_of(project, migration) for migration in project.migrations]
    proofs = prove_in_order(databases, project, subjects, {migration.number for migration in project.migrations})
    assert [proof.verdict for proof in proofs] == ["proven"] * 3
    assert kept(folder, before)
    assert errors(folder.path / "manifest.yaml") == set()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_check_writes_nothing(folder: ProjectFolder, run: Run, layout: str) -> None:
    source, tool, files = LAYOUTS[layout]
    place(folder, files)
    before = sorted(folder.path.rglob("*"))
    done = run("adopt", source, "--check")
    assert done.status == 0, done.err
    assert re.match(rf"would write manifest\.yaml.*: 3 migrations of {tool}, 3 with a rollback\n", done.out)
    assert sorted(folder.path.rglob("*")) == before


@pytest.mark.parametrize(
    ("layout", "is_copied"), [("Diesel", False), ("sqlx", False), ("golang-migrate", True), ("dbmate", True)]
)
def test_files_are_used_where_they_are_if_they_can_be(
    folder: ProjectFolder, run: Run, layout: str, is_copied: bool
) -> None:
    source, _, files = LAYOUTS[layout]
    place(folder, files)
    assert run("adopt", source).status == 0
    assert (folder.path / "rollbacks").exists() is is_copied


# -- What is missing, what is said ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "files", "platform"),
    [
        ("migrations", {"migrations/20230101000000_cats.sql": CATS}, None),  # as Rails numbers them
        ("db/migrate", {"db/migrate/20230101000000_cats.sql": CATS}, None),
        ("supabase/migrations", {"supabase/migrations/20230101000000_cats.sql": CATS}, "supabase"),
        ("db/migrations", {"db/migrations/20230101000000_cats.sql": f"-- migrate:up\n{CATS}-- migrate:down\n"}, None),
        ("migrations", {"migrations/00001_cats.sql": f"-- +goose Up\n{CATS}"}, None),
        ("migrations", {"migrations/20230101000000_cats/up.sql": CATS}, None),
    ],
)
def test_without_rollback(
    folder: ProjectFolder,
    run: Run,
    connection: psycopg.Connection,
    source: str,
    files: Files,
    platform: str | None,
) -> None:
    before = place(folder, files)
    done = run("adopt", source)
    assert done.status == 0, done.err
    assert "no rollback: " in done.out
    assert "_cats (1): write them, or say why not (irreversible: …)" in done.out
    manifest = load_manifest(folder.path / "manifest.yaml")
    assert (manifest.platform, manifest.migrations[0].rollback) == (platform, None)
    assert errors(folder.path / "manifest.yaml") == {"RB101"}
    surefoot.migrate(Project.load(folder.path), connection)
    assert tables(connection) == ["cats"]
    assert kept(folder, before)


def test_supabase_keeps_its_seed(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    place(
        folder,
        {
            "supabase/migrations/20230101000000_cats.sql": CATS,
            "supabase/seed.sql": "INSERT INTO cats VALUES (1) ON CONFLICT DO NOTHING;",
        },
    )
    assert run("adopt", "supabase/migrations").status == 0
    assert run("migrate").status == 0
    assert run("seed").out.splitlines()[-1] == "1 seeded"
    assert connection.execute("SELECT id FROM cats").fetchall() == [(1,)]


def test_what_it_says_of_goose_and_sqitch(folder: ProjectFolder, run: Run) -> None:
    place(folder, LAYOUTS["goose"][2])
    assert "  1 left out, as they are programs and no SQL: 00004_seed.go\n" in run("adopt", "migrations").out
    place(folder, {f"pets/{name}": text for name, text in LAYOUTS["Sqitch"][2].items()})
    said = run("adopt", "pets", "--manifest", "pets/manifest.yaml").out
    assert "  001_cats was a transaction of its own: BEGIN and COMMIT taken out\n" in said
    assert "  verify/dogs.sql: the statement in line 2 is no query, and so no check\n" in said
    manifest = load_manifest(folder.path / "pets" / "manifest.yaml")
    assert [entry.requires for entry in manifest.migrations] == [(), ("001_cats.sql",), ("002_dogs.sql",)]
    assert [[check.name for check in entry.checks] for entry in manifest.migrations] == [
        ["verify 001_cats"],
        ["verify 002_dogs"],
        [],
    ]


def test_a_verify_script_that_fails_stops_the_migration(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    files = dict(LAYOUTS["Sqitch"][2]) | {"verify/dogs.sql": "SELECT 1 / count(*) FROM pg_class WHERE relname = 'x';"}
    place(folder, files)
    assert run("adopt", ".").status == 0
    done = run("migrate")
    assert done.status == 4
    assert "the check 'verify 002_dogs' failed" in done.err
    assert tables(connection) == ["cats"]


def test_a_reworked_change_of_sqitch_has_the_scripts_of_its_tag(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    function = "CREATE OR REPLACE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT {}';"
    who = "2023-01-01T00:00:00Z Ada <ada@example.org>"
    place(
        folder,
        {
            "sqitch.plan": f"%project=x\nanswer {who}\n@v1.0 {who}\nanswer [answer@v1.0] {who}\n",
            "deploy/answer@v1.0.sql": function.format(1),
            "revert/answer@v1.0.sql": "DROP FUNCTION answer();",
            "deploy/answer.sql": function.format(2),
            "revert/answer.sql": function.format(1),
        },
    )
    assert run("adopt", ".").status == 0
    assert run("migrate").status == 0
    assert connection.execute("SELECT answer()").fetchone() == (2,)
    assert run("rollback", "--yes").status == 0
    assert connection.execute("SELECT answer()").fetchone() == (1,)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (
            ["V1__a.sql", "V1.1__b.sql", "V1_2__c.sql", "V2__d.sql", "R__view.sql"],
            ["001_a", "002_b", "003_c", "004_d", "005_view"],
        ),
        (["V2__b.sql", "V10__c.sql", "V1.0__a.sql", "more/V3__d.sql"], ["001_a", "002_b", "003_d", "010_c"]),
        (["V20230101__a.sql", "R__b.sql", "R__a.sql"], ["20230101_a", "20230102_a", "20230103_b"]),
        (["V1__2_factor auth.sql", "B1__base.sql", "undo.sql"], ["001_2_factor_auth"]),
    ],
)
def test_versions_of_flyway(folder: ProjectFolder, run: Run, files: list[str], names: list[str]) -> None:
    place(folder, dict.fromkeys((f"sql/{name}" for name in files), "SELECT 1;"))
    said = json.loads(run("adopt", "sql", "--json").out)
    assert said["migrations"] == names
    assert [name for name in files if name.startswith(("B", "undo"))] == [
        remark.split()[0] for remark in said["remarks"] if "is no versioned, undo or repeatable file" in remark
    ]


def test_a_repeatable_file_is_run_once_and_said_so(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    place(folder, {"sql/V1__cats.sql": CATS, "sql/R__view.sql": "CREATE OR REPLACE VIEW v AS SELECT ${x} FROM cats;"})
    said = run("adopt", "sql").out
    assert "  R__view.sql is run once, in the end; when it changes, write a new migration\n" in said
    assert "  002_view has placeholders (${…}): nothing is put in their place\n" in said


def test_a_rollback_within_is_left_to_a_person(folder: ProjectFolder, run: Run) -> None:
    place(folder, {"migrations/001_cats.sql": f"BEGIN;\n{CATS}ROLLBACK;\n"})
    said = run("adopt", "migrations").out
    assert "  001_cats rolls back within itself: mend it by hand\n" in said
    done = run("plan")
    assert done.status == 2
    assert "BEGIN in a migration would end its transaction" in done.err


def test_a_byte_order_mark_and_crlf_go(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    folder.write("db/001_cats.sql", b"\xef\xbb\xbf" + CATS.replace("\n", "\r\n").encode())
    assert run("adopt", "db").status == 0
    assert (folder.path / "migrations" / "001_cats.sql").read_bytes() == CATS.encode()
    assert run("migrate").status == 0


def test_a_dump_with_copy_keeps_its_data(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    copy = f"BEGIN;\n{CATS}COPY cats (id) FROM stdin;\n1\n2\n\\.\nCOMMIT;\n"
    place(folder, {"db/001_cats.sql": copy})
    assert run("adopt", "db").status == 0
    assert run("migrate").status == 0
    assert connection.execute("SELECT array_agg(id) FROM cats").fetchone() == ([1, 2],)


# -- What is refused --------------------------------------------------------------------------------------------------


def test_refused(folder: ProjectFolder, run: Run) -> None:
    (folder.path / "empty").mkdir()
    place(folder, {"db/001_cats.sql": CATS})
    cases = {
        ("nowhere",): "there is no folder nowhere",
        ("empty",): "there is no migration in empty, so there is nothing to check",
        ("db", "--order", "order.txt"): "order.txt:2: error: 002_dogs.sql is no migration here",
        ("db", "--order", "twice.txt"): "twice.txt:2: error: 001_cats is listed twice",
        ("db", "--order", "none.txt"): "none.txt: error: the order leaves out 001_cats",
    }
    folder.write("order.txt", "001_cats.sql\n002_dogs.sql\n")
    folder.write("twice.txt", "001_cats\n- 001_cats\n")
    folder.write("none.txt", "# nothing\n")
    for arguments, message in cases.items():
        refused = run("adopt", *arguments)
        assert (refused.status, refused.err.splitlines()[0].removeprefix("error: ")) == (2, message), refused.err
    assert run("adopt", "db").status == 0
    again = run("adopt", "db")
    assert again.status == 2
    assert "there is a manifest already" in again.err


def test_no_file_is_overwritten(folder: ProjectFolder, run: Run) -> None:
    place(
        folder,
        {
            "db/00001_cats.sql": f"-- +goose Up\n{CATS}",
            "migrations/notes.md": "ours",
            "surefoot/rollbacks/x.sql": "ours",
        },
    )
    refused = run("adopt", "db")
    assert refused.status == 2
    assert "there are files in surefoot already, so nothing is copied to it" in refused.err
    assert not (folder.path / "manifest.yaml").exists()
    (folder.path / "surefoot" / "rollbacks" / "x.sql").unlink()
    assert run("adopt", "db").status == 0
    assert (folder.path / "surefoot" / "migrations" / "00001_cats.sql").read_text() == CATS


def test_a_change_without_script_is_refused(folder: ProjectFolder) -> None:
    from surefoot.adopt import plan_adoption

    place(folder, {"sqitch.plan": "cats 2023-01-01T00:00:00Z Ada <ada@example.org>\n"})
    with pytest.raises(UsageError, match="the plan lists cats, and there is no "):
        plan_adoption(folder.path, folder.path / "manifest.yaml")
