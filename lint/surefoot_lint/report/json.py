"""Findings for programs: one JSON object, the same keys always there."""

from __future__ import annotations

import json
from typing import Any

from surefoot_lint.finding import Finding, Report

FORMAT_VERSION = 1


def render(report: Report) -> str:
    """Write the findings as JSON."""
    findings = [_finding(finding) for finding in report.findings]
    document = {"version": FORMAT_VERSION, "files": report.files, "failing": report.failing, "findings": findings}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level.word,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "excerpt": place.excerpt,
        "message": finding.message,
        "object": finding.object,
        "advice": finding.advice,
        "evidence": finding.evidence,
    }
