"""Findings in SARIF 2.1.0 (OASIS: "Static Analysis Results Interchange Format"), as code scanning takes them.

The fingerprint has a name of our own: GitHub computes `primaryLocationLineHash` itself, and warns of another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from surefoot_lint.errors import Place
from surefoot_lint.finding import Finding, Level, Report, Silence, Suppressed
from surefoot_lint.report.words import lock_words, stale_words
from surefoot_lint.rule import Rule, find_rule
from surefoot_lint.rulebook import rule_section
from surefoot_lint.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFORMATION: "note", Level.OFF: "note"}
KINDS: dict[Silence, str] = {"allowed": "inSource", "frozen": "external"}
ROOT = "%SRCROOT%"
ROOT_MEANING = "The folder in which surefoot-lint was run."
Json = dict[str, Any]


def render(report: Report) -> str:
    """Write the report as a log of one run; findings that are not reported are in it, as suppressed."""
    found = [*report.findings, *(suppressed.finding for suppressed in report.suppressed)]
    rules = [find_rule(code) for code in sorted({finding.code for finding in found})]
    codes = [rule.code for rule in rules]
    results = [_result(finding, codes) for finding in report.findings]
    results += [_suppressed(suppressed, codes) for suppressed in report.suppressed]
    notifications = [{"level": "note", "message": {"text": f"{it.path}: {stale_words(it)}."}} for it in report.stale]
    run = {
        "tool": {"driver": {"name": "surefoot-lint", "version": __version__, "rules": list(map(_rule, rules))}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": ROOT_MEANING}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Rule) -> Json:
    first, _, rest = rule.page.partition("\n\n")
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _line(first)},
        "fullDescription": {"text": rest or first},
        "help": {"text": rule.page, "markdown": rule_section(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.level], "enabled": rule.level > Level.OFF},
        "properties": {"tags": [rule.family], "problem.severity": _severity(rule.level)},
    }


def _severity(level: Level) -> str:
    """Name a level as GitHub does for rules that are not about security."""
    return {Level.ERROR: "error", Level.WARNING: "warning"}.get(level, "recommendation")


def _result(finding: Finding, codes: Sequence[str]) -> Json:
    lock = {"lock": finding.lock._asdict()} if finding.lock else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": LEVELS[finding.level],
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {"surefoot/v1": finding.fingerprint},
        "properties": {"evidence": finding.evidence} | lock,
    }


def _suppressed(suppressed: Suppressed, codes: Sequence[str]) -> Json:
    reason = {"justification": suppressed.reason} if suppressed.reason else {}
    return _result(suppressed.finding, codes) | {
        "suppressions": [{"kind": KINDS[suppressed.silence], "status": "accepted"} | reason]
    }


def _message(finding: Finding) -> str:
    sentences = [f"{finding.message}."]
    if finding.lock:
        sentences.append(f"{lock_words(finding.lock)}.")
    if finding.advice:
        sentences.append(f"Instead: {finding.advice}.")
    return " ".join(sentences)


def _location(finding: Finding) -> Json:
    location: Json = {"physicalLocation": {"artifactLocation": _uri(finding.place), "region": _region(finding.place)}}
    if finding.object and finding.object != finding.place.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.object}]
    return location


def _uri(place: Place) -> Json:
    """Write a path as a URI: below the root, or absolute."""
    if PurePosixPath(place.path).is_absolute() or Path(place.path).is_absolute():
        return {"uri": Path(place.path).as_uri()}
    return {"uri": quote(place.path, safe="/"), "uriBaseId": ROOT}


def _region(place: Place) -> Json:
    """Write where it is, to the end of the line; a finding about a whole file stands in its first line."""
    region: Json = {"startLine": place.line or 1}
    if place.line and place.column:
        region["startColumn"] = place.column
    if place.excerpt is not None:
        region |= {"endColumn": max(len(place.excerpt), place.column or 1) + 1, "snippet": {"text": place.excerpt}}
    return region


def _line(text: str) -> str:
    return " ".join(text.split())
