"""The odd cases of rules, kept in YAML: what is found in which lines, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from fix_rule import project, write

from surefoot_lint.linter import lint
from surefoot_lint.rule import all_rules

FOLDER = Path(__file__).parent / "cases"
KEYS = {"name", "files", "sql", "setup", "found"}
SETUP, EXAMPLE = "001_setup.sql", "example.sql"


def cases() -> list[Any]:
    """List all cases, with the code of the rule that they are about."""
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text())
    ]


def files_of(case: dict[str, Any]) -> dict[str, str]:
    """Make the files of a case: one migration `sql` after another `setup`, or `files` by their names."""
    if "files" in case:
        return dict(case["files"])
    before = {SETUP: case["setup"]} if "setup" in case else {}
    return project(before | {f"{len(before) + 1:03}_{EXAMPLE}": case["sql"]})


@pytest.mark.parametrize(("code", "case"), cases())
def test_odd_case(code: str, case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(case) <= KEYS
    write(tmp_path, files_of(case))
    monkeypatch.chdir(tmp_path)
    found = sorted((one.place.path, one.place.line or 1) for one in lint([Path()], select=[code]).findings)
    judged = f"migrations/{2 if 'setup' in case else 1:03}_{EXAMPLE}"
    assert found == sorted(tuple(one) if isinstance(one, list) else (judged, one) for one in case["found"])


def test_cases_are_of_rules_that_there_are() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} <= {rule.code for rule in all_rules()}
