from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fix_findings import ALL, COMMIT, EMPTY, NONE, ONE
from jsonschema import Draft202012Validator

from surefoot_lint.errors import Place
from surefoot_lint.finding import Finding, Level, Report
from surefoot_lint.report import render
from surefoot_lint.rule import all_rules
from surefoot_lint.version import __version__

OFFICIAL = Path(__file__).parent / "data" / "sarif-2.1.0.schema.json"
VALIDATOR = Draft202012Validator(json.loads(OFFICIAL.read_text()), format_checker=Draft202012Validator.FORMAT_CHECKER)
EVERY_RULE = Report(
    tuple(
        Finding(rule.code, rule.name, level, Place("a.sql", 1), "x", "cat", None)
        for rule in all_rules()
        for level in Level
    ),
    ("a.sql",),
)


def log(report: Report) -> Any:
    return json.loads(render(report, "sarif"))


def results(report: Report) -> Any:
    return log(report)["runs"][0]["results"]


def at(path: str, line: int | None = None, column: int | None = None, excerpt: str | None = None) -> Report:
    return Report((replace(COMMIT, place=Place(path, line, column, excerpt)),), (path,))


@pytest.mark.parametrize("report", [NONE, ONE, ALL, EVERY_RULE])
def test_log_is_valid(report: Report) -> None:
    VALIDATOR.validate(log(report))


def test_validator_refuses_what_is_not_sarif() -> None:
    document = log(ONE)
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(document)


def test_result() -> None:
    assert results(ONE) == [
        {
            "ruleId": "TX104",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "COMMIT in a file that runs in a transaction. Instead: remove it."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "migrations/001_cats.sql", "uriBaseId": "%SRCROOT%"},
                        "region": {
                            "startLine": 3,
                            "startColumn": 2,
                            "endColumn": 9,
                            "snippet": {"text": "\tCOMMIT;"},
                        },
                    }
                }
            ],
            "partialFingerprints": {"surefoot/v1": "f1"},
            "properties": {"evidence": "static"},
        }
    ]


def test_lock_and_object_are_told() -> None:
    locked = results(ALL)[3]
    assert locked["message"]["text"] == (
        "cat is written anew. ACCESS EXCLUSIVE blocks reads and writes while every row is written anew. "
        "Instead: add a column."
    )
    assert locked["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "public.cat"}]
    assert locked["properties"] == {
        "evidence": "history",
        "lock": {"mode": "ACCESS EXCLUSIVE", "blocks": "reads and writes", "duration": "rewrite"},
    }


def test_levels_are_sarifs() -> None:
    assert [result["level"] for result in results(ALL)] == ["warning", "note", "error", "warning", "error", "warning"]


def test_what_is_not_reported_is_suppressed() -> None:
    assert [result.get("suppressions") for result in results(ALL)] == [
        None,
        None,
        None,
        None,
        [{"kind": "external", "status": "accepted"}],
        [{"kind": "inSource", "status": "accepted", "justification": "a table of 40 rows"}],
    ]


def test_stale_baseline_is_notified() -> None:
    (invocation,) = log(ALL)["runs"][0]["invocations"]
    text = "old.jsonl: 2 entries are no longer found; surefoot-lint baseline takes them out."
    assert invocation == {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "note", "message": {"text": text}}],
    }


PLACES = [
    (at("a.sql"), "a.sql", {"startLine": 1}),
    (at("a b/ü#?%.sql", 3), "a%20b/%C3%BC%23%3F%25.sql", {"startLine": 3}),
    (at("a.sql", 3, 7), "a.sql", {"startLine": 3, "startColumn": 7}),
    (
        at("a.sql", 3, 7, "SELECT"),  # a semicolon is missing
        "a.sql",
        {"startLine": 3, "startColumn": 7, "endColumn": 8, "snippet": {"text": "SELECT"}},
    ),
    (
        at("a.sql", 1, 1, ""),
        "a.sql",
        {"startLine": 1, "startColumn": 1, "endColumn": 2, "snippet": {"text": ""}},
    ),
]


@pytest.mark.parametrize(("report", "uri", "region"), PLACES)
def test_place(report: Report, uri: str, region: dict[str, Any]) -> None:
    (location,) = results(report)[0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": region,
    }
    VALIDATOR.validate(log(report))


def test_path_outside_the_current_folder_is_absolute() -> None:
    (location,) = results(at("/srv/my shop/a.sql"))[0]["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "file:///srv/my%20shop/a.sql"}


def test_rules_have_their_pages() -> None:
    driver = log(EVERY_RULE)["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("surefoot-lint", __version__)
    by_code = {rule.code: rule for rule in all_rules()}
    assert [rule["id"] for rule in driver["rules"]] == sorted(by_code)
    for described in driver["rules"]:
        rule = by_code[described["id"]]
        assert described["help"]["text"] == rule.page
        assert described["help"]["markdown"].startswith(f"### {rule.code} {rule.name}\n")
        assert "\n" not in described["shortDescription"]["text"]
        assert described["properties"]["tags"] == [rule.family]


def test_rule_of_a_result_is_found_by_its_index() -> None:
    run = log(EVERY_RULE)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_only_rules_with_findings_are_described() -> None:
    report = Report((EMPTY, COMMIT, EMPTY), ("a.sql",))
    assert [rule["id"] for rule in log(report)["runs"][0]["tool"]["driver"]["rules"]] == ["FS305", "TX104"]
    assert log(NONE)["runs"][0]["tool"]["driver"]["rules"] == []
