from __future__ import annotations

from pathlib import Path

import pytest
from fix_rule import write

from surefoot_lint.linter import lint

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
INDEX = "CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name)"
ALLOW = "-- surefoot: allow index-not-concurrent: forty cats"


def codes(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None]]:
    write(folder, text, SETUP)
    monkeypatch.chdir(folder)
    return [(one.code, one.place.line) for one in lint([Path()]).findings if one.code[:2] in ("LK", "SU")]


ALLOWED = {
    "right before": f"{ALLOW}\n{INDEX};",
    "by its code": f"-- surefoot: allow LK101: forty cats\n{INDEX};",
    "among others": f"-- surefoot: allow LK101, LK101: forty cats\n{INDEX};",
    "behind, on the same line": f"{INDEX}; {ALLOW}",
    "behind, with another statement after": f"{INDEX}; {ALLOW}\nSELECT 1;",
    "inside": f"CREATE INDEX IF NOT EXISTS cat_name_idx -- why\n  {ALLOW}\n  ON cat (name);",
    "above, after other comments": f"-- An index.\n{ALLOW}\n-- It is small.\n{INDEX};",
    "at the top, for all of the file": f"{ALLOW}\n\nSELECT 1;\n{INDEX};",
    "for all of the file, from anywhere": f"SELECT 1;\n{INDEX};\n-- surefoot: allow-file LK101: forty cats\n",
    "until a day to come": f"{ALLOW} until 2999-12-31\n{INDEX};",
    "with Windows' line ends": f"{ALLOW}\r\n{INDEX};\r\n",
    "with a comment behind": f"{ALLOW} -- and no more\n{INDEX};",
}
REFUSED = {
    "of another statement": (f"{ALLOW}\nSELECT 1;\n{INDEX};", [("SU102", 1), ("LK101", 3)]),
    "in a string": (f"SELECT '\n{ALLOW}';\n{INDEX};", [("LK101", 3)]),
    "without a reason": (f"-- surefoot: allow LK101\n{INDEX};", [("SU103", 1), ("LK101", 2)]),
    "with an empty reason": (f"-- surefoot: allow LK101: \n{INDEX};", [("SU103", 1), ("LK101", 2)]),
    "out of date": (f"{ALLOW} until 2020-02-29\n{INDEX};", [("SU104", 1), ("LK101", 2)]),
    "until no day": (f"{ALLOW} until spring\n{INDEX};", [("SU104", 1), ("LK101", 2)]),
    "of no rule": (f"-- surefoot: allow index-not-current: forty\n{INDEX};", [("SU101", 1), ("LK101", 2)]),
    "naming none": (f"-- surefoot: allow: forty cats\n{INDEX};", [("SU101", 1), ("LK101", 2)]),
    "of all": (f"-- surefoot: allow all: forty cats\n{INDEX};", [("SU105", 1)]),
}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_allowance_is_about_its_statement(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(tmp_path, text, monkeypatch) == []


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_allowance_that_allows_nothing(
    text: str, expected: list[tuple[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(tmp_path, text, monkeypatch) == expected


def test_allowed_findings_are_kept_apart_with_their_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(tmp_path, ALLOWED["right before"], monkeypatch) == []
    (suppressed,) = [one for one in lint([Path()]).suppressed if one.finding.code == "LK101"]
    assert (suppressed.silence, suppressed.reason) == ("allowed", "forty cats")


def test_allowance_of_a_rule_that_was_not_asked_is_not_called_unused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, f"{ALLOW}\nSELECT 1;", SETUP)
    monkeypatch.chdir(tmp_path)
    assert lint([Path()], select=["SU102", "RB101"]).findings == ()
