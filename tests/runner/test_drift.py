"""What was changed by hand is named; what the files build is not."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import psycopg
import pytest
from fix_command import Command, Run
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.built import UNNAMED_VERSION
from surefoot.drift import NO_DRIFT
from surefoot.servers import Server, ensure_database

CATS = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text DEFAULT 'Tom');
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
CREATE OR REPLACE FUNCTION purr() RETURNS text LANGUAGE sql AS $$ SELECT 'purr' $$;
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own ON cat;
CREATE POLICY own ON cat USING (true);
"""
UNDO = "DROP TABLE IF EXISTS cat;\nDROP FUNCTION IF EXISTS purr();\n"
DRIFTS = {
    "CREATE INDEX by_hand ON cat (id)": "extra: index public.by_hand",
    "DROP POLICY own ON cat": "missing: policy public.cat.own",
    "ALTER TABLE cat ALTER COLUMN name SET DEFAULT 'Cat'": "changed: column public.cat.name",
    CATS.splitlines()[2].replace("'purr'", "'hiss'"): "changed: function public.purr()",
    "CREATE TABLE dog (id bigint)": "extra: table public.dog",
    "DROP TABLE cat": "missing: table public.cat",
    "ALTER TABLE cat DISABLE ROW LEVEL SECURITY": "changed: table public.cat",
}


@pytest.fixture
def drift(run: Run, server: Server) -> Run:
    """The command, with trials on the server of the tests."""
    return partial(run, "drift", "--scratch-url", server.url)


@pytest.fixture
def cattery(folder: ProjectFolder, run: Run, database_url: str) -> str:
    folder.add("001_cats.sql", CATS, UNDO)
    folder.add("002_dogs.sql", "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);", "DROP TABLE IF EXISTS bird;")
    folder.save()
    assert run("migrate", "--database-url", database_url).status == 0
    return database_url


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def test_nothing_is_found_after_a_run(cattery: str, run: Run, drift: Run) -> None:
    outcome = drift("--database-url", cattery)
    assert (outcome.status, outcome.out) == (0, "the schema is as the files build\n")
    assert run("rollback", "--steps", "1", "--yes", "--database-url", cattery).status == 0
    assert drift("--database-url", cattery).status == 0


@pytest.mark.parametrize(("change", "line"), DRIFTS.items())
def test_change_by_hand_is_named(change: str, line: str, cattery: str, drift: Run) -> None:
    execute(cattery, change)
    outcome = drift("--database-url", cattery)
    assert outcome.status == 1
    assert f"  {line}\n" in outcome.out


def test_both_definitions_are_shown(cattery: str, drift: Run) -> None:
    execute(cattery, "ALTER TABLE cat ALTER COLUMN name SET DEFAULT 'Cat'")
    out = drift("--database-url", cattery).out
    assert "the files make it: text DEFAULT 'Tom'::text" in out
    assert "it is now:         text DEFAULT 'Cat'::text" in out
    assert out.endswith("1 object is not as the files build\n")


def test_a_definition_of_several_lines_is_indented(cattery: str, drift: Run) -> None:
    body = "text LANGUAGE sql AS E'\\nSELECT 1::text;\\n'"
    execute(cattery, f"CREATE FUNCTION hiss() RETURNS {body}; CREATE OR REPLACE FUNCTION purr() RETURNS {body}")
    lines = drift("--database-url", cattery).out.splitlines()
    start = lines.index("  extra: function public.hiss()")
    assert lines[start + 1 : start + 3] == ["      it is now:", "          CREATE OR REPLACE FUNCTION public.hiss()"]
    start = lines.index("  changed: function public.purr()")
    assert lines[start + 1] == "      the files make it -, it is now +:"
    assert all(line.startswith("        ") for line in lines[start + 2 : -1])
    assert "        +SELECT 1::text;" in lines


