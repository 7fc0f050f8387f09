"""Findings as annotations of a GitHub workflow run (GitHub's manual: "Workflow commands", setting an error message).

GitHub shows at most 10 errors, 10 warnings and 10 notices of a step, the first ones: errors stand in front, and the
notice of how many there are stands before the others.
"""

from __future__ import annotations

from surefoot_lint.finding import Finding, Level, Report
from surefoot_lint.report.words import by_level, notes, stale_words, summary

COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFORMATION: "notice", Level.OFF: "notice"}
IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = IN_MESSAGES | {":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """Write one workflow command a finding, and one that says how many there are; nothing where nothing is to say."""
    findings = by_level(report.findings)
    severe = [finding for finding in findings if finding.level >= Level.WARNING]
    stale = [command("notice", stale_words(stale), file=stale.path, line=stale.lines[0]) for stale in report.stale]
    total = [command("notice", summary(report), title="surefoot-lint")] if findings else []
    return "\n".join([*map(_annotation, severe), *total, *stale, *map(_annotation, findings[len(severe) :])])


def _annotation(finding: Finding) -> str:
    place = finding.place
    message = "\n".join([finding.message, *(f"{name}: {text}" for name, text in notes(finding))])
    return command(
        COMMANDS[finding.level],
        message,
        file=place.path,
        line=place.line,
        col=place.column,
        title=f"{finding.code} {finding.name}",
    )


def command(word: str, message: str, **properties: str | int | None) -> str:
    """Write a workflow command with its properties; those that are nothing are left out."""
    written = ",".join(f"{key}={_escape(str(value), IN_PROPERTIES)}" for key, value in properties.items() if value)
    return f"::{word} {written}::{_escape(message, IN_MESSAGES)}"


def _escape(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)
