"""Findings for people: place, level, rule and message, the line with a caret, what to write instead."""

from __future__ import annotations

from collections import Counter

from surefoot_lint.finding import Finding, Level, Report
from surefoot_lint.show import excerpt


def render(report: Report) -> str:
    """Write the findings, and what they come to."""
    return "\n".join([*map(_finding, report.findings), _summary(report)])


def _finding(finding: Finding) -> str:
    first = f"{finding.place}: {finding.level.word} {finding.code} {finding.name}: {finding.message}"
    advice = [f"instead: {finding.advice}"] if finding.advice else []
    return "\n".join([first, *excerpt(finding.place), *advice, ""])


def _summary(report: Report) -> str:
    levels = Counter(finding.level for finding in report.findings)
    counts = [_count(levels[level], level) for level in sorted(levels, reverse=True)]
    files = f"{report.files} {'file' if report.files == 1 else 'files'}"
    if not counts:
        return f"nothing found in {files}"
    return f"{', '.join(counts)} in {files}; surefoot-lint explain CODE tells more"


def _count(number: int, level: Level) -> str:
    plural = "s" if number > 1 and level is not Level.INFORMATION else ""
    return f"{number} {level.word}{plural}"
