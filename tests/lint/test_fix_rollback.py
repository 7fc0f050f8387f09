"""The rollbacks that `--fix` writes: their text; tests/system runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from fix_rule import write

from surefoot_lint.fixer import repair_files
from surefoot_lint.linter import Choice, lint

CASES = yaml.safe_load((Path(__file__).parent / "data" / "rollbacks.yaml").read_text())
COMPLETED = yaml.safe_load((Path(__file__).parent / "data" / "completed_rollbacks.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rollback_is_written(case: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"001_before.sql": case["before"], "rollback_001.sql": "SELECT 1;", "002_then.sql": case["then"]}
    write(tmp_path, files)
    repair_files([Path()], None, None, Choice(select=("RB101",)))
    rollback = tmp_path / "rollback_002.sql"
    assert (rollback.read_text() if rollback.exists() else "") == case["rollback"]


@pytest.mark.parametrize("case", COMPLETED, ids=lambda case: case["name"])
def test_rollback_is_completed(case: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"001_cats.sql": case["migration"], "rollback_001.sql": case["before"]})
    repair_files([Path()], None, None, Choice(select=("RB103",)))
    assert (tmp_path / "rollback_001.sql").read_text() == case["after"]


PLACES = [
    ("001_a.sql", "rollback_001.sql"),
    ("001_a.up.sql", "001_a.down.sql"),
    ("001_a/up.sql", "001_a/down.sql"),
    ("2024-02-29-101500_a/up.sql", "2024-02-29-101500_a/down.sql"),
]


@pytest.mark.parametrize(("migration", "rollback"), PLACES)
def test_rollback_without_a_manifest_is_found_again(
    migration: str, rollback: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {migration: "CREATE TABLE IF NOT EXISTS cat ();"})
    repair_files([Path()], None, None, Choice(select=("RB101",)))
    assert (tmp_path / rollback).read_text().endswith("\n\nDROP TABLE IF EXISTS cat;\n")
    assert lint([Path()], select=["RB101"]).findings == ()


def test_rollback_that_is_there_and_not_listed_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    manifest = "surefoot: 1\nname: cattery\npostgres: 15\nmigrations:\n  - file: 1_a.sql\n"
    texts = {"migrations/1_a.sql": "CREATE TABLE IF NOT EXISTS cat ();", "rollbacks/rollback_1.sql": "-- mine"}
    write(tmp_path, {"manifest.yaml": manifest, **texts})
    assert repair_files([Path()], None, None, Choice(select=("RB101",))).files == {}
