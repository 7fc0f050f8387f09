"""Pieces of Markdown, as GitHub reads it: texts, code, tables, anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

SIGNS = re.compile(r"[\\`*\[\]|]|(?<!\w)_|_(?!\w)")
AMBIGUOUS = "\\|"  # in a table, some readers take the backslash for one that is not there
MARKUP = re.compile(r"[&<>|\\*_`~\[\]]")
NO_SLUG = re.compile(r"[^\w\- ]")


def text(said: str) -> str:
    """Write what people wrote, in one line, so that it is shown as it was written."""
    line = " ".join(said.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = (SIGNS.sub(lambda sign: f"\\{sign[0]}", part) for part in line.split(AMBIGUOUS))
    return _numbered(AMBIGUOUS).join(escaped)


def code(said: str) -> str:
    """Write a text as it is typed, in one line; within a table a bar needs a backslash, in code too."""
    line = " ".join(said.split())
    if not line:
        return ""
    if AMBIGUOUS in line:
        return f"<code>{_numbered(line)}</code>"
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if "`" in line else ""
    return f"{fence}{space}{line}{space}{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table; columns that are empty in all rows are left out, and nothing stands for no rows."""
    lines = list(rows)
    kept = [place for place in range(len(head)) if any(line[place] for line in lines)]
    if lines:
        yield _row(head[place] for place in kept)
        yield f"|{'---|' * len(kept)}"
        yield from (_row(_barred(line[place]) for place in kept) for line in lines)
        yield ""


def fenced(language: str, said: str) -> Iterator[str]:
    """Write lines as they are, in a language."""
    fence = "```" if "```" not in said else "~~~~"
    yield from (f"{fence}{language}", said, fence, "")


def slug(title: str) -> str:
    """Name the anchor that GitHub gives a title."""
    return NO_SLUG.sub("", title.lower()).replace(" ", "-")


def _numbered(said: str) -> str:
    """Write signs that could mean something by their numbers."""
    return MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", said)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _barred(cell: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", cell)
