"""What a migration is for: the first comment of its file."""

from __future__ import annotations

import re

from surefoot_lint.lexer import comment_end
from surefoot_lint.silence import MARK

DASHES = re.compile(r"[ \t]*--[ \t]?(.*?)[ \t]*\r?(?:\n|\Z)")
DECORATION = re.compile(r"[\W_]*")  # a line of signs alone


def purpose(text: str) -> str:
    """Give the first paragraph of the comment that a file begins with, in one line; nothing where there is none.

    Directives and lines of signs alone are left out.
    """
    paragraph: list[str] = []
    for line in _comment(text):
        if line.startswith(MARK):
            continue
        if not DECORATION.fullmatch(line):
            paragraph.append(line.strip())
        elif paragraph:
            break
    return " ".join(paragraph)


def _comment(text: str) -> list[str]:
    text = text.lstrip()
    if text.startswith("/*"):
        inside = text[2 : max(comment_end(text, 0) - 2, 2)]
        return [line.strip().removeprefix("*").strip() for line in inside.splitlines()]
    lines, at = [], 0
    while match := DASHES.match(text, at):
        lines.append(match[1])
        at = match.end()
    return lines
