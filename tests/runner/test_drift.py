"""What was changed by hand is named; what the files build is not."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from fix_command import Run
from fix_project import ProjectFolder

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
def cattery(folder: ProjectFolder, run: Run, database_url: str) -> str:
    folder.add("001_cats.sql", CATS, UNDO)
    folder.add("002_dogs.sql", "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);", "DROP TABLE IF EXISTS bird;")
    folder.save()
    assert run("migrate", "--database-url", database_url).status == 0
    return database_url


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def test_nothing_is_found_after_a_run(cattery: str, run: Run) -> None:
    outcome = run("drift", "--database-url", cattery)
    assert (outcome.status, outcome.out) == (0, "the schema is as the files build\n")
    assert run("rollback", "--steps", "1", "--yes", "--database-url", cattery).status == 0
    assert run("drift", "--database-url", cattery).status == 0


@pytest.mark.parametrize(("change", "line"), DRIFTS.items())
def test_change_by_hand_is_named(change: str, line: str, cattery: str, run: Run) -> None:
    execute(cattery, change)
    outcome = run("drift", "--database-url", cattery)
    assert outcome.status == 1
    assert f"  {line}\n" in outcome.out


def test_both_definitions_are_shown(cattery: str, run: Run) -> None:
    execute(cattery, "ALTER TABLE cat ALTER COLUMN name SET DEFAULT 'Cat'")
    out = run("drift", "--database-url", cattery).out
    assert "the files make it: text DEFAULT 'Tom'::text" in out
    assert "it is now:         text DEFAULT 'Cat'::text" in out
    assert out.endswith("1 object is not as the files build\n")


def test_draft_brings_back_what_is_certain(cattery: str, run: Run) -> None:
    execute(cattery, "CREATE INDEX by_hand ON cat (id); CREATE TABLE dog (id bigint PRIMARY KEY, name text UNIQUE)")
    execute(cattery, 'ALTER TABLE cat ADD COLUMN age integer CHECK (age > 0), ADD CONSTRAINT "of Tom" UNIQUE (name)')
    execute(cattery, 'CREATE POLICY "may. read" ON cat FOR SELECT USING (true); CREATE SCHEMA kennel')
    draft = run("drift", "--sql", "--database-url", cattery).out
    assert "-- by hand" not in draft
    execute(cattery, draft)
    assert run("drift", "--database-url", cattery).status == 0


def test_name_with_line_ends_stays_within_its_comment(cattery: str, run: Run) -> None:
    execute(cattery, 'CREATE TYPE "a\nDROP TABLE cat; --" AS ENUM ()')
    draft = run("drift", "--sql", "--database-url", cattery).out
    assert [line for line in draft.splitlines() if not line.startswith("--")] == []


def test_draft_leaves_to_a_person_what_is_not(cattery: str, run: Run) -> None:
    execute(cattery, "DROP POLICY own ON cat")
    draft = run("drift", "--sql", "--database-url", cattery).out
    assert "-- by hand: policy public.cat.own is not there\n" in draft
    execute(cattery, draft + "\nSELECT 1")
    assert run("drift", "--database-url", cattery).status == 1


def test_database_without_a_ledger(folder: ProjectFolder, run: Run, database_url: str) -> None:
    folder.add("001_cats.sql", CATS, UNDO)
    folder.save()
    outcome = run("drift", "--database-url", database_url)
    assert outcome.status == 3
    assert "surefoot baseline --to NUMBER" in outcome.err


def test_edited_file_is_refused(cattery: str, folder: ProjectFolder, run: Run) -> None:
    path = Path(folder.path) / "migrations/001_cats.sql"
    path.write_text(path.read_text() + "SELECT 1;\n")
    assert run("drift", "--database-url", cattery).status == 3


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
