"""A report as text, one module a format; nothing is printed here."""

from __future__ import annotations

from importlib import import_module

from surefoot_lint.finding import Report

FORMATS = ("text", "json", "sarif", "github", "junit", "markdown")
LIST_FORMATS = ("text", "json", "markdown")  # of the list of rules


def render(report: Report, form: str) -> str:
    """Write a report in one of the formats."""
    text: str = import_module(f"{__name__}.{form}").render(report)
    return text
