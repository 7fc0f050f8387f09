"""How an error is shown, as text for people and as data for machines; nothing is printed here."""

from __future__ import annotations

import unicodedata
from typing import Any

from surefoot_lint.errors import Place, SurefootError

EXCERPT_WIDTH = 100
DIAGNOSIS_PARTS = ("detail", "hint", "context")


def render(error: SurefootError) -> str:
    """Write an error: its place and message, the line with a caret, then whatever else is known, a line each."""
    sqlstate = _sqlstate(error)
    first = f"{_prefix(error.where)}error: {error.what}{f' [{sqlstate}]' if sqlstate else ''}"
    known = [f"{name}: {text}" for name, text in _parts(error).items() if text]
    return "\n".join([first, *excerpt(error.where), *known])


def as_json(error: SurefootError) -> dict[str, Any]:
    """Describe an error in values that JSON has; each key is always there, null where nothing is known."""
    where = error.where
    return {
        "error": error.word,
        "message": error.what,
        "exit_status": int(error.exit_status),
        "path": where and where.path,
        "line": where and where.line,
        "column": where and where.column,
        "sqlstate": _sqlstate(error),
    } | _parts(error)


def excerpt(place: Place | None) -> list[str]:
    """Write the line of a place under its number, and below it a caret under the column; nothing if it is not known.

    A long line is cut around the column. Tabs and wide characters keep the caret in its place; other characters that
    a terminal would obey, or not show, are written as a replacement character.
    """
    if place is None or place.line is None or place.excerpt is None:
        return []
    column = min(place.column or 1, len(place.excerpt) + 1)
    text, before = _cut(place.excerpt.rstrip(), column - 1)
    number = f"{place.line:>5}"
    lines = [f"{number} | {visible(text)}".rstrip()]
    if place.column is not None:
        lines.append(f"{' ' * len(number)} | {''.join(map(_blank, visible(text[:before])))}^")
    return lines


def _prefix(where: Place | None) -> str:
    return f"{where}: " if where else ""


def _sqlstate(error: SurefootError) -> str | None:
    sqlstate: str | None = getattr(getattr(error, "diagnosis", None), "sqlstate", None)
    return sqlstate


def _parts(error: SurefootError) -> dict[str, str | None]:
    """Gather what is known beside place and message, in the order in which it is shown."""
    diagnosis = getattr(error, "diagnosis", None)
    said: dict[str, str | None] = {name: getattr(diagnosis, name, None) for name in DIAGNOSIS_PARTS}
    return said | {"why": error.why, "state": error.state, "next": error.next_step}


def _cut(line: str, before: int) -> tuple[str, int]:
    """Cut a line to the width, around a position; give the text and the position in it."""
    if len(line) <= EXCERPT_WIDTH:
        return line, before
    start = max(0, min(before - EXCERPT_WIDTH // 2, len(line) - EXCERPT_WIDTH))
    end = start + EXCERPT_WIDTH
    left, right = "…" if start else "", "…" if end < len(line) else ""
    return f"{left}{line[start:end]}{right}", before - start + len(left)


def visible(text: str) -> str:
    """Write a replacement character in place of what a terminal would obey, or not show; tabs stay."""
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in text)


def _blank(char: str) -> str:
    """Give the white space that is as wide as a character on a terminal."""
    if char == "\t":
        return char
    if unicodedata.combining(char):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "
