from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fix_command import Run
from fix_contents import actions, tables
from fix_project import ProjectFolder

import surefoot
from surefoot.ledger import Ledger
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Project


def add(folder: ProjectFolder, file: str, **keys: str) -> None:
    """Add a migration that makes a table of the last word of its name, with a rollback of its own name."""
    table = file.removesuffix(".sql").rpartition("_")[2]
    rollback = f"rollback_{file}"
    folder.write(f"migrations/{file}", f"CREATE TABLE {table} (id bigint);\n")
    folder.write(f"rollbacks/{rollback}", f"DROP TABLE IF EXISTS {table};\n")
    lines = [f"  - file: {file}", f"    rollback: {rollback}", *(f"    {key}: {value}" for key, value in keys.items())]
    folder.entries.append("\n".join(lines))


def files(folder: ProjectFolder) -> list[str]:
    """Name the migrations in the order of the manifest; they and their rollbacks are there, and no others."""
    manifest = load_manifest(folder.path / "manifest.yaml")
    names = [entry.file for entry in manifest.migrations]
    assert sorted(path.name for path in (folder.path / "migrations").iterdir()) == sorted(names)
    rollbacks = sorted(str(entry.rollback) for entry in manifest.migrations)
    assert sorted(path.name for path in (folder.path / "rollbacks").iterdir()) == rollbacks
    assert rollbacks == sorted(f"rollback_{name}" for name in names)
    return names


@pytest.fixture
def offline(run: Run) -> Run:
    """The command line without any database."""
    return lambda *arguments: run(*arguments, DATABASE_URL="")


# -- The files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "late", "in_order"),
    [
        (["001_a", "002_b", "003_c"], None, None),
        (["001_a", "002_b", "002_c", "003_d"], "001_a 002_b 003_d 004_c", "001_a 002_b 003_c 004_d"),
        (["001_a", "1_b", "01_c"], "001_a 002_b 003_c", "001_a 2_b 03_c"),
        (["001_a", "003_b", "002_c", "004_d"], "001_a 003_b 004_d 005_c", "001_a 003_b 004_c 005_d"),
        (["001_a", "020_b", "020_c"], "001_a 020_b 021_c", "001_a 020_b 021_c"),
        (
            ["20240101000000_a", "20240101000000_b"],
            "20240101000000_a 20240101000001_b",
            "20240101000000_a 20240101000001_b",
        ),
    ],
)
@pytest.mark.parametrize("is_in_order", [False, True])
def test_the_files_get_their_numbers(
    folder: ProjectFolder, offline: Run, given: list[str], late: str | None, in_order: str | None, is_in_order: bool
) -> None:
    for name in given:
        add(folder, f"{name}.sql")
    before = folder.save().read_text()
    wanted = in_order if is_in_order else late
    done = offline("renumber", *(["--in-order"] if is_in_order else []))
    assert done.status == 0, done.err
    names = wanted.split() if wanted else given
    # As wide as the numbers were, or as the next free one is.
    assert [(number_of(file), file.partition("_")[2]) for file in files(folder)] == [
        (number_of(name), f"{name.partition('_')[2]}.sql") for name in names
    ]
    Project.load(folder.path)
    again = offline("renumber", *(["--in-order"] if is_in_order else []))
    assert again.out.splitlines()[0] == "every number is right: nothing to rename"
    assert ((folder.path / "manifest.yaml").read_text() == before) is (wanted is None)


def test_requirements_comments_and_layout_stay(folder: ProjectFolder, offline: Run) -> None:
    for name in ("001_a", "002_b", "002_c", "003_d"):
        folder.write(f"migrations/{name}.sql", "SELECT 1;")
    folder.write("rollbacks/rollback_002.sql", "SELECT 1;")
    folder.write("rollbacks/rollback_003.sql", "SELECT 1;")
    folder.write(
        "manifest.yaml",
        "surefoot: 1\nname: x\npostgres: 15\nmigrations:\n"
        "  # the first\n"
        "  - {file: 001_a.sql, irreversible: a}\n"
        "  - file: 002_b.sql   # ours\n"
        "    rollback: 'rollback_002.sql'\n\n"
        '  - file: "002_c.sql"\n'
        "    requires: [001_a.sql]\n"
        "  # the last\n"
        "  - file: 003_d.sql\n"
        "    rollback: rollback_003.sql\n"
        "    requires: [001_a.sql, 002_c.sql]\n"
        "checks: []\n",
    )
    refused = offline("renumber")
    assert (refused.status, refused.err.splitlines()[0]) == (
        3,
        "manifest.yaml:13:5: error: 003_d.sql requires 002_c.sql, which would move behind it",
    )
    assert offline("renumber", "--in-order").status == 0
    assert (folder.path / "manifest.yaml").read_text() == (
        "surefoot: 1\nname: x\npostgres: 15\nmigrations:\n"
        "  # the first\n"
        "  - {file: 001_a.sql, irreversible: a}\n"
        "  - file: 002_b.sql   # ours\n"
        "    rollback: 'rollback_002.sql'\n\n"
        "  - file: 003_c.sql\n"
        "    requires: [001_a.sql]\n"
        "  # the last\n"
        "  - file: 004_d.sql\n"
        "    rollback: rollback_004.sql\n"
        "    requires: [001_a.sql, 003_c.sql]\n"
        "checks: []\n"
    )
    assert sorted(path.name for path in (folder.path / "rollbacks").iterdir()) == [
        "rollback_002.sql",
        "rollback_004.sql",
    ]