def test_draft_brings_back_what_is_certain(cattery: str, drift: Run) -> None:
    execute(cattery, "CREATE INDEX by_hand ON cat (id); CREATE TABLE dog (id bigint PRIMARY KEY, name text UNIQUE)")
    execute(cattery, 'ALTER TABLE cat ADD COLUMN age integer CHECK (age > 0), ADD CONSTRAINT "of Tom" UNIQUE (name)')
    execute(cattery, 'CREATE POLICY "may. read" ON cat FOR SELECT USING (true); CREATE SCHEMA kennel')
    draft = drift("--sql", "--database-url", cattery).out
    assert "-- by hand" not in draft
    execute(cattery, draft)
    assert drift("--database-url", cattery).status == 0


def test_name_with_line_ends_stays_within_its_comment(cattery: str, drift: Run) -> None:
    execute(cattery, 'CREATE TYPE "a\nDROP TABLE cat; --" AS ENUM ()')
    draft = drift("--sql", "--database-url", cattery).out
    assert [line for line in draft.splitlines() if not line.startswith("--")] == []


def test_draft_makes_again_what_is_missing(cattery: str, drift: Run) -> None:
    execute(cattery, "DROP TABLE cat; DROP FUNCTION purr")
    draft = drift("--sql", "--database-url", cattery).out
    assert draft.startswith("-- A draft: read it, complete it, and run it as the role that migrates.")
    assert "CREATE POLICY own ON public.cat AS PERMISSIVE FOR ALL TO PUBLIC USING (true);\n" in draft
    execute(cattery, draft)
    assert drift("--database-url", cattery).status == 0
    assert drift("--sql", "--database-url", cattery).out == "-- the schema is as the files build\n"


def test_draft_leaves_to_a_person_what_is_not(cattery: str, drift: Run) -> None:
    execute(cattery, "ALTER TABLE cat ADD age int GENERATED ALWAYS AS (1) STORED; CREATE TYPE mood AS ENUM ('new')")
    execute(
        cattery,
        "CREATE TABLE fish (id mood) PARTITION BY LIST (id); DROP TABLE bird; CREATE VIEW bird AS SELECT 1 AS id",
    )
    draft = drift("--sql", "--database-url", cattery).out
    execute(cattery, draft)
    assert drift("--database-url", cattery).status == 0


def test_database_without_a_ledger(folder: ProjectFolder, run: Run, database_url: str) -> None:
    folder.add("001_cats.sql", CATS, UNDO)
    folder.save()
    outcome = run("drift", "--database-url", database_url)
    assert outcome.status == 3
    assert "surefoot baseline --to NUMBER" in outcome.err


def test_edited_file_is_refused(cattery: str, folder: ProjectFolder, drift: Run) -> None:
    path = Path(folder.path) / "migrations/001_cats.sql"
    path.write_text(path.read_text() + "SELECT 1;\n")
    assert drift("--database-url", cattery).status == 3


def test_status_warns_of_a_change_by_hand(cattery: str, run: Run) -> None:
    warning = "the schema is not what the last run left: surefoot drift names what was changed\n"
    outcome = run("status", "--check", "--database-url", cattery)
    assert (outcome.status, warning in outcome.out) == (0, False)
    execute(cattery, "CREATE INDEX by_hand ON cat (id)")
    outcome = run("status", "--check", "--database-url", cattery)
    assert (outcome.status, warning in outcome.out) == (1, True)
    assert json.loads(run("status", "--json", "--database-url", cattery).out)["schema_as_left"] is False
    execute(cattery, "DROP INDEX by_hand")
    assert run("status", "--check", "--database-url", cattery).status == 0


DEFAULTS = """\
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE fish (id bigint);
"""


def as_deployer(url: str, make_role: MakeRole) -> str:
    """Make a role that migrates, which is no superuser."""
    role = make_role()
    with psycopg.connect(url) as connection:
        rights = "GRANT CREATE ON SCHEMA public TO {0}; GRANT CREATE ON DATABASE {1} TO {0}"
        names = sql.Identifier(role), sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL(rights).format(*names))
    return make_conninfo(url, user=role)


