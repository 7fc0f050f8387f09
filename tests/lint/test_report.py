from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fix_findings import ALL, COMMIT, EMPTY, LOCKED, NONE, NOTE, ONE
from jsonschema import Draft202012Validator

from surefoot_lint.finding import Duration, Lock, Report, Stale
from surefoot_lint.report import FORMATS, render
from surefoot_lint.report.json import report_schema
from surefoot_lint.report.words import lock_words

SCHEMA = Path(__file__).parents[2] / "docs" / "lint-report.schema.json"

TEXTS = [
    (NONE, "nothing found in 19 files"),
    (Report((), ("a.sql",)), "nothing found in 1 file"),
    (
        ONE,
        """\
── migrations/001_cats.sql: 1 error
migrations/001_cats.sql:3:2: error TX104 transaction-control-in-file: COMMIT in a file that runs in a transaction
    3 | \tCOMMIT;
      | \t^
instead: remove it
more: surefoot-lint explain TX104

1 error in 1 file""",
    ),
    (
        Report((EMPTY, EMPTY, NOTE, NOTE), ("a.sql", "b.sql", "c.sql")),
        """\
── 2,a:b.sql: 2 warnings
2,a:b.sql: warning FS305 empty-migration: 100 % empty
file
more: surefoot-lint explain FS305

2,a:b.sql: warning FS305 empty-migration: 100 % empty
file
more: surefoot-lint explain FS305

── m.yaml: 2 information
m.yaml:4:5: information FS104 a-note: a note
more: surefoot-lint explain FS104

m.yaml:4:5: information FS104 a-note: a note
more: surefoot-lint explain FS104

2 warnings, 2 information in 3 files""",
    ),
    (
        replace(ALL, findings=(COMMIT, LOCKED)),
        """\
── migrations/001_cats.sql: 1 error, 1 warning
migrations/001_cats.sql:3:2: error TX104 transaction-control-in-file: COMMIT in a file that runs in a transaction
    3 | \tCOMMIT;
      | \t^
instead: remove it
more: surefoot-lint explain TX104

migrations/001_cats.sql:9:1: warning FS102 a-lock: cat is written anew
    9 | ALTER TABLE cat ALTER id TYPE bigint;
      | ^
lock: ACCESS EXCLUSIVE blocks reads and writes while every row is written anew
known by: the migrations before it
instead: add a column
more: surefoot-lint explain FS102

old.jsonl:2: information: 2 entries are no longer found; surefoot-lint baseline takes them out
1 error, 1 warning in 3 files; 1 allowed by a comment; 1 frozen in the baseline""",
    ),
    (
        replace(NONE, stale=(Stale("old.jsonl", (7,), "surefoot-lint baseline"),)),
        """\
old.jsonl:7: information: 1 entry is no longer found; surefoot-lint baseline takes it out
nothing found in 19 files""",
    ),
]


@pytest.mark.parametrize(("report", "expected"), TEXTS)
def test_text(report: Report, expected: str) -> None:
    assert render(report, "text") == expected


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("instant", "SHARE blocks writes for an instant"),
        ("scan", "SHARE blocks writes while every row is read"),
        ("rewrite", "SHARE blocks writes while every row is written anew"),
        ("transaction", "SHARE blocks writes to the end of the migration"),
    ],
)
def test_locks_in_words(duration: Duration, words: str) -> None:
    assert lock_words(Lock("SHARE", "writes", duration)) == words


# -- JSON -------------------------------------------------------------------------------------------------------------

