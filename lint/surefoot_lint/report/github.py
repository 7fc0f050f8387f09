"""Findings as annotations of a GitHub workflow run (GitHub's manual: "Workflow commands", setting an error message)."""

from __future__ import annotations

from surefoot_lint.finding import Finding, Level, Report

COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFORMATION: "notice", Level.OFF: "notice"}
IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = IN_MESSAGES | {":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """Write one workflow command a finding."""
    return "\n".join(map(_annotation, report.findings))


def _annotation(finding: Finding) -> str:
    place = finding.place
    properties = {
        "file": place.path,
        "line": place.line,
        "col": place.column,
        "title": f"{finding.code} {finding.name}",
    }
    written = ",".join(f"{key}={_escape(str(value), IN_PROPERTIES)}" for key, value in properties.items() if value)
    message = "\n".join(filter(None, (finding.message, finding.advice and f"Instead: {finding.advice}")))
    return f"::{COMMANDS[finding.level]} {written}::{_escape(message, IN_MESSAGES)}"


def _escape(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)