def test_default_privileges_of_another_role_that_migrates(
    folder: ProjectFolder, run: Run, drift: Run, database_url: str, make_role: MakeRole
) -> None:
    folder.add("001_rights.sql", DEFAULTS)
    folder.save()
    deployer = as_deployer(database_url, make_role)
    assert run("migrate", "--database-url", deployer).status == 0
    for url in (deployer, database_url):
        outcome = drift("--database-url", url)
        assert (outcome.status, outcome.out) == (0, "the schema is as the files build\n")
    execute(deployer, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO pg_monitor")
    outcome = drift("--sql", "--database-url", database_url)
    assert outcome.status == 1
    execute(database_url, outcome.out)
    assert drift("--database-url", database_url).status == 0


def test_default_privileges_of_who_takes_over(
    folder: ProjectFolder, run: Run, database_url: str, make_role: MakeRole, server: Server
) -> None:
    folder.add("001_rights.sql", DEFAULTS)
    folder.save()
    deployer = as_deployer(database_url, make_role)
    execute(deployer, DEFAULTS)
    outcome = run("baseline", "--to", "1", "--scratch-url", server.url, "--database-url", deployer)
    assert outcome.status == 0, outcome.err


def test_work_of_an_unfinished_migration_is_told_apart(
    folder: ProjectFolder, cattery: str, run: Run, drift: Run
) -> None:
    fish = (
        "CREATE TABLE IF NOT EXISTS fish (id bigint);\nCREATE INDEX CONCURRENTLY fish_id ON fish (id);\nSELECT 1 / 0;"
    )
    folder.add("003_fish.sql", fish, "DROP TABLE IF EXISTS fish;", transaction="false")
    folder.save()
    assert run("migrate", "--database-url", cattery).status == 4
    execute(cattery, "CREATE INDEX by_hand ON cat (id)")
    outcome = drift("--database-url", cattery)
    assert outcome.out.splitlines()[0] == (
        "unfinished: 003_fish was begun; what it made is listed as extra; finish it first: "
        "surefoot migrate (or surefoot abandon 3)"
    )
    assert "  extra: table public.fish (of 003_fish, unfinished)\n" in outcome.out
    assert "  extra: index public.by_hand\n" in outcome.out
    draft = drift("--sql", "--database-url", cattery).out
    assert "-- unfinished: 003_fish was begun" in draft
    assert "DROP INDEX IF EXISTS public.by_hand;" in draft
    assert "fish_id" not in draft
    found = [json.loads(line) for line in drift("--json", "--database-url", cattery).out.splitlines()]
    assert found[0] == {"event": "unfinished", "number": 3, "name": "003_fish", "action": "applied"}
    marked = {one["object"]: one["unfinished"] for one in found if one["event"] == "difference"}
    assert marked["public.fish_id"] == "003_fish"
    assert marked["public.by_hand"] is None


def test_files_are_built_in_the_order_in_which_they_were_applied(
    folder: ProjectFolder, run: Run, drift: Run, database_url: str
) -> None:
    says = "CREATE OR REPLACE FUNCTION says() RETURNS text LANGUAGE sql AS $$ SELECT '{}' $$;"
    folder.add("001_cat.sql", says.format("meow"))
    folder.add("003_dog.sql", says.format("woof"))
    folder.save()
    assert run("migrate", "--database-url", database_url).status == 0
    folder.add("002_cow.sql", says.format("moo"))
    folder.entries[1:] = reversed(folder.entries[1:])
    folder.save()
    assert drift("--database-url", database_url).status == 0
    assert run("migrate", "--out-of-order", "--database-url", database_url).status == 0
    assert drift("--database-url", database_url).status == 0
    execute(database_url, says.format("woof"))
    assert "  changed: function public.says()\n" in drift("--database-url", database_url).out


EXTENSIONS = {
    # what the file says, what is done by hand, what is told then
    "moved": (
        "CREATE EXTENSION pg_trgm",
        "CREATE SCHEMA aside; ALTER EXTENSION pg_trgm SET SCHEMA aside",
        ["changed: extension pg_trgm", "extra: schema aside"],
    ),
    "updated": (
        "CREATE EXTENSION pg_trgm VERSION '1.5'",
        "ALTER EXTENSION pg_trgm UPDATE TO '1.6'",
        ["changed: extension pg_trgm"],
    ),
    "of an older server": (
        "CREATE EXTENSION pg_trgm",
        "DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm VERSION '1.5'",
        [f"remark: {UNNAMED_VERSION.format('extension pg_trgm', repr('1.5'), repr('1.6'))}", f"remark: {NO_DRIFT}"],
    ),
}


@pytest.mark.parametrize(("file", "change", "told"), EXTENSIONS.values(), ids=EXTENSIONS)
def test_extension_that_is_not_as_it_was_made(
    file: str, change: str, told: list[str], folder: ProjectFolder, run: Run, drift: Run, database_url: str
) -> None:
    folder.add("001_trgm.sql", file)
    folder.save()
    assert run("migrate", "--database-url", database_url).status == 0
    execute(database_url, change)
    outcome = drift("--database-url", database_url)
    assert [line.strip() for line in outcome.out.splitlines() if line.startswith("  ") and line[2] != " "] == told
    assert outcome.status == (0 if told[0].startswith("remark") else 1)


def test_what_the_platform_has_in_its_own_schemas_is_its_own(
    folder: ProjectFolder, run: Run, drift: Run, supabase_url: str
) -> None:
    folder.tail = "platform: supabase\n"
    folder.add("001_cats.sql", CATS, UNDO)
    folder.save()
    assert run("migrate", "--database-url", supabase_url).status == 0
    assert drift("--database-url", supabase_url).status == 0
    execute(supabase_url, "CREATE TABLE auth.passkeys (id bigint PRIMARY KEY); GRANT SELECT ON auth.passkeys TO anon")
    execute(supabase_url, "COMMENT ON TABLE auth.passkeys IS 'keys'; CREATE EXTENSION pg_trgm SCHEMA extensions")
    execute(supabase_url, "ALTER DEFAULT PRIVILEGES IN SCHEMA auth GRANT SELECT ON TABLES TO anon")
    execute(supabase_url, "DROP TABLE storage.objects CASCADE")
    outcome = drift("--database-url", supabase_url)
    assert (outcome.status, outcome.out) == (0, f"  remark: {NO_DRIFT}\nthe schema is as the files build\n")
    execute(supabase_url, "GRANT SELECT (name) ON cat TO anon; REVOKE SELECT ON cat FROM authenticated")
    found = drift("--database-url", supabase_url).out
    assert "  extra: grant column public.cat.name to anon\n" in found
    assert "  changed: grant table public.cat to authenticated\n" in found
    execute(supabase_url, drift("--sql", "--database-url", supabase_url).out)
    assert drift("--database-url", supabase_url).status == 0


def test_role_that_may_read_the_ledger_alone(cattery: str, drift: Run, make_role: MakeRole) -> None:
    execute(cattery, "CREATE SCHEMA closed; CREATE VIEW closed.v AS SELECT id FROM cat; REVOKE ALL ON cat FROM PUBLIC")
    execute(cattery, "CREATE FUNCTION closed.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    reader = make_role()
    outcome = drift("--database-url", make_conninfo(cattery, user=reader))
    assert outcome.status == 5
    assert f"error: the role {reader} may not read the ledger: permission denied for schema surefoot\n" in outcome.err
    execute(
        cattery,
        f"GRANT USAGE ON SCHEMA surefoot TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA surefoot TO {reader}",
    )
    outcome = drift("--sql", "--database-url", make_conninfo(cattery, user=reader))
    assert outcome.status == 1
    execute(cattery, outcome.out)
    assert drift("--database-url", make_conninfo(cattery, user=reader)).status == 0


def test_two_databases_at_once_on_one_scratch_server(cattery: str, command: Command, server: Server, run: Run) -> None:
    other = ensure_database(server, "other_cattery", None)
    assert run("migrate", "--database-url", other).status == 0
    execute(other, "CREATE INDEX IF NOT EXISTS by_hand ON cat (id)")
    started = [command.start("drift", "--scratch-url", server.url, "--database-url", url) for url in (cattery, other)]
    said = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 1]
    assert said[0] == "the schema is as the files build\n"
    assert "  extra: index public.by_hand\n" in said[1]
