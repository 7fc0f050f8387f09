"""What must hold by name: each invariant names what breaks it, by `verify` and by psql."""

from __future__ import annotations

import json
import re
import signal
import subprocess

import psycopg
import pytest
from fix_command import PATIENCE_SECONDS, Command, Run, wait_until
from fix_project import ProjectFolder
from fix_runbook import Psql
from jsonschema import Draft202012Validator
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from yaml import safe_load

import surefoot
from surefoot.servers import Server
from surefoot_lint.errors import ManifestError
from surefoot_lint.manifest import manifest_schema

SCHEMA = """
CREATE SCHEMA sales;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE sales.size AS ENUM ('s');
CREATE TABLE safe (id int PRIMARY KEY, mood mood);
ALTER TABLE safe ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON safe USING (true);
CREATE TABLE bare (id int, safe_id int REFERENCES safe);
ALTER TABLE bare ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
CREATE TABLE sales."Odd one" (id int);
CREATE INDEX bare_id ON bare (id);
CREATE VIEW shown AS SELECT id FROM safe;
CREATE SCHEMA storage;
CREATE TABLE storage.buckets (id text PRIMARY KEY, public boolean);
INSERT INTO storage.buckets VALUES ('avatars', true), ('papers', false);
"""
BREAKING_INDEX = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bare_id'::regclass"
NO_RLS, NO_POLICY = "public.bare has no row-level security", "public.bare has no policy"
CASES = [
    ("rls_enabled: true", [NO_RLS]),
    ("rls_enabled: false", None),
    ("rls_enabled: {schemas: [public]}", [NO_RLS]),
    ("rls_enabled: {schemas: [public, sales]}", [NO_RLS, "sales.Odd one has no row-level security"]),
    ("rls_enabled: {except: [bare]}", []),
    ("rls_enabled: {except: [public.bare]}", []),
    ("rls_enabled: {schemas: [sales], except: ['sales.Odd one']}", []),
    ("rls_enabled: {schemas: [nowhere]}", []),
    ("policies_present: true", [NO_POLICY]),
    ("policies_present: {except: [bare]}", []),
    ("no_invalid_indexes: true", ["the index public.bare_id of bare is INVALID"]),
    ("no_invalid_indexes: {schemas: [sales]}", []),
    ("constraints_validated: true", ["the constraint positive of public.bare is not validated"]),
    ("constraints_validated: {except: [bare]}", []),
    ("foreign_keys_indexed: true", ["the foreign key bare_safe_id_fkey of public.bare has no index"]),
    ("foreign_keys_indexed: {schemas: [sales]}", []),
    ("tables: [safe, public.bare, 'sales.Odd one']", []),
    ("tables: []", None),
    ('tables: [shown, sales.safe, "o\'clock\\\\"]', ["public.o'clock\\", "public.shown", "sales.safe"]),
    ("enums: {mood: [sad, ok, happy], sales.size: [s]}", []),
    ("enums: {mood: [ok, sad]}", ["the enum public.mood has sad, ok, happy, and not ok, sad"]),
    ("enums: {size: [s]}", ["there is no enum public.size"]),
    ("buckets: [avatars, {id: papers, public: false}]", []),
    (
        "buckets: [{id: avatars, public: false}, {id: papers, public: true}, media]",
        ["the bucket avatars is public", "the bucket papers is not public", "there is no bucket media"],
    ),
    ("counts: {tables: 2, indexes: 2, policies: 1, views: 1, enums: 1, functions: 0, triggers: 0}", []),
    ("counts: {tables: 1, policies: 0, like: 'safe%'}", ["1 policies like safe%, and not 0"]),
    ("counts: {tables: 3, schemas: [public, sales], materialized_views: 0, sequences: 0}", []),
]


@pytest.fixture
def made(connection: psycopg.Connection) -> psycopg.Connection:
    """A database in which much is as it must be, and much is not."""
    connection.execute(SCHEMA)
    connection.execute(BREAKING_INDEX)
    return connection


@pytest.mark.parametrize(("said", "found"), CASES)
def test_what_breaks_it_is_named(
    folder: ProjectFolder, made: psycopg.Connection, said: str, found: list[str] | None
) -> None:
    folder.tail = f"invariants:\n  {said}\n"
    Draft202012Validator(manifest_schema()).validate(safe_load(folder.save().read_text()))
    answers = surefoot.verify(folder.load(), made).answers
    if found is None:
        assert answers == ()
        return
    (answer,) = answers
    prefix = "there is no table " if said.startswith("tables") else ""
    assert [row for (row,) in answer.rows] == [f"{prefix}{one}" for one in found]
    assert answer.is_expected == (not found)
    assert answer.check.place.line == 6


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("rls: true", "invariants.rls: unknown key"),
        ("rls_enabled: yes please", "invariants.rls_enabled: must be true or false"),
        ("rls_enabled: {schema: public}", "invariants.rls_enabled.schema: unknown key"),
        ("tables: users", "invariants.tables: must be a list: each line begins with a dash"),
        ("tables: [1]", "invariants.tables: must be a name, with its schema in front where that is not public: "),
        ("enums: [mood]", "invariants.enums: must be a mapping of names"),
        ("enums: {mood: [a], mood: [b]}", "invariants.enums.mood: stands here a second time"),
        ("buckets: [{public: true}]", "invariants.buckets: the key id is missing (the bucket)"),
        ("counts: {tables: many}", "invariants.counts.tables: must be a whole number from 0 to 1000000"),
    ],
)
def test_what_is_not_understood_is_refused(folder: ProjectFolder, said: str, message: str) -> None:
    folder.tail = f"invariants:\n  {said}\n"
    with pytest.raises(ManifestError) as caught:
        folder.load()
    assert caught.value.what.startswith(message)


