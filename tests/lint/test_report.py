from __future__ import annotations

import json

import pytest

from surefoot_lint.errors import Place
from surefoot_lint.finding import Finding, Level, Report
from surefoot_lint.report import FORMATS, render

COMMIT = Finding(
    "TX104",
    "transaction-control-in-file",
    Level.ERROR,
    Place("migrations/001_cats.sql", 3, 2, "\tCOMMIT;"),
    "COMMIT in a file that runs in a transaction",
    "migrations/001_cats.sql",
    "remove it",
)
EMPTY = Finding("FS305", "empty-migration", Level.WARNING, Place("2,a:b.sql"), "100 % empty\nfile", "x", None)
NOTE = Finding("ZZ101", "a-note", Level.INFORMATION, Place("m.yaml", 4, 5), "a note", None, None)

NONE = Report((), 19, 0)
ONE = Report((COMMIT,), 1, 1)
ALL = Report((COMMIT, EMPTY, NOTE), 3, 1)

TEXTS = [
    (NONE, "nothing found in 19 files"),
    (Report((), 1, 0), "nothing found in 1 file"),
    (
        ONE,
        """\
migrations/001_cats.sql:3:2: error TX104 transaction-control-in-file: COMMIT in a file that runs in a transaction
    3 | \tCOMMIT;
      | \t^
instead: remove it

1 error in 1 file; surefoot-lint explain CODE tells more""",
    ),
    (
        Report((EMPTY, EMPTY, NOTE, NOTE), 3, 0),
        """\
2,a:b.sql: warning FS305 empty-migration: 100 % empty
file

2,a:b.sql: warning FS305 empty-migration: 100 % empty
file

m.yaml:4:5: information ZZ101 a-note: a note

m.yaml:4:5: information ZZ101 a-note: a note

2 warnings, 2 information in 3 files; surefoot-lint explain CODE tells more""",
    ),
]


@pytest.mark.parametrize(("report", "expected"), TEXTS)
def test_text(report: Report, expected: str) -> None:
    assert render(report, "text") == expected


def test_json() -> None:
    assert json.loads(render(ALL, "json")) == {
        "version": 1,
        "files": 3,
        "failing": 1,
        "findings": [
            {
                "code": "TX104",
                "name": "transaction-control-in-file",
                "level": "error",
                "path": "migrations/001_cats.sql",
                "line": 3,
                "column": 2,
                "excerpt": "\tCOMMIT;",
                "message": "COMMIT in a file that runs in a transaction",
                "object": "migrations/001_cats.sql",
                "advice": "remove it",
                "evidence": "static",
            },
            {
                "code": "FS305",
                "name": "empty-migration",
                "level": "warning",
                "path": "2,a:b.sql",
                "line": None,
                "column": None,
                "excerpt": None,
                "message": "100 % empty\nfile",
                "object": "x",
                "advice": None,
                "evidence": "static",
            },
            {
                "code": "ZZ101",
                "name": "a-note",
                "level": "information",
                "path": "m.yaml",
                "line": 4,
                "column": 5,
                "excerpt": None,
                "message": "a note",
                "object": None,
                "advice": None,
                "evidence": "static",
            },
        ],
    }


def test_json_of_nothing() -> None:
    assert json.loads(render(NONE, "json")) == {"version": 1, "files": 19, "failing": 0, "findings": []}


def test_github() -> None:
    assert render(ALL, "github").split("\n") == [
        (
            "::error file=migrations/001_cats.sql,line=3,col=2,title=TX104 transaction-control-in-file"
            "::COMMIT in a file that runs in a transaction%0AInstead: remove it"
        ),
        "::warning file=2%2Ca%3Ab.sql,title=FS305 empty-migration::100 %25 empty%0Afile",
        "::notice file=m.yaml,line=4,col=5,title=ZZ101 a-note::a note",
    ]


def test_github_of_nothing() -> None:
    assert render(NONE, "github") == ""


@pytest.mark.parametrize("form", FORMATS)
def test_reports_are_one_text_without_a_last_line_end(form: str) -> None:
    assert not render(ALL, form).endswith("\n")
