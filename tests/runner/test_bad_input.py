"""What a person can get wrong: each is told in so many words, and the database stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from fix_command import Outcome, Run, greeting
from fix_contents import Contents, contents
from fix_project import HEAD, ProjectFolder
from fix_role import MakeRole
from psycopg import sql
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot_lint.source import checksum_of

ONE = "CREATE TABLE one (id int);\nINSERT INTO one VALUES (1);\n"
NEXT_MIGRATE = "next: mend migrations/002_b.sql and run: surefoot migrate\n"
NOTHING_REMAINS = "state: nothing of 002_b remains; this run changed nothing else\n"


@pytest.fixture
def applied(folder: ProjectFolder, connection: psycopg.Connection) -> ProjectFolder:
    """A project with one migration, which is applied."""
    folder.add("001_one.sql", ONE, "DROP TABLE one;")
    surefoot.migrate(folder.load(), connection)
    return folder


class Bad(NamedTuple):
    """Something wrong: how it comes to be, what is said about it, and what the ledger says then."""

    name: str
    make: Callable[[ProjectFolder], object]
    said: str
    failed: str | None = None
    """The reason in the ledger's row, for what was tried."""
    status: int = 2


def listed(*lines: str) -> Callable[[ProjectFolder], object]:
    """List a migration that no file is written for."""
    return lambda folder: folder.entries.append("\n".join(f"  {line}" for line in lines))


def second(text: str | bytes, rollback: str | None = "SELECT 1", **keys: str) -> Callable[[ProjectFolder], object]:
    """Add a second migration, before which everything is well."""

    def make(folder: ProjectFolder) -> None:
        folder.add("002_b.sql", "", rollback, **keys)
        folder.write("migrations/002_b.sql", text)

    return make


def linked(name: str) -> Callable[[ProjectFolder], object]:
    """List a file that a link leads to, outside of the project."""

    def make(folder: ProjectFolder) -> None:
        elsewhere = folder.path.parent / f"{folder.path.name}-elsewhere"
        elsewhere.mkdir()
        (elsewhere / "002_b.sql").write_text("CREATE TABLE b (id int);")
        is_folder = "/" in name
        link = folder.path / "migrations" / name.partition("/")[0]
        link.symlink_to(elsewhere if is_folder else elsewhere / "002_b.sql", target_is_directory=is_folder)
        listed(f"- file: {name}")(folder)

    return make


def removed(name: str) -> Callable[[ProjectFolder], object]:
    def make(folder: ProjectFolder) -> None:
        second("SELECT 1;")(folder)
        (folder.path / name).unlink()

    return make


def several(*makers: Callable[[ProjectFolder], object]) -> Callable[[ProjectFolder], object]:
    return lambda folder: [make(folder) for make in makers]


# -- The manifest -----------------------------------------------------------------------------------------------------