COMMIT_JSON = {
    "code": "TX104",
    "name": "transaction-control-in-file",
    "level": "error",
    "fails": True,
    "path": "migrations/001_cats.sql",
    "line": 3,
    "column": 2,
    "excerpt": "\tCOMMIT;",
    "message": "COMMIT in a file that runs in a transaction",
    "object": "migrations/001_cats.sql",
    "advice": "remove it",
    "lock": None,
    "evidence": "static",
    "fingerprint": "f1",
}
EMPTY_JSON = {
    "code": "FS305",
    "name": "empty-migration",
    "level": "warning",
    "fails": False,
    "path": "2,a:b.sql",
    "line": None,
    "column": None,
    "excerpt": None,
    "message": "100 % empty\nfile",
    "object": "x",
    "advice": None,
    "lock": None,
    "evidence": "static",
    "fingerprint": "f2",
}
NOTE_JSON = {
    "code": "FS104",
    "name": "a-note",
    "level": "information",
    "fails": False,
    "path": "m.yaml",
    "line": 4,
    "column": 5,
    "excerpt": None,
    "message": "a note",
    "object": None,
    "advice": None,
    "lock": None,
    "evidence": "static",
    "fingerprint": "f3",
}
LOCKED_JSON = {
    "code": "FS102",
    "name": "a-lock",
    "level": "warning",
    "fails": False,
    "path": "migrations/001_cats.sql",
    "line": 9,
    "column": 1,
    "excerpt": "ALTER TABLE cat ALTER id TYPE bigint;",
    "message": "cat is written anew",
    "object": "public.cat",
    "advice": "add a column",
    "lock": {"mode": "ACCESS EXCLUSIVE", "blocks": "reads and writes", "duration": "rewrite"},
    "evidence": "history",
    "fingerprint": "f4",
}
GOLDEN = {
    "version": 1,
    "files": 3,
    "failing": 1,
    "findings": [EMPTY_JSON, NOTE_JSON, COMMIT_JSON, LOCKED_JSON],
    "suppressed": [
        {"silence": "frozen", "reason": None, "finding": COMMIT_JSON | {"fails": False, "fingerprint": "f5"}},
        {"silence": "allowed", "reason": "a table of 40 rows", "finding": LOCKED_JSON | {"fingerprint": "f6"}},
    ],
    "stale": [{"path": "old.jsonl", "lines": [2, 5], "command": "surefoot-lint baseline"}],
}


def test_json() -> None:
    assert render(ALL, "json") == json.dumps(GOLDEN, indent=2)


def test_json_of_nothing() -> None:
    expected = {"version": 1, "files": 19, "failing": 0, "findings": [], "suppressed": [], "stale": []}
    assert json.loads(render(NONE, "json")) == expected


@pytest.mark.parametrize("report", [NONE, ONE, ALL])
def test_json_is_as_its_schema_says(report: Report) -> None:
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads(render(report, "json")))


REFUSED = [
    {"version": 2},
    {"files": -1},
    {"stale": [{}]},
    {"more": 1},
    {"findings": [NOTE_JSON | {"level": "fatal"}]},
    {"findings": [NOTE_JSON | {"line": 0}]},
    {"findings": [NOTE_JSON | {"lock": "SHARE"}]},
    {"suppressed": [{"silence": "frozen", "reason": None, "finding": {}}]},
]


@pytest.mark.parametrize("changed", REFUSED)
def test_schema_refuses_other_things(changed: dict[str, object]) -> None:
    validator = Draft202012Validator(report_schema())
    assert validator.is_valid(GOLDEN)
    assert not validator.is_valid(GOLDEN | changed)


# -- GitHub -----------------------------------------------------------------------------------------------------------


def test_github() -> None:
    assert render(ALL, "github").split("\n") == [
        (
            "::error file=migrations/001_cats.sql,line=3,col=2,title=TX104 transaction-control-in-file"
            "::COMMIT in a file that runs in a transaction%0Ainstead: remove it%0Amore: surefoot-lint explain TX104"
        ),
        (
            "::warning file=2%2Ca%3Ab.sql,title=FS305 empty-migration"
            "::100 %25 empty%0Afile%0Amore: surefoot-lint explain FS305"
        ),
        (
            "::warning file=migrations/001_cats.sql,line=9,col=1,title=FS102 a-lock::cat is written anew"
            "%0Alock: ACCESS EXCLUSIVE blocks reads and writes while every row is written anew"
            "%0Aknown by: the migrations before it%0Ainstead: add a column%0Amore: surefoot-lint explain FS102"
        ),
        (
            "::notice title=surefoot-lint::1 error, 2 warnings, 1 information in 3 files; "
            "1 allowed by a comment; 1 frozen in the baseline"
        ),
        ("::notice file=old.jsonl,line=2::2 entries are no longer found; surefoot-lint baseline takes them out"),
        "::notice file=m.yaml,line=4,col=5,title=FS104 a-note::a note%0Amore: surefoot-lint explain FS104",
    ]


def test_github_of_nothing() -> None:
    assert render(NONE, "github") == ""


def test_github_shows_errors_and_the_count_though_it_shows_ten_of_each() -> None:
    many = Report((*[EMPTY] * 30, *[NOTE] * 30, *[COMMIT] * 30), ("a.sql",))
    words = [line.split(" ")[0] for line in render(many, "github").split("\n")]
    assert words == ["::error"] * 30 + ["::warning"] * 30 + ["::notice"] * 31
    assert render(many, "github").split("\n")[60].endswith("::30 errors, 30 warnings, 30 information in 1 file")


@pytest.mark.parametrize("form", FORMATS)
def test_reports_are_one_text_without_a_last_line_end(form: str) -> None:
    assert render(ALL, form)
    assert not render(ALL, form).endswith("\n")
