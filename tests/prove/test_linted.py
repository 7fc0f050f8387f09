"""What is proven weighs more than what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_command import Run
from fix_project import ProjectFolder

from surefoot_lint.finding import Finding
from surefoot_lint.linter import lint
from surefoot_lint.recall import recalled
from surefoot_lint.verdicts import FILE

HIDDEN = "DO $$ BEGIN EXECUTE 'DROP TABLE IF EXISTS ' || quote_ident('{}'); END $$;\n"
CATS = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text DEFAULT 'Tom');\n"
DOGS = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS age integer;\nALTER TABLE cat ALTER COLUMN name SET DEFAULT 'Cat';\n"
REMOVER = """\
CREATE OR REPLACE FUNCTION remove(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', name);
END
$$;
"""


@pytest.fixture
def cattery(folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    folder.add("001_cats.sql", CATS, "DROP TABLE IF EXISTS cat;\n")
    monkeypatch.chdir(folder.path)
    return folder


CHANGED = """\
ALTER TABLE cat ALTER COLUMN kind TYPE regclass;
ALTER TABLE cat
    ALTER COLUMN lives TYPE bigint;
ALTER TABLE cat ALTER COLUMN born TYPE timestamptz;
ALTER TABLE visit ALTER COLUMN cat_id TYPE bigint;
DO $$ BEGIN ALTER TABLE cat ALTER COLUMN other TYPE regclass; END $$;
"""
CHANGED_BACK = """\
ALTER TABLE cat ALTER COLUMN other TYPE oid;
ALTER TABLE visit ALTER COLUMN cat_id TYPE integer;
ALTER TABLE cat ALTER COLUMN born TYPE timestamp;
ALTER TABLE cat ALTER COLUMN lives TYPE integer;
ALTER TABLE cat ALTER COLUMN kind TYPE oid;
"""


def rollbacks() -> list[Finding]:
    return [one for one in lint([Path()]).findings if one.code.startswith("RB")]


def test_wrong_rollback_that_cannot_be_read_is_found(cattery: ProjectFolder, run: Run) -> None:
    cattery.add("002_dogs.sql", DOGS, HIDDEN.format("dog"))
    cattery.save()
    assert rollbacks() == []
    assert run("prove").status == 1
    (finding,) = rollbacks()
    assert (finding.code, finding.evidence, finding.place.path) == ("RB108", "proved", "rollbacks/rollback_002.sql")
    assert finding.message.startswith("the rollback must give back the schema, and ")
    assert [one for one in recalled([]).findings if one.code == "RB108"] == [finding]


def test_rollback_that_fails_is_found(cattery: ProjectFolder, run: Run) -> None:
    cattery.add("002_dogs.sql", DOGS, "DO $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident('dog'); END $$;\n")
    cattery.save()
    assert run("prove").status == 1
    assert [(one.code, one.evidence) for one in rollbacks()] == [("RB106", "proved")]


def test_reading_that_a_proof_confirms_is_marked(cattery: ProjectFolder, run: Run) -> None:
    cattery.add("002_dogs.sql", DOGS, "ALTER TABLE cat DROP COLUMN IF EXISTS age;\n")
    cattery.save()
    assert [(one.code, one.evidence) for one in rollbacks()] == [("RB108", "history")]
    assert run("prove").status == 1
    assert [(one.code, one.evidence) for one in rollbacks()] == [("RB108", "proved")]


def test_reading_that_a_proof_refutes_is_left_out(cattery: ProjectFolder, run: Run) -> None:
    cattery.add("002_remover.sql", REMOVER, "DROP FUNCTION IF EXISTS remove(text);\n")
    cattery.add(
        "003_birds.sql", "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);\n", "SELECT remove('bird');\n"
    )
    cattery.save()
    assert [(one.code, one.object) for one in rollbacks()] == [("RB103", "table bird")]
    assert run("prove").status == 0
    assert rollbacks() == []


def test_proof_of_other_files_counts_for_nothing(cattery: ProjectFolder, run: Run) -> None:
    cattery.add("002_dogs.sql", DOGS, HIDDEN.format("dog"))
    cattery.save()
    assert run("prove").status == 1
    assert rollbacks()
    path = Path("migrations/001_cats.sql")
    path.write_text(path.read_text() + "SELECT 1;\n")
    assert rollbacks() == []


def test_rewrites_are_as_they_were_measured(folder: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = "CREATE TABLE cat (kind oid, lives integer, born timestamp, other oid);\n"
    visits = "CREATE TABLE visit (day date, cat_id integer) PARTITION BY RANGE (day);\n"
    folder.add("001_cats.sql", tables + visits, "DROP TABLE visit; DROP TABLE cat;\n")
    folder.add("002_types.sql", CHANGED, CHANGED_BACK)
    manifest = folder.save()
    manifest.write_text(manifest.read_text().replace("postgres: 15", "postgres: 18"))
    monkeypatch.chdir(folder.path)

    def rewrites() -> dict[tuple[str, int | None], str]:
        found = [one for one in lint([Path()], select=["LK304"]).findings if one.code == "LK304"]
        return {(one.place.path.rpartition("/")[2], one.place.line): one.evidence for one in found}

    back = "rollback_002.sql"
    read = {("002_types.sql", line): "history" for line in (1, 3, 4, 5, 6)}
    read |= {(back, line): "history" for line in (1, 2, 3, 4, 5)}
    assert rewrites() == read
    assert run("prove").status == 0
    # What another time zone, a partition elsewhere, or other rows would change stays as it was read.
    left = {place: how for place, how in read.items() if place not in (("002_types.sql", 1), (back, 1), (back, 5))}
    assert rewrites() == left | {("002_types.sql", 3): "measured", (back, 4): "measured"}
    manifest.write_text(manifest.read_text().replace("postgres: 18", "postgres: 17"))
    assert run("prove").status == 0
    assert rewrites() == read


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "migrations": {"001_cats.sql": 3}}', "\x00"])
def test_broken_evidence_is_none(content: str, cattery: ProjectFolder) -> None:
    cattery.save()
    FILE.parent.mkdir(parents=True)
    FILE.write_text(content)
    assert rollbacks() == []
