from __future__ import annotations

from dataclasses import dataclass

import pytest

from surefoot_lint.errors import ExitStatus, ManifestError, Place, SourceError, SurefootError, UsageError
from surefoot_lint.show import as_json, excerpt, render


@dataclass(frozen=True)
class Diagnosis:
    sqlstate: str | None = None
    detail: str | None = None
    hint: str | None = None
    context: str | None = None


class Failed(SurefootError):
    word = "sql"
    exit_status = ExitStatus.SQL_FAILED

    def __init__(self, what: str, diagnosis: Diagnosis, where: Place | None = None) -> None:
        super().__init__(what, where=where, state="nothing was changed", next_step="surefoot migrate")
        self.diagnosis = diagnosis


RENDERED = [
    (UsageError("there is no rule FS1"), "error: there is no rule FS1"),
    (SourceError("there is no such file", where=Place("a.sql")), "a.sql: error: there is no such file"),
    (SourceError("odd", where=Place("a.sql", 3)), "a.sql:3: error: odd"),
    (SourceError("odd", where=Place("a.sql", 3, 2)), "a.sql:3:2: error: odd"),
    (SourceError("odd", where=Place("a.sql", 3, None, "SELECT")), "a.sql:3: error: odd\n    3 | SELECT"),
    (
        ManifestError(
            "name: unknown key", where=Place("manifest.yaml", 12, 5, "    nmae: x"), next_step="did you mean"
        ),
        "manifest.yaml:12:5: error: name: unknown key\n   12 |     nmae: x\n      |     ^\nnext: did you mean",
    ),
    (
        ManifestError("a", why="b", state="c", next_step="d"),
        "error: a\nwhy: b\nstate: c\nnext: d",
    ),
    (
        Failed('relation "ct" does not exist', Diagnosis("42P01"), Place("001.sql", 1, 15, "SELECT * FROM ct;")),
        (
            '001.sql:1:15: error: relation "ct" does not exist [42P01]\n'
            "    1 | SELECT * FROM ct;\n"
            "      |               ^\n"
            "state: nothing was changed\n"
            "next: surefoot migrate"
        ),
    ),
    (
        Failed("a", Diagnosis("23505", "Key (id)=(1) already exists.", "Think.", "PL/pgSQL function f() line 1")),
        (
            "error: a [23505]\n"
            "detail: Key (id)=(1) already exists.\n"
            "hint: Think.\n"
            "context: PL/pgSQL function f() line 1\n"
            "state: nothing was changed\n"
            "next: surefoot migrate"
        ),
    ),
]


@pytest.mark.parametrize(("error", "expected"), RENDERED)
def test_render(error: SurefootError, expected: str) -> None:
    assert render(error) == expected


LONG = "x" * 120 + "!" + "y" * 120
EXCERPTS = [
    (Place("a", 1, 1, ""), ["    1 |", "      | ^"]),
    (Place("a", 1, 1, "ab"), ["    1 | ab", "      | ^"]),
    (Place("a", 1, 3, "ab"), ["    1 | ab", "      |   ^"]),
    (Place("a", 1, 99, "ab"), ["    1 | ab", "      |   ^"]),
    (Place("a", 1, 2, "ab   "), ["    1 | ab", "      |  ^"]),
    (Place("a", 1, 6, "ab   "), ["    1 | ab", "      |   ^"]),
    (Place("a", 123456, 1, "ab"), ["123456 | ab", "       | ^"]),
    (Place("a", 1, 4, "\ta\tb"), ["    1 | \ta\tb", "      | \t \t^"]),
    (Place("a", 1, 3, "猫犬x"), ["    1 | 猫犬x", "      |     ^"]),
    (Place("a", 1, 3, "e\u0301x"), ["    1 | e\u0301x", "      |  ^"]),
    (Place("a", 1, 3, "\x1b[x\u202e"), ["    1 | �[x�", "      |   ^"]),
    (Place("a", 1, 121, LONG), [f"    1 | …{'x' * 50}!{'y' * 49}…", f"      | {' ' * 51}^"]),
    (Place("a", 1, 1, LONG), [f"    1 | {'x' * 100}…", "      | ^"]),
    (Place("a", 1, 241, LONG), [f"    1 | …{'y' * 100}", f"      | {' ' * 100}^"]),
    (Place("a", 1, 241, LONG + " " * 9), [f"    1 | …{'y' * 100}", f"      | {' ' * 100}^"]),
    (Place("a", 1, None, LONG), [f"    1 | {'x' * 100}…"]),
    (Place("a", 1, 1), []),
    (Place("a"), []),
    (None, []),
]


@pytest.mark.parametrize(("place", "expected"), EXCERPTS)
def test_excerpt(place: Place | None, expected: list[str]) -> None:
    assert excerpt(place) == expected


def test_json_has_every_key() -> None:
    assert as_json(UsageError("there is no rule FS1")) == {
        "error": "usage",
        "message": "there is no rule FS1",
        "exit_status": 2,
        "path": None,
        "line": None,
        "column": None,
        "sqlstate": None,
        "detail": None,
        "hint": None,
        "context": None,
        "why": None,
        "state": None,
        "next": None,
    }


def test_json_of_a_server_error() -> None:
    error = Failed("a", Diagnosis("23505", "b", "c", "d"), Place("001.sql", 3, 7, "INSERT"))
    assert as_json(error) == {
        "error": "sql",
        "message": "a",
        "exit_status": 4,
        "path": "001.sql",
        "line": 3,
        "column": 7,
        "sqlstate": "23505",
        "detail": "b",
        "hint": "c",
        "context": "d",
        "why": None,
        "state": "nothing was changed",
        "next": "surefoot migrate",
    }
