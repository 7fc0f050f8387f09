"""Runbooks: psql alone leaves the schema and the ledger that the runner leaves, and either goes on for the other."""

from __future__ import annotations

import resource
from pathlib import Path

import psycopg
import pytest
from fix_command import Run
from fix_contents import actions
from fix_project import ProjectFolder
from fix_role import MakeRole
from fix_runbook import Psql, both_ways, ledger, refuse, succeed
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.connection import Target, connect

ROOT = Path(__file__).parents[2]


def test_a_project_with_everything(
    prices: ProjectFolder, psql: Psql, database_url: str, other_url: str, connection: psycopg.Connection
) -> None:
    both_ways(prices.load(), psql, database_url, other_url)
    assert connection.execute("SELECT count(*) FROM surefoot.progress").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (0,)
    again = succeed(psql("deploy.sql", database_url))
    assert again.count("is applied already: skipped") == 3


def test_who_and_when_are_of_the_server_and_as_said(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    psql.written(prices.load(), to="1")
    succeed(psql("deploy.sql", database_url, "-v", "os_user=ann", "-v", "host=desk"))
    row = connection.execute(
        "SELECT role = session_user, os_user, host, started_at < finished_at, now() - finished_at < interval '1 minute'"
        " FROM surefoot.ledger"
    ).fetchone()
    assert row == (True, "ann", "desk", True, True)


def test_a_failing_statement_leaves_nothing_and_the_runner_goes_on(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    prices.add("004_bad.sql", "CREATE TABLE half (id int);\nSELECT 1 / 0;")
    psql.written(prices.load())
    err = refuse(psql("deploy.sql", database_url))
    assert "division by zero" in err
    assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)
    assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]
    prices.write("migrations/004_bad.sql", "CREATE TABLE half (id int);")
    assert surefoot.migrate(prices.load(), connection).done == ("004_bad",)


def test_an_error_is_found_in_the_file(prices: ProjectFolder, psql: Psql, database_url: str) -> None:
    prices.add("004_bad.sql", "\n\nSELECT 1 / 0;")
    script = (psql.written(prices.load()) / "deploy.sql").read_text()
    line = int(script.partition("-- migrations/004_bad.sql follows: its line 1 is line ")[2].split()[0])
    assert f"deploy.sql:{line + 2}: ERROR:  division by zero" in refuse(psql("deploy.sql", database_url))


@pytest.mark.parametrize("name", ["deploy.sql", "rollback.sql"])
def test_a_script_that_was_cut_off_is_never_done(
    prices: ProjectFolder, psql: Psql, database_url: str, name: str
) -> None:
    """Between two migrations nothing else is open."""
    script = psql.written(prices.load()) / name
    if name == "rollback.sql":
        succeed(psql("deploy.sql", database_url))
    lines = script.read_text().splitlines(keepends=True)
    ends = [at for at, line in enumerate(lines) if line.startswith(("\\echo '  applied 0", "\\echo '  rolled back 0"))]
    assert len(ends) == 3
    for end in ends:
        following = next(at for at in range(end, len(lines)) if lines[at] == "\\endif\n") + 1
        script.write_text("".join(lines[:following]))
        assert "reached EOF without finding closing \\endif" in refuse(psql(name, database_url))
    script.write_text("".join(lines))
    assert succeed(psql(name, database_url)).endswith("done\n")


def test_what_psql_began_the_runner_ends(
    prices: ProjectFolder, psql: Psql, database_url: str, other_url: str, connection: psycopg.Connection
) -> None:
    """The unique index cannot be built at first."""
    project = prices.load()
    psql.written(project)
    succeed_to_one(psql, project, database_url)
    connection.execute("INSERT INTO price VALUES (9, 'nine', 2)")
    psql.written(project)
    err = refuse(psql("deploy.sql", database_url))
    assert "could not create unique index" in err
    assert "the index could not be built" in err
    assert "run the same command again: it goes on here" in err
    invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    assert connection.execute(invalid).fetchone() == (0,)
    connection.execute("DELETE FROM price WHERE id = 9")
    assert surefoot.migrate(project, connection).done == ("002_index", "003_note")
    with connect(Target(other_url, "the test")) as other:
        surefoot.migrate(project, other)
        assert [row[:-1] for row in ledger(connection)] == [row[:-1] for row in ledger(other)]
        assert ledger(connection)[-1] == ledger(other)[-1]
    assert surefoot.verify(project, connection).holds