def test_a_name_that_another_leaves_can_be_taken(folder: ProjectFolder, offline: Run) -> None:
    for name in ("001_x", "001_x_x", "002_x"):
        add(folder, f"{name}.sql")
    folder.write("migrations/002_x.sql", "SELECT 2;")
    folder.save()
    assert offline("renumber", "--in-order").status == 0
    assert files(folder) == ["001_x.sql", "002_x_x.sql", "003_x.sql"]
    assert (folder.path / "migrations" / "003_x.sql").read_text() == "SELECT 2;"


def test_a_folder_takes_the_number(folder: ProjectFolder, offline: Run) -> None:
    for name in ("20240101000000_a", "2024-01-01-000000_b"):
        folder.write(f"migrations/{name}/up.sql", "SELECT 1;")
        folder.write(f"migrations/{name}/down.sql", "SELECT 1;")
        folder.entries.append(f"  - {{file: {name}/up.sql, rollback: {name}/down.sql}}")
    folder.tail = "folders: {rollbacks: migrations}\n"
    folder.save()
    assert offline("renumber").status == 0
    project = Project.load(folder.path)
    assert [str(migration) for migration in project.migrations] == ["20240101000000_a", "20240101000001_b"]
    assert all(project.rollback_of(migration) for migration in project.migrations)


def test_check_and_json(folder: ProjectFolder, offline: Run) -> None:
    for name in ("001_a", "001_b"):
        add(folder, f"{name}.sql")
    before = folder.save().read_text()
    done = offline("renumber", "--check")
    assert done.out == (
        "  001_b.sql → 002_b.sql\n1 would be renumbered\n"
        "no database is named; where they are applied: surefoot renumber --database-url URL\n"
    )
    assert ((folder.path / "manifest.yaml").read_text(), files(folder)) == (before, ["001_a.sql", "001_b.sql"])
    assert json.loads(offline("renumber", "--json").out) == {
        "event": "renumbered",
        "from": "001_b.sql",
        "to": "002_b.sql",
    }
    assert files(folder) == ["001_a.sql", "002_b.sql"]


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda path: (path / "migrations/001_b.sql").unlink(), "001_b.sql is not there"),
        (
            lambda path: (path / "migrations/002_b.sql").write_text("x"),
            "001_b.sql cannot become 002_b.sql, which is there already",
        ),
    ],
)
def test_refused(folder: ProjectFolder, offline: Run, break_it: Callable[[Path], object], message: str) -> None:
    for name in ("001_a", "001_b"):
        add(folder, f"{name}.sql")
    before = folder.save().read_text()
    break_it(folder.path)
    refused = offline("renumber")
    assert refused.status == 2
    assert message in refused.err
    assert (folder.path / "manifest.yaml").read_text() == before


# -- The ledger -------------------------------------------------------------------------------------------------------


def test_of_two_the_applied_one_keeps_its_number(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    for name in ("001_a", "002_b"):
        add(folder, f"{name}.sql")
    surefoot.migrate(folder.load(), connection)
    folder.entries.pop()
    for name in ("002_ours", "002_b"):
        if name != "002_b":
            add(folder, f"{name}.sql")
        else:
            folder.entries.append("  - file: 002_b.sql\n    rollback: rollback_002_b.sql")
    folder.save()
    done = run("renumber")
    assert done.status == 0, done.err
    assert files(folder) == ["001_a.sql", "002_b.sql", "003_ours.sql"]
    assert run("migrate").status == 0
    assert tables(connection) == ["a", "b", "ours"]
    assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]