MANIFESTS = [
    Bad(
        "duplicate numbers",
        several(
            lambda folder: folder.add("002_a.sql", "SELECT 1;"), lambda folder: folder.add("0002_b.sql", "SELECT 1;")
        ),
        "manifest.yaml:9:5: error: the number 2 is used 2 times: 002_a.sql, 0002_b.sql\n"
        "    9 |   - file: 0002_b.sql\n"
        "      |     ^\n"
        "why: each migration has a number of its own; 88 and 088 are the same number\n"
        "next: rename 0002_b.sql to the next free number, 0003\n",
    ),
    Bad(
        "unknown key",
        second("SELECT 1;", phse="core"),
        "manifest.yaml:9:5: error: migrations.phse: unknown key\n"
        "    9 |     phse: core\n"
        "      |     ^\n"
        "next: did you mean phase?\n",
    ),
    Bad(
        "missing file",
        removed("migrations/002_b.sql"),
        "migrations/002_b.sql: error: there is no such file\n"
        "next: restore it (git checkout -- migrations/002_b.sql), or correct the manifest\n",
    ),
    Bad(
        "file above",
        listed("- file: ../002_b.sql"),
        "manifest.yaml:7:5: error: the path ../002_b.sql leaves the project's folder\n"
        "    7 |   - file: ../002_b.sql\n"
        "      |     ^\n"
        "why: a manifest names only files below it, with forward slashes\n",
    ),
    Bad(
        "absolute file",
        listed("- file: /etc/002_b.sql"),
        "manifest.yaml:7:5: error: the path /etc/002_b.sql leaves the project's folder\n"
        "    7 |   - file: /etc/002_b.sql\n"
        "      |     ^\n"
        "why: a manifest names only files below it, with forward slashes\n",
    ),
    Bad(
        "backslash",
        listed(r"- file: sub\002_b.sql"),
        "manifest.yaml:7:5: error: the path sub\\002_b.sql leaves the project's folder\n"
        "    7 |   - file: sub\\002_b.sql\n"
        "      |     ^\n"
        "why: a manifest names only files below it, with forward slashes\n",
    ),
    Bad(
        "link to a file",
        linked("002_b.sql"),
        "manifest.yaml:7:5: error: migrations/002_b.sql is a link that leaves the project's folder\n"
        "    7 |   - file: 002_b.sql\n"
        "      |     ^\n",
    ),
    Bad(
        "link to a folder",
        linked("sub/002_b.sql"),
        "manifest.yaml:7:5: error: migrations/sub/002_b.sql is a link that leaves the project's folder\n"
        "    7 |   - file: sub/002_b.sql\n"
        "      |     ^\n",
    ),
    Bad(
        "number as an integer of YAML",
        listed("- file: 010"),
        "manifest.yaml:7:11: error: migrations.file: must be the path of a file, and YAML reads 010 as int 8\n"
        "    7 |   - file: 010\n"
        "      |           ^\n"
        "why: YAML changes unquoted numbers: 010 is 8\n"
        'next: put it in quotes: "010"\n',
    ),
    Bad(
        "file without a number",
        lambda folder: folder.add("b.sql", "SELECT 1;"),
        "manifest.yaml:7:5: error: b.sql has no number\n"
        "    7 |   - file: b.sql\n"
        "      |     ^\n"
        "why: the file's name must begin with digits: they are the migration's number\n"
        "next: rename it, such as 002_b.sql\n",
    ),
    Bad(
        "not YAML",
        lambda folder: setattr(folder, "tail", "checks: [\n"),
        "manifest.yaml:8:1: error: this is not YAML: did not find expected node content\n",
    ),
    Bad(
        "control character",
        lambda folder: setattr(folder, "tail", "# \a\n"),
        "manifest.yaml:7:3: error: this is not YAML: control characters are not allowed\n    7 | # �\n      |   ^\n",
    ),
    Bad(
        "what YAML cannot read",
        lambda folder: setattr(folder, "tail", "checks: [{name: a, sql: SELECT 1, expect: 2026-13-45}]\n"),
        "manifest.yaml:7:43: error: checks.expect: 2026-13-45 is no timestamp, though YAML takes it for one\n"
        "    7 | checks: [{name: a, sql: SELECT 1, expect: 2026-13-45}]\n"
        "      |                                           ^\n"
        'next: put it in quotes, without a tag: "2026-13-45"\n',
    ),
]

# -- The files --------------------------------------------------------------------------------------------------------