def succeed_to_one(psql: Psql, project: surefoot.Project, url: str) -> None:
    psql.written(project, to="1")
    succeed(psql("deploy.sql", url))


def test_what_the_runner_began_psql_ends(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    surefoot.migrate(project, connection, to="1")
    connection.execute("INSERT INTO price VALUES (9, 'nine', 2)")
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(project, connection)
    connection.execute("DELETE FROM price WHERE id = 9")
    psql.written(project)
    out = succeed(psql("deploy.sql", database_url))
    assert "001_price is applied already: skipped" in out
    assert "statement 5 (migrations/002_index.sql:7) was begun before; done: f" in out
    assert connection.execute("SELECT name FROM price WHERE id = 1").fetchone() == ("it's one: :name!",)
    assert actions(connection) == [(1, "applied"), (2, "failed"), (2, "applied"), (3, "applied")]
    assert surefoot.verify(project, connection).holds


def test_what_is_unfinished_is_abandoned(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    surefoot.migrate(project, connection, to="1")
    connection.execute("INSERT INTO price VALUES (9, 'nine', 2)")
    psql.written(project, after="1")
    refuse(psql("deploy.sql", database_url))
    out = succeed(psql("rollback.sql", database_url))
    assert "003_note is not applied: skipped" in out
    row = connection.execute("SELECT action, reason FROM surefoot.ledger ORDER BY id DESC LIMIT 1").fetchone()
    assert row == ("rolled_back", "abandoned")
    assert connection.execute("SELECT count(*) FROM surefoot.progress").fetchone() == (0,)


WRONG = {
    "chain": (
        "ALTER TABLE surefoot.ledger DISABLE TRIGGER ALL; UPDATE surefoot.ledger SET role = 'x'",
        "the ledger was changed by hand: the hash of its row 1 does not fit",
    ),
    "edited": (
        "SELECT surefoot.record('accepted', 1, '001_price', checksum => 'sha256:0')",
        "001_price was edited after it was applied",
    ),
    "renamed": (
        "SELECT surefoot.record('repaired', 1, '001_cost', checksum) FROM surefoot.ledger",
        "number 1 was applied as 001_cost, and is now called 001_price",
    ),
    "unknown": (
        "SELECT surefoot.record('applied', 7, '007_theirs')",
        "007_theirs is applied, and the manifest of this script does not know it",
    ),
    "out of order": (
        "SELECT surefoot.record('applied', 3, '003_note')",
        "002_index comes before 003_note, which is applied already",
    ),
    "gone": (
        "SELECT surefoot.record('rolled_back', 1, '001_price')",
        "001_price is not applied, and this script begins after it",
    ),
    "unfinished": (
        "INSERT INTO surefoot.progress VALUES (1, 'applied', 1, 1, 'x', '{}')",
        "migration 001_price was begun and is not finished",
    ),
    "a rollback unfinished": (
        "INSERT INTO surefoot.progress VALUES (1, 'rolled_back', 1, 1, 'x', '{}')",
        "the rollback of 001_price was begun and is not finished",
    ),
    "another statement": (
        "INSERT INTO surefoot.progress VALUES (2, 'applied', 2, 1, 'x', '{}', now(), now())",
        "migrations/002_index.sql is unfinished, and a statement that was done already is not the same any more",
    ),
    "newer": (
        "CREATE OR REPLACE FUNCTION surefoot.version() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 9'",
        "the ledger is of version 9, and this script knows version 3",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_state_is_refused(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection, case: str
) -> None:
    """The message says what, and what next; nothing is changed."""
    project = prices.load()
    surefoot.migrate(project, connection, to="1")
    change, message = WRONG[case]
    connection.execute(change.encode())
    before = ledger(connection)
    psql.written(project, after="1")
    err = refuse(psql("deploy.sql", database_url))
    assert f"ERROR:  {message}" in err
    assert "HINT:  Nothing was run" in err
    assert ledger(connection) == before
    assert connection.execute("SELECT to_regclass('price_name')").fetchone() == (None,)


def test_a_rollback_to_the_middle(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    surefoot.migrate(project, connection)
    folder = psql.written_back(project, "1")
    assert (folder / "runbook.md").read_text().startswith("# Rollback of trial: 003_note to 002_index\n")
    succeed(psql("rollback.sql", database_url))
    assert actions(connection)[3:] == [(3, "rolled_back"), (2, "rolled_back")]
    again = succeed(psql("rollback.sql", database_url))
    assert again.count("is not applied: skipped") == 2
    assert surefoot.migrate(project, connection).done == ("002_index", "003_note")


def test_a_changed_rollback_is_refused_until_it_was_looked_at(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    surefoot.migrate(prices.load(), connection)
    prices.write("rollbacks/rollback_003.sql", "COMMENT ON TABLE price IS 'older';")
    psql.written_back(prices.load(), "2")
    err = refuse(psql("rollback.sql", database_url))
    assert "the rollback of 003_note was changed since it was applied" in err
    succeed(psql("rollback.sql", database_url, "-v", "changed_rollbacks=on"))
    assert connection.execute("SELECT obj_description('price'::regclass)").fetchone() == ("older",)


def test_what_is_not_the_last_is_not_rolled_back(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    surefoot.migrate(project, connection)
    psql.written(project, to="2")
    err = refuse(psql("rollback.sql", database_url))
    assert "002_index is not the last one applied: what came after it goes first" in err
    assert len(ledger(connection)) == 3


def test_without_a_ledger_there_is_nothing_to_go_back_from(
    prices: ProjectFolder, psql: Psql, database_url: str
) -> None:
    psql.written(prices.load())
    for script in ("rollback.sql", "verify.sql"):
        assert "there is no ledger in this database" in refuse(psql(script, database_url))


def test_who_may_not_make_the_ledger_is_told(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection, make_role: MakeRole
) -> None:
    psql.written(prices.load())
    role = make_role()
    theirs = make_conninfo(database_url, user=role)
    err = refuse(psql("deploy.sql", theirs))
    assert f"the role {role} may not create the ledger: permission denied for database" in err
    assert f"Give this SQL to a DBA: surefoot ledger --sql --for {role}" in err
    surefoot.migrate(prices.load(), connection, to="1")
    err = refuse(psql("deploy.sql", theirs))
    assert f"the role {role} may not read the ledger: permission denied for schema surefoot" in err
    connection.execute(f"GRANT USAGE ON SCHEMA surefoot TO {role}".encode())
    connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA surefoot TO {role}".encode())
    for script in ("deploy.sql", "rollback.sql"):
        err = refuse(psql(script, theirs))
        assert f"the role {role} may not write the ledger: permission denied for its table lease" in err
        assert f"Nothing was run. Give this SQL to a DBA: surefoot ledger --sql --for {role}" in err


def test_who_may_use_no_blocks_is_told(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection, make_role: MakeRole
) -> None:
    role = make_role()
    connection.execute("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
    psql.written(prices.load())
    err = refuse(psql("deploy.sql", make_conninfo(database_url, user=role)))
    assert err.startswith("Nothing was run. This script is made of DO blocks")
    assert f'let a DBA run: GRANT USAGE ON LANGUAGE plpgsql TO "{role}"\n' in err
    assert "ERROR:  permission denied for language plpgsql" in err


def test_a_read_only_session_is_refused(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    psql.written(prices.load())
    read_only = make_conninfo(database_url, options="-c default_transaction_read_only=on")
    assert "this server or session is read-only" in refuse(psql("deploy.sql", read_only))
    assert connection.execute("SELECT to_regnamespace('surefoot')").fetchone() == (None,)


def test_in_one_transaction_it_refuses(prices: ProjectFolder, psql: Psql, database_url: str) -> None:
    psql.written(prices.load())
    err = refuse(psql("deploy.sql", database_url, "--single-transaction"))
    assert "Leave out --single-transaction (-1)" in err


def test_nothing_leaks(folder: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection) -> None:
    folder.add(
        "001_leaky.sql",
        "CREATE SCHEMA other;\nSET search_path = other;\nSET ROLE pg_monitor;\nCREATE TEMP TABLE t (id int);\n"
        "RESET ROLE; SET statement_timeout = '1ms'; SET standard_conforming_strings = off;\n"
        "SET client_min_messages = error; PREPARE p AS SELECT 1; SELECT 'it\\'s :x';",
    )
    folder.add("002_next.sql", "CREATE TABLE t (id text DEFAULT 'a\\');\nSELECT pg_sleep(0.01);")
    psql.written(folder.load())
    outcome = psql("deploy.sql", database_url)
    assert outcome.status == 0, outcome.err
    row = connection.execute("SELECT to_regclass('public.t')::text, to_regclass('other.t')").fetchone()
    assert row == ("t", None)


HOSTILE = """\
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    -- it's; \\q :ON_ERROR_STOP
    RETURN ':USER' || E'\\'' || $q$ ; \\. $q$;
END $$;
CREATE TABLE "odd:name;" ("a'b" text DEFAULT E'it\\'s'
    ' \\'more\\' :ENCODING', "it""s" int[] DEFAULT '{1,2,3}');
INSERT INTO "odd:name;" DEFAULT VALUES;
CREATE VIEW v AS SELECT "it""s"[1:2] AS one, "it""s"[:ENCODING] AS two, 1::int AS three
    FROM "odd:name;", (SELECT 2 AS encoding, 2 AS "ENCODING") AS e /* \\quit ; ' */;
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql
    BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN 1 ELSE 2 END; END;
SELECT $surefoot$ ; $surefoot$, $sql$ ; $text$ $text$ ; $sql$; ; ;
DO $surefoot$ BEGIN PERFORM 1; END $surefoot$ -- the end, without a semicolon: it's so
"""


def test_hostile_text_arrives_as_it_is(
    folder: ProjectFolder, psql: Psql, database_url: str, other_url: str, connection: psycopg.Connection
) -> None:
    """Of the file and of the rollback that the ledger keeps; psql has variables of such names set."""
    folder.add("001_odd.sql", HOSTILE, '-- it\'s :x $rollback$ $text$ \\q\nDROP VIEW v; DROP TABLE "odd:name;";')
    project = folder.load()
    psql.written(project)
    outcome = psql("deploy.sql", database_url, "-v", "name=boom", "-v", "2=boom", "-v", "int=boom", "-v", "x=boom")
    assert outcome.status == 0, outcome.err
    with connect(Target(other_url, "the test")) as other:
        surefoot.migrate(project, other)
        assert ledger(connection) == ledger(other)
        for query in ("SELECT * FROM v", 'SELECT * FROM "odd:name;"', "SELECT f(), g(1)"):
            assert connection.execute(query.encode()).fetchall() == other.execute(query.encode()).fetchall()


def test_skipped_data_do_no_harm(
    folder: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    """What psql skips it still reads: unbalanced quotes and commands among the data of a COPY are kept from it."""
    data = "1\tit's \"\n2\t\\\\endif $$\n\\\\quit\t/*\n"
    folder.add("001_t.sql", "CREATE TABLE t (a text, b text);\nCOPY t FROM stdin;\n" + data + "\\.\n")
    folder.add("002_u.sql", "CREATE TABLE u (id int);")
    project = folder.load()
    surefoot.migrate(project, connection, to="1")
    psql.written(project)
    out = succeed(psql("deploy.sql", database_url))
    assert "001_t is applied already: skipped" in out
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (3,)
    assert actions(connection) == [(1, "applied"), (2, "applied")]


def test_the_command(prices: ProjectFolder, run: Run) -> None:
    prices.save()
    outcome = run("runbook", "--to", "2", "-o", "there")
    assert outcome.status == 0, outcome.err
    assert outcome.out.startswith("2 migrations: there/runbook.md, there/copy/deploy-")
    page = (prices.path / "there" / "runbook.md").read_text()
    assert "Not measured: 001_price, 002_index." in page
    assert "- 002_index: five rows, it's so\n" in page
    assert "## Step 9: Roll back, if it must be" in page
    assert run("runbook", "--rollback").status == 2
    assert run("runbook", "--after", "3").status == 2
    assert run("runbook", "--after", "12").err.startswith("error: --after 12: no migration has this number")


def test_a_runbook_that_cannot_be_written(prices: ProjectFolder, run: Run) -> None:
    prices.save()
    prices.write("there/deploy.sql/of.txt", "in the way")
    refused = run("runbook", "-o", "there")
    assert refused.status == 2
    assert refused.err == (
        "error: the runbook cannot be written: Is a directory: there/deploy.sql\n"
        "state: files of this runbook and of an earlier one may stand side by side there: run none of them\n"
        "next: make room there, or name another folder: surefoot runbook -o DIR\n"
    )
    prices.write("file", "")
    refused = run("runbook", "-o", "file/there")
    assert (refused.status, refused.err.splitlines()[1]) == (
        2,
        "state: nothing was written; a runbook that is there already is as it was",
    )


def test_a_runbook_that_is_there_stays_whole(prices: ProjectFolder, run: Run) -> None:
    """No file may be so large as deploy.sql will be, as on a disk that is full."""
    prices.save()
    assert run("runbook", "-o", "there").status == 0
    there = prices.path / "there"
    before = {path: path.read_bytes() for path in there.rglob("*") if path.is_file()}
    prices.add("004_large.sql", "SELECT 1; -- " + "x" * 100_000)
    prices.save()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, limits[1]))
    try:
        refused = run("runbook", "-o", "there")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.status == 2
    assert "state: nothing was written; a runbook that is there already is as it was\n" in refused.err
    assert {path: path.read_bytes() for path in there.rglob("*") if path.is_file()} == before


def test_measured_locks_are_on_the_page(folder: ProjectFolder, run: Run) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);", "DROP TABLE IF EXISTS t;")
    folder.add(
        "002_a.sql",
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a numeric DEFAULT random();",
        "ALTER TABLE t DROP COLUMN IF EXISTS a;",
    )
    folder.save()
    assert run("prove").status == 0
    assert run("runbook").status == 0
    page = (folder.path / "runbook" / "runbook.md").read_text()
    assert "| 002_a | public.t | ACCESS EXCLUSIVE, " in page
    assert "| all who read or write it | rewritten" in page
    assert "Not measured" not in page
    assert "- 002_a: table column public.t.a\n" in page


def test_what_cannot_be_undone_ends_the_way_back(folder: ProjectFolder, run: Run) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    folder.add("002_gone.sql", "DROP TABLE t;", None, irreversible="its rows are gone")
    folder.add("003_u.sql", "CREATE TABLE u (id int);")
    folder.save()
    assert run("runbook").status == 0
    page = (folder.path / "runbook" / "runbook.md").read_text()
    assert "**002_gone cannot be rolled back: its rows are gone.**" in page
    back = (folder.path / "runbook" / "rollback.sql").read_text()
    assert "Undoes 003_u.\n" in back
    refused = run("runbook", "--rollback", "--to", "0")
    assert refused.status == 3
    assert "002_gone cannot be rolled back: its rows are gone" in refused.err
    assert "surefoot runbook --rollback --to 2" in refused.err


def test_no_password_is_written(prices: ProjectFolder, run: Run) -> None:
    prices.save()
    assert run("runbook", DATABASE_URL="postgresql://me:Tr0ub4dor@127.0.0.1:1/x", PGPASSWORD="Tr0ub4dor").status == 0
    for path in (prices.path / "runbook").rglob("*.*"):
        assert "Tr0ub4dor" not in path.read_text()


def test_the_reference_project(supabase_url: str, psql: Psql) -> None:
    """Nineteen migrations, by psql and by the runner: equal fingerprints, equal ledgers."""
    project = surefoot.Project.load(ROOT)
    psql.written(project)
    succeed(psql("deploy.sql", supabase_url))
    succeed(psql("verify.sql", supabase_url))
    with connect(Target(supabase_url, "the test")) as connection:
        by_psql = ledger(connection)
        assert surefoot.verify(project, connection).holds
        succeed(psql("rollback.sql", supabase_url))
        assert surefoot.migrate(project, connection).done[0] == "001_initial_schema"
        assert [row[1:] for row in ledger(connection)[38:]] == [row[1:] for row in by_psql]