def test_several_counts_have_names_of_their_own(folder: ProjectFolder, made: psycopg.Connection) -> None:
    folder.tail = "invariants:\n  counts: [{tables: 2}, {tables: 9, like: 'b%'}]\n"
    answers = surefoot.verify(folder.load(), made).answers
    assert [(one.check.name, one.is_expected) for one in answers] == [("counts", True), ("counts like b%", False)]


def test_buckets_without_storage(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.tail = "invariants:\n  buckets: [avatars]\n"
    (answer,) = surefoot.verify(folder.load(), connection).answers
    assert answer.got == 'the error 42P01 (undefined_table): relation "storage.buckets" does not exist'


def test_people_and_programs_read_all_that_breaks_it(folder: ProjectFolder, run: Run, made: psycopg.Connection) -> None:
    made.execute("".join(f"CREATE TABLE t{n:02} ();" for n in range(30)))
    folder.tail = "invariants:\n  rls_enabled: true\n  tables: [safe]\n"
    folder.save()
    told = run("verify")
    assert told.status == 1
    assert told.out.splitlines()[:3] == [
        "  failed  rls_enabled: 31 found  (manifest.yaml:6:16)",
        "      public.bare has no row-level security",
        "      public.t00 has no row-level security",
    ]
    assert "      and 11 more; --json has them all" in told.out.splitlines()
    assert "  holds   tables" in told.out.splitlines()
    first = json.loads(run("verify", "--json").out.splitlines()[0])
    assert first["check"] == "rls_enabled"
    assert len(first["rows"]) == 31
    assert first["rows"][-1] == ["public.t29 has no row-level security"]


def test_psql_asks_the_same(folder: ProjectFolder, psql: Psql, database_url: str, made: psycopg.Connection) -> None:
    folder.add("001_one.sql", "CREATE TABLE one ();")
    folder.tail = "invariants:\n  rls_enabled: true\n  enums: {mood: [sad, ok, happy]}\n"
    project = folder.load()
    made.execute("REINDEX INDEX bare_id")
    surefoot.migrate(project, made)
    psql.written(project)
    done = psql("verify.sql", database_url)
    assert done.status == 3
    assert "  holds: enums" in done.out
    assert "the check 'rls_enabled' failed: expected no row, got (public.bare has no row-level security)" in done.err


# -- Again and again --------------------------------------------------------------------------------------------------


def lines_until(process: subprocess.Popen[str], word: str) -> list[str]:
    """Read what a process writes, up to the line that holds a word."""
    assert process.stdout is not None
    found: list[str] = []
    while not found or word not in found[-1]:
        line = process.stdout.readline()
        assert line, found
        found.append(line.rstrip("\n"))
    return found


def test_watching_tells_what_changes(folder: ProjectFolder, command: Command, connection: psycopg.Connection) -> None:
    folder.tail = "invariants:\n  tables: [wanted]\n"
    folder.save()
    connection.execute("CREATE TABLE wanted ()")
    with command.start("verify", "--watch", "1s") as process:
        assert lines_until(process, "checks hold") == [
            "  holds   tables",
            "1 of 1 checks hold; the ledger's chain is intact (0 rows)",
        ]
        connection.execute("DROP TABLE wanted")
        (said,) = lines_until(process, "tables")
        assert said.endswith("wrong  tables: expected no row, got (there is no table public.wanted)")
        connection.execute("CREATE TABLE wanted ()")
        (said,) = lines_until(process, "tables")
        assert said.endswith("holds  tables again")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert re.fullmatch(r"\d+ rounds; something was wrong in \d+\n", out)
    assert process.returncode == 1
    assert "Traceback" not in err


def test_watching_survives_a_server_that_is_away(
    folder: ProjectFolder, command: Command, database_url: str, server: Server
) -> None:
    """The database is renamed meanwhile, so that nobody can connect."""
    folder.save()
    name = sql.Identifier(str(conninfo_to_dict(database_url)["dbname"]))
    away = sql.Identifier(f"{conninfo_to_dict(database_url)['dbname']}_away")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with (
        psycopg.connect(server.url, autocommit=True) as admin,
        command.start("verify", "--watch", "1s", "--json") as process,
    ):
        lines_until(process, '"round": 1')
        wait_until(lambda: _renamed(admin, rename.format(name, away)))
        broken = json.loads(lines_until(process, '"holds": false')[-1])
        assert list(broken["wrong"]) == ["the connection"]
        admin.execute(rename.format(away, name))
        again = json.loads(lines_until(process, '"holds": true')[-1])
        assert again["wrong"] == {}
        process.terminate()
        out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert json.loads(out.splitlines()[-1])["wrong_rounds"] >= 1


def _renamed(admin: psycopg.Connection, statement: sql.Composed) -> bool:
    """Rename a database, unless somebody is connected just now."""
    try:
        admin.execute(statement)
    except psycopg.errors.ObjectInUse:
        return False
    return True


def test_watching_ends_in_time(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    done = run("verify", "--watch", "1s", "--for", "1s", "--json")
    rounds = [json.loads(line) for line in done.out.splitlines() if '"round"' in line]
    assert [one["round"] for one in rounds] == [1, 2]
    assert (done.status, rounds[-1]["holds"]) == (0, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--for", "1h"), "--for says how long to watch"),
        (("--watch", "100ms"), "a database is asked once a second at most"),
        (("--watch", "60"), "'60' is no duration with its unit"),
    ],
)
def test_watching_needs_times(folder: ProjectFolder, run: Run, options: tuple[str, ...], message: str) -> None:
    folder.save()
    done = run("verify", *options)
    assert done.status == 2
    assert message in done.err