FILES = [
    Bad(
        "empty file",
        second(""),
        "manifest.yaml:7:5: error: migrations/002_b.sql is empty\n"
        "    7 |   - file: 002_b.sql\n"
        "      |     ^\n"
        "next: write its SQL, or remove it from the manifest\n",
    ),
    Bad(
        "byte order mark",
        second("\ufeffSELECT 1;"),
        "migrations/002_b.sql:1:1: error: the file begins with a byte order mark\nnext: save it as UTF-8 without BOM\n",
    ),
    Bad(
        "not UTF-8",
        second("SELECT 1;\nSELECT 'ä".encode() + b"\xff';"),
        "migrations/002_b.sql:2:10: error: this byte is not UTF-8\nnext: save the file as UTF-8\n",
    ),
    Bad(
        "UTF-16",
        second("SELECT 1;".encode("utf-16")),
        "migrations/002_b.sql:1:1: error: this byte is not UTF-8\nnext: save the file as UTF-8\n",
    ),
    Bad(
        "carriage return alone",
        second("SELECT 1;\rSELECT 2;"),
        "migrations/002_b.sql:1:10: error: a carriage return stands alone here\nnext: write E'\\r' in SQL\n",
    ),
    Bad(
        "bidi control",
        second("SELECT 1; -- \u202e x"),
        "migrations/002_b.sql:1:14: error: an invisible bidi control (U+202E) stands here\n"
        "next: remove it, or write U&'\\…' in SQL\n",
    ),
    Bad(
        "folder",
        several(
            lambda folder: (folder.path / "migrations/002_b.sql").mkdir(),
            listed("- file: 002_b.sql"),
        ),
        "migrations/002_b.sql: error: this is a folder, not a SQL file\n",
    ),
]

# -- What is looked through when the database is known ----------------------------------------------------------------