def test_what_comes_too_late_goes_to_the_end(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    for name in ("001_a", "003_c"):
        add(folder, f"{name}.sql")
    surefoot.migrate(folder.load(), connection)
    add(folder, "002_b.sql")
    folder.entries.insert(1, folder.entries.pop())
    folder.save()
    assert run("migrate").status == 3
    assert run("renumber").status == 0
    assert files(folder) == ["001_a.sql", "003_c.sql", "004_b.sql"]
    assert run("migrate").status == 0


@pytest.fixture
def shifted(folder: ProjectFolder, connection: psycopg.Connection) -> ProjectFolder:
    """A project of which 1, 2, 3 and 8 are applied, and that then gets another 2 behind the first one."""
    for name in ("001_a", "002_b", "003_c", "008_d"):
        add(folder, f"{name}.sql")
    surefoot.migrate(folder.load(), connection)
    add(folder, "002_late.sql")
    folder.entries.insert(2, folder.entries.pop())
    folder.save()
    return folder


def test_the_ledger_follows_the_files(shifted: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    done = run("renumber", "--in-order")
    assert done.status == 0, done.err
    assert done.out.splitlines()[-1] == "  in the ledger 003_c is now 004_c"
    assert files(shifted) == ["001_a.sql", "002_b.sql", "003_late.sql", "004_c.sql", "008_d.sql"]
    rows = Ledger(connection, "surefoot").history()
    told = [(int(row["number"]), row["name"], row["action"]) for row in rows[4:]]
    assert told == [(3, "003_c", "repaired"), (4, "004_c", "repaired"), (8, "008_d", "repaired")]
    assert [row["reason"].partition(" since ")[0] for row in rows[4:]] == [
        "is now 004_c",
        "was 003_c,",
        "keeps its place; there",
    ]
    assert surefoot.verify(Project.load(shifted.path), connection).holds
    assert run("renumber", "--in-order").out == "every number is right: nothing to rename\n"
    assert run("migrate").status == 3
    assert run("migrate", "--out-of-order").status == 0
    assert run("status", "--check").status == 0
    assert tables(connection) == ["a", "b", "c", "d", "late"]


def test_the_order_of_application_stays(shifted: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    assert run("renumber", "--in-order").status == 0
    left = []
    for _ in range(4):
        assert run("rollback", "--yes").status == 0
        left.append(tables(connection))
    assert left == [["a", "b", "c"], ["a", "b"], ["a"], []]
    assert run("migrate").status == 0
    assert tables(connection) == ["a", "b", "c", "d", "late"]


def test_the_kept_rollback_goes_with_it(shifted: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    assert run("renumber", "--in-order").status == 0
    for path in (shifted.path / "rollbacks").iterdir():
        path.unlink()
    assert run("rollback", "--to", "1", "--yes").status == 0
    assert tables(connection) == ["a"]


def test_the_ledger_of_another_database_follows_later(
    shifted: ProjectFolder, run: Run, offline: Run, connection: psycopg.Connection
) -> None:
    assert offline("renumber", "--in-order").status == 0
    assert actions(connection)[-1] == (8, "applied")
    assert "was applied as 003_c" in run("plan").err
    assert run("renumber").out == "every number is right: nothing to rename\n  in the ledger 003_c is now 004_c\n"
    assert run("migrate", "--out-of-order").status == 0


def test_a_number_that_is_free_again_can_be_taken(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    """Two change places: each gets the number of the other."""
    for name in ("001_a", "002_b"):
        add(folder, f"{name}.sql")
    surefoot.migrate(folder.load(), connection)
    for old, new in (("001_a", "x"), ("002_b", "001_b"), ("x", "002_a")):
        for place in ("migrations/{}.sql", "rollbacks/rollback_{}.sql"):
            (folder.path / place.format(old)).rename(folder.path / place.format(new))
    folder.entries = [f"  - {{file: {name}.sql, rollback: rollback_{name}.sql}}" for name in ("001_b", "002_a")]
    folder.save()
    assert run("renumber").status == 0
    assert [(one.number, one.name) for one in Ledger(connection, "surefoot").read().applied] == [
        (2, "002_a"),
        (1, "001_b"),
    ]
    assert run("plan").status == 0
    assert run("rollback", "--yes").status == 0
    assert tables(connection) == ["a"]


def test_an_edited_file_is_not_taken_for_another(
    shifted: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    shifted.write("migrations/003_c.sql", "CREATE TABLE c (id bigint, name text);")
    assert run("renumber", "--in-order").status == 0
    assert len(Ledger(connection, "surefoot").history()) == 4
    assert "was applied as 003_c" in run("plan").err


def test_a_broken_chain_is_refused(shifted: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    connection.execute("ALTER TABLE surefoot.ledger DISABLE TRIGGER append_only")
    connection.execute("UPDATE surefoot.ledger SET reason = 'x' WHERE id = 2")
    refused = run("renumber", "--in-order")
    assert refused.status == 3
    assert "the ledger was changed by hand" in refused.err
    assert len(Ledger(connection, "surefoot").history()) == 4


def test_an_unfinished_migration_comes_first(shifted: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO surefoot.progress (number, action, position, line, statement, invalid_before)"
        " VALUES (9, 'applied', 1, 1, 'x', '{}')"
    )
    refused = run("renumber", "--in-order")
    assert refused.status == 3
    assert "migration 9 was begun and is not finished" in refused.err
    assert len(Ledger(connection, "surefoot").history()) == 4
