from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from fix_findings import ALL, COMMIT, NONE, ONE

from surefoot_lint.errors import Place
from surefoot_lint.finding import Report
from surefoot_lint.report import render

COUNTS = ("tests", "failures", "errors", "skipped")


def suites(report: Report) -> Element:
    return fromstring(render(report, "junit"))


def counts(element: Element) -> tuple[str | None, ...]:
    return tuple(element.get(name) for name in COUNTS)


def test_finding_that_fails() -> None:
    assert (
        render(ONE, "junit")
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="surefoot-lint" tests="1" failures="1" errors="0" skipped="0">
  <testsuite name="migrations/001_cats.sql" tests="1" failures="1" errors="0" skipped="0">
    <testcase name="TX104 transaction-control-in-file at 3:2" classname="migrations/001_cats.sql" \
file="migrations/001_cats.sql" line="3">
      <failure message="COMMIT in a file that runs in a transaction" type="error">\
migrations/001_cats.sql:3:2: COMMIT in a file that runs in a transaction
    3 | \tCOMMIT;
      | \t^
instead: remove it
more: surefoot-lint explain TX104</failure>
    </testcase>
  </testsuite>
  <system-out>1 error in 1 file</system-out>
</testsuites>"""
    )


def test_a_suite_a_file_and_a_case_a_finding() -> None:
    root = suites(ALL)
    assert counts(root) == ("7", "1", "0", "2")
    assert {suite.get("name"): counts(suite) for suite in root.iter("testsuite")} == {
        "2,a:b.sql": ("1", "0", "0", "0"),
        "m.yaml": ("1", "0", "0", "0"),
        "migrations/001_cats.sql": ("4", "1", "0", "2"),
        "rollbacks/rollback_001.sql": ("1", "0", "0", "0"),
    }


def test_clean_file_is_a_case_that_passes() -> None:
    cases = list(suites(NONE).iter("testcase"))
    assert [(case.get("name"), case.get("classname"), len(case)) for case in cases] == [
        ("nothing found", path, 0) for path in NONE.paths
    ]


def test_finding_that_does_not_fail_passes_and_is_told() -> None:
    (case,) = (case for case in suites(ALL).iter("testcase") if case.get("classname") == "2,a:b.sql")
    assert [child.tag for child in case] == ["system-out"]
    assert case.findtext("system-out", "").startswith("warning: 2,a:b.sql: 100 % empty\nfile\n")


def test_what_is_not_reported_is_skipped() -> None:
    skipped = [case.find("skipped") for case in suites(ALL).iter("testcase")]
    assert [element.get("message") for element in skipped if element is not None] == [
        "frozen in the baseline",
        "allowed by a comment: a table of 40 rows",
    ]


@pytest.mark.parametrize("char", ["\x00", "\x08", "\x1b", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_illegal_character_is_replaced(char: str) -> None:
    odd = replace(COMMIT, message=f"a{char}b", place=Place(f"x{char}.sql", 1, 1, f"SELECT '{char}'"))
    root = suites(Report((odd,), ()))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "a\ufffdb"
    assert [suite.get("name") for suite in root.iter("testsuite")] == ["x\ufffd.sql"]


@pytest.mark.parametrize("text", ["<a> & \"b\" 'c'", "]]>", "line\nline", "\ttab", "ü 猫 🐈", "\x7f\x85"])
def test_legal_text_comes_back(text: str) -> None:
    (failure,) = suites(Report((replace(COMMIT, message=text),), ())).iter("failure")
    assert failure.get("message") == text
    assert text in (failure.text or "")
