"""What is proven weighs more than what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_command import Run
from fix_project import ProjectFolder

from surefoot_lint.finding import Finding
from surefoot_lint.linter import lint
from surefoot_lint.proofs import FILE
from surefoot_lint.recall import recalled

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


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "migrations": {"001_cats.sql": 3}}', "\x00"])
def test_broken_evidence_is_none(content: str, cattery: ProjectFolder) -> None:
    cattery.save()
    FILE.parent.mkdir(parents=True)
    FILE.write_text(content)
    assert rollbacks() == []
