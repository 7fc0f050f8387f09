"""How much a lock matters: in a migration, in a rollback, and where PostgreSQL leaves no other way."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_rule import project, write

from surefoot_lint.finding import Level
from surefoot_lint.linter import lint

VISITS = """\
CREATE TABLE IF NOT EXISTS visit (id bigint, day date NOT NULL, keeper bigint) PARTITION BY RANGE (day);
CREATE TABLE IF NOT EXISTS visit_2024 PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE IF NOT EXISTS keeper (id bigint PRIMARY KEY);
"""
REST = VISITS + "CREATE TABLE IF NOT EXISTS rest PARTITION OF visit DEFAULT;\n"
DETACH = "ALTER TABLE visit DETACH PARTITION visit_2024;"
CHECKED = "ALTER TABLE keeper ADD CONSTRAINT keeper_id CHECK (id > 0);"
REFERS = "ALTER TABLE visit ADD CONSTRAINT visit_keeper FOREIGN KEY (keeper) REFERENCES keeper (id);"
COLUMN = "ALTER TABLE keeper ADD COLUMN IF NOT EXISTS boss bigint{} REFERENCES keeper (id);"
LEVELS = [
    (VISITS, DETACH, "LK105", Level.ERROR, "CONCURRENTLY"),
    (REST, DETACH, "LK105", Level.WARNING, "lock_timeout"),
    (VISITS, COLUMN.format(""), "LK202", Level.INFORMATION, "NOT VALID"),
    (VISITS, COLUMN.format(" DEFAULT 1"), "LK202", Level.ERROR, "NOT VALID"),
    (VISITS, CHECKED, "LK203", Level.ERROR, "NOT VALID"),
    (VISITS, REFERS, "LK201", Level.ERROR, "each partition"),
]


@pytest.mark.parametrize(("setup", "sql", "code", "level", "advice"), LEVELS)
def test_level_and_advice(
    setup: str, sql: str, code: str, level: Level, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, project({"001_setup.sql": setup, "002_example.sql": sql}))
    monkeypatch.chdir(tmp_path)
    (found,) = lint([Path()], select=[code]).findings
    assert found.level is level
    assert found.lock is not None
    assert advice in (found.advice or "")


def test_rollback_that_puts_back_at_once_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = "ALTER TABLE keeper DROP CONSTRAINT IF EXISTS keeper_id;"
    write(tmp_path, {"001_a.sql": VISITS + CHECKED, "002_b.sql": drop, "rollback_002.sql": CHECKED})
    monkeypatch.chdir(tmp_path)
    levels = {found.place.path: found.level for found in lint([Path()], select=["LK203"]).findings}
    assert levels == {"rollback_002.sql": Level.WARNING}


@pytest.mark.parametrize(
    ("postgres", "advice"), [(15, "CHECK (… IS NOT NULL) NOT VALID"), (18, "NOT NULL … NOT VALID")]
)
def test_advice_fits_the_version(postgres: int, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = project({"001_setup.sql": VISITS, "002_example.sql": "ALTER TABLE visit ALTER COLUMN id SET NOT NULL;"})
    files["manifest.yaml"] = files["manifest.yaml"].replace("postgres: 15", f"postgres: {postgres}")
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    (found,) = lint([Path()], select=["LK208"]).findings
    assert found.advice is not None
    assert advice in found.advice
    assert found.evidence == "history"
