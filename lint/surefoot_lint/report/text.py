"""Findings for people, by file: place, level, rule and message, the line with a caret, and what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from surefoot_lint.finding import Finding, Report, Stale
from surefoot_lint.report.words import count_levels, notes, stale_words, summary
from surefoot_lint.show import excerpt


def render(report: Report) -> str:
    """Write the findings of each file, and what all of them come to."""
    groups = groupby(report.findings, key=lambda finding: finding.place.path)
    files = [line for path, findings in groups for line in _file(path, list(findings))]
    return "\n".join([*files, *_stale(report.stale), summary(report)])


def _file(path: str, findings: list[Finding]) -> Iterator[str]:
    yield f"── {path}: {count_levels(findings)}"
    yield from map(_finding, findings)


def _finding(finding: Finding) -> str:
    first = f"{finding.place}: {finding.level.word} {finding.code} {finding.name}: {finding.message}"
    parts = (f"{name}: {text}" for name, text in notes(finding))
    return "\n".join([first, *excerpt(finding.place), *parts, ""])


def _stale(stale: Iterable[Stale]) -> Iterator[str]:
    for baseline in stale:
        yield f"{baseline.path}:{baseline.lines[0]}: information: {stale_words(baseline)}"