TEXTS = [
    Bad(
        "comments only",
        second("-- nothing\n/* at all */\n;\n"),
        "migrations/002_b.sql: error: the file holds no statement\n"
        "next: write its SQL, or remove it from the manifest\n",
    ),
    Bad(
        "COMMIT",
        second("CREATE TABLE b (id int);\nCOMMIT;\nCREATE TABLE c (id int);"),
        "migrations/002_b.sql:2:1: error: COMMIT in a migration would end its transaction\n"
        "    2 | COMMIT\n"
        "      | ^\n"
        "why: Surefoot runs the whole file and its row of the ledger in one transaction, or nothing of it\n"
        "state: nothing was run\n"
        "next: remove COMMIT; for statements that need no transaction: transaction: false in the manifest\n",
    ),
    Bad(
        "ROLLBACK in the rollback",
        second("SELECT 1;", "SELECT 1;\nROLLBACK;"),
        "rollbacks/rollback_002.sql:2:1: error: ROLLBACK in a migration would end its transaction\n"
        "    2 | ROLLBACK\n"
        "      | ^\n"
        "why: Surefoot runs the whole file and its row of the ledger in one transaction, or nothing of it\n"
        "state: nothing was run\n"
        "next: remove ROLLBACK; for statements that need no transaction: transaction: false in the manifest\n",
    ),
    Bad(
        "open string",
        second("CREATE TABLE b (id int);\nSELECT 'x;\nSELECT 2;"),
        "migrations/002_b.sql:2:8: error: a string is not closed\n"
        "    2 | SELECT 'x;\n"
        "      |        ^\n"
        "why: It begins here, and the file ends inside it.\n"
        "next: Close it with ', and write a quote inside it twice: ''.\n",
    ),
    Bad(
        "open dollar quote",
        second("DO $do$ BEGIN END $DO$;"),
        "migrations/002_b.sql:1:4: error: a dollar-quoted string is not closed\n"
        "    1 | DO $do$ BEGIN END $DO$;\n"
        "      |    ^\n"
        "why: It begins here, and the file ends inside it.\n"
        "next: Close it with the same dollar quote, tag and case alike.\n",
    ),
    Bad(
        "command of psql",
        second("CREATE TABLE b (id int);\n\\i other.sql\n"),
        "migrations/002_b.sql:2:1: error: \\i is a command of psql, which Surefoot does not run\n"
        "    2 | \\i other.sql\n"
        "      | ^\n"
        "why: only \\restrict and \\unrestrict, which pg_dump writes, are skipped\n"
        "next: remove the line, or write in SQL what it does\n",
    ),
    Bad(
        "NUL",
        second("SELECT 'a\0b';"),
        "migrations/002_b.sql:1:10: error: a NUL character\n"
        "    1 | SELECT 'a\n"
        "      |          ^\n"
        "why: PostgreSQL's text has no NUL, and would end there.\n"
        "next: Remove it.\n",
    ),
    Bad(
        "missing rollback",
        removed("rollbacks/rollback_002.sql"),
        "manifest.yaml:7:5: error: 002_b has no rollback file: rollbacks/rollback_002.sql is not there\n"
        "    7 |   - file: 002_b.sql\n"
        "      |     ^\n"
        "state: nothing was run\n"
        "next: write it, or say why there is none: irreversible: …\n",
        status=3,
    ),
    Bad(
        "edited file",
        lambda folder: folder.write("migrations/001_one.sql", "CREATE TABLE one (id bigint);"),
        "migrations/001_one.sql: error: migrations/001_one.sql was edited after it was applied\n"
        f"why: applied: {checksum_of(ONE)}\n"
        f"now:     {checksum_of('CREATE TABLE one (id bigint);')}\n"
        "state: nothing was run\n"
        "next: restore it (git log -p -- migrations/001_one.sql) and write a new migration;"
        " or, if the change means nothing: surefoot accept 1 --reason '…'\n",
        status=3,
    ),
    # What only the server can find.
    Bad(
        "syntax error on line 40",
        second("SELECT 1;\n" * 39 + "CREATE TABEL t (id int);"),
        'migrations/002_b.sql:40:8: error: syntax error at or near "TABEL" [42601]\n'
        "   40 | CREATE TABEL t (id int)\n"
        "      |        ^\n" + NOTHING_REMAINS + NEXT_MIGRATE,
        '42601: syntax error at or near "TABEL"',
        4,
    ),
    Bad(
        "failing statement in the middle",
        second("CREATE TABLE b (id int);\nINSERT INTO b\nVALUES (1), ('x');\nCREATE TABLE c (id int);"),
        'migrations/002_b.sql:3:14: error: invalid input syntax for type integer: "x" [22P02]\n'
        "    3 | VALUES (1), ('x')\n"
        "      |              ^\n" + NOTHING_REMAINS + NEXT_MIGRATE,
        '22P02: invalid input syntax for type integer: "x"',
        4,
    ),
    Bad(
        "detail of the server",
        second("INSERT INTO one VALUES (1);\nCREATE UNIQUE INDEX ON one (id);\nSELECT 1;"),
        'migrations/002_b.sql:2:1: error: could not create unique index "one_id_idx" [23505]\n'
        "    2 | CREATE UNIQUE INDEX ON one (id)\n"
        "      | ^\n"
        "detail: Key (id)=(1) is duplicated.\n" + NOTHING_REMAINS + NEXT_MIGRATE,
        '23505: could not create unique index "one_id_idx"',
        4,
    ),
    Bad(
        "failing check",
        second("CREATE TABLE b (id int);", checks="[{name: b has rows, sql: SELECT count(*) FROM b, expect: 1}]"),
        "manifest.yaml:9:14: error: the check 'b has rows' failed: expected 1, got 0\n"
        "    9 |     checks: [{name: b has rows, sql: SELECT count(*) FROM b, expect: 1}]\n"
        "      |              ^\n" + NOTHING_REMAINS + "next: mend it and run: surefoot migrate\n",
        "the check 'b has rows' failed: expected 1, got 0",
        4,
    ),
]


def cases(table: list[Bad]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bad", table, ids=[bad.name for bad in table])


@cases([*MANIFESTS, *FILES])
def test_what_can_be_seen_without_a_database_is_said_before_connecting(
    applied: ProjectFolder, run: Run, connection: psycopg.Connection, bad: Bad
) -> None:
    before = contents(connection)
    bad.make(applied)
    applied.save()
    for verb in ("migrate", "status", "plan", "rollback", "verify"):
        outcome = run(verb, DATABASE_URL="postgresql://127.0.0.1:1/nobody-asks-here")
        assert (verb, outcome) == (verb, Outcome(bad.status, "", bad.said))
    assert run("migrate") == Outcome(bad.status, "", bad.said)
    assert contents(connection) == before


@cases(TEXTS)
def test_what_is_found_in_a_run_leaves_the_database_as_it_was(
    applied: ProjectFolder, run: Run, connection: psycopg.Connection, database_url: str, bad: Bad
) -> None:
    before = contents(connection)
    bad.make(applied)
    applied.save()
    outcome = run("migrate")
    assert (outcome.status, outcome.out) == (bad.status, "")
    assert outcome.err == greeting(database_url) + bad.said
    after = contents(connection)
    assert {name: rows for name, rows in after.items() if name != "surefoot.ledger"} == {
        name: rows for name, rows in before.items() if name != "surefoot.ledger"
    }
    assert new_rows(connection, before) == ([("failed", bad.failed)] if bad.failed else [])


def new_rows(connection: psycopg.Connection, before: Contents) -> list[tuple[object, ...]]:
    count = len(before["surefoot.ledger"])
    return connection.execute("SELECT action, reason FROM surefoot.ledger WHERE id > %s", [count]).fetchall()


@cases([bad for bad in TEXTS if bad.failed is None])
def test_plan_says_the_same(
    applied: ProjectFolder, run: Run, connection: psycopg.Connection, database_url: str, bad: Bad
) -> None:
    before = contents(connection)
    bad.make(applied)
    applied.save()
    outcome = run("plan")
    assert (outcome.status, outcome.out) == (bad.status, "")
    assert outcome.err == greeting(database_url) + bad.said
    assert contents(connection) == before


@cases([bad for bad in TEXTS if bad.failed is None and bad.status == 2])
def test_everything_is_looked_through_before_anything_runs(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, bad: Bad
) -> None:
    """What is wrong in the second file keeps the first one from being run."""
    folder.add("001_one.sql", ONE, "DROP TABLE one;")
    bad.make(folder)
    folder.save()
    assert run("migrate").err.endswith(bad.said)
    assert connection.execute("SELECT to_regclass('one')").fetchone() == (None,)


# -- Whole manifests --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            None,
            (
                "manifest.yaml: error: there is no manifest\n"
                "next: surefoot init makes one; --manifest FILE names another\n"
            ),
        ),
        ("", "manifest.yaml: error: the manifest is empty\nnext: surefoot init shows one\n"),
        ("# only this\n", "manifest.yaml: error: the manifest is empty\nnext: surefoot init shows one\n"),
        (
            "\ufeff" + HEAD + "migrations: []\n",
            "manifest.yaml:1:1: error: the file begins with a byte order mark\nnext: save it as UTF-8 without BOM\n",
        ),
    ],
    ids=["missing", "empty", "a comment", "byte order mark"],
)
def test_a_manifest_that_is_none(
    applied: ProjectFolder, run: Run, connection: psycopg.Connection, text: str | None, said: str
) -> None:
    before = contents(connection)
    if text is None:
        (applied.path / "manifest.yaml").unlink()
    else:
        applied.write("manifest.yaml", text)
    for verb in ("migrate", "status", "new x"):
        outcome = run(*verb.split())
        assert (outcome.status, outcome.out, outcome.err) == (2, "", said)
    assert contents(connection) == before


def test_a_reserved_schema_is_refused(folder: ProjectFolder, run: Run) -> None:
    folder.tail = "ledger: {schema: pg_ops}\n"
    folder.save()
    assert run("migrate").status == 2


# -- The ledger and the manifest do not fit ---------------------------------------------------------------------------


def test_an_applied_migration_that_is_not_in_the_manifest(
    applied: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    when = connection.execute("SELECT to_char(applied_at, 'YYYY-MM-DD HH24:MI') FROM surefoot.applied").fetchone()
    assert when is not None
    before = contents(connection)
    applied.entries.clear()
    applied.save()
    outcome = run("migrate")
    assert (outcome.status, outcome.out) == (3, "")
    assert outcome.err.partition("\n")[2] == (
        "error: 001_one is applied, and the manifest does not know it\n"
        f"why: it was applied on {when[0]} UTC by postgres\n"
        "state: nothing was run\n"
        "next: restore its file and its entry, or undo it: surefoot rollback --to 0\n"
    )
    assert contents(connection) == before


def test_a_number_out_of_order(applied: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    applied.add("003_c.sql", "CREATE TABLE c (id int);")
    surefoot.migrate(applied.load(), connection)
    before = contents(connection)
    late = applied.entries.pop()
    applied.add("002_b.sql", "CREATE TABLE b (id int);")
    applied.entries.append(late)
    applied.save()
    outcome = run("migrate")
    assert (outcome.status, outcome.out) == (3, "")
    assert outcome.err.partition("\n")[2] == (
        "manifest.yaml:7:5: error: 002_b comes before 003_c, which is applied already\n"
        "    7 |   - file: 002_b.sql\n"
        "      |     ^\n"
        "why: databases that got them in another order could differ\n"
        "state: nothing was run\n"
        "next: give it the next free number; or, if the order does not matter: surefoot migrate --out-of-order\n"
    )
    assert contents(connection) == before
    assert run("migrate", "--out-of-order").status == 0
    assert run("status", "--check").status == 0


def test_other_line_ends_are_no_edit(applied: ProjectFolder, run: Run) -> None:
    applied.write("migrations/001_one.sql", ONE.replace("\n", "\r\n"))
    applied.write("manifest.yaml", applied.save().read_bytes().replace(b"\n", b"\r\n"))
    outcome = run("migrate")
    assert (outcome.status, outcome.out) == (0, "nothing to do: 1 applied\n")
    assert run("verify").status == 0


def test_a_file_with_crlf_is_run_as_with_lf(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    text = "CREATE TABLE b (t text);\r\nINSERT INTO b VALUES ('two\r\nlines');\r\nCOPY b FROM stdin;\r\nx\r\n\\.\r\n"
    folder.add("001_b.sql", text)
    folder.save()
    assert run("migrate").status == 0
    assert connection.execute("SELECT t FROM b").fetchall() == [("two\nlines",), ("x",)]


# -- No way to the database -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["migrate", "status", "plan", "verify", "history", "rollback", "accept 1 --reason x"])
def test_the_server_is_down(applied: ProjectFolder, run: Run, verb: str) -> None:
    outcome = run(*verb.split(), DATABASE_URL="postgresql://127.0.0.1:1/db")
    assert (outcome.status, outcome.out) == (5, "")
    assert outcome.err == (
        'error: cannot connect: connection to server at "127.0.0.1", port 1 failed: Connection refused;'
        " Is the server running on that host and accepting TCP/IP connections?\n"
        "why: the database is named by DATABASE_URL\n"
        "state: nothing was run\n"
        "next: start the server, or wait for it: --wait 30s\n"
    )


def test_no_right_to_make_the_ledger(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    role = make_role()
    connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(role)))
    folder.add("001_one.sql", ONE)
    folder.save()
    before = contents(connection)
    url = make_conninfo(database_url, user=role)
    outcome = run("migrate", DATABASE_URL=url)
    assert (outcome.status, outcome.out) == (5, "")
    assert outcome.err == greeting(url) + (
        f"error: the role {role} may not create the ledger: permission denied for database {connection.info.dbname}\n"
        "why: the ledger is the schema surefoot of this database\n"
        "state: nothing was run\n"
        f"next: give this SQL to a DBA: surefoot ledger --sql --for {role}\n"
    )
    assert contents(connection) == before


def test_the_traceback_of_a_bug_is_never_needed(applied: ProjectFolder, run: Run) -> None:
    """None of the above leaves a file that is to be sent to us."""
    for bad in (*MANIFESTS, *FILES, *TEXTS):
        fresh = ProjectFolder(applied.path / bad.name.replace(" ", "-"), list(applied.entries))
        fresh.write("migrations/001_one.sql", ONE)
        fresh.write("rollbacks/rollback_001.sql", "DROP TABLE one;")
        bad.make(fresh)
        fresh.save()
        assert run("migrate", "--manifest", str(fresh.path / "manifest.yaml")).status == bad.status
    assert list(Path(applied.path).glob("surefoot-*.txt")) == []
