"""Two texts of one SQL file: where they begin to differ, and whether the SQL in them does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from surefoot_lint.errors import SplitError
from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import Statement, Tail
from surefoot_lint.split import split


def first_difference(before: str, after: str) -> int:
    """Find the first line of the new text that differs, from 1; its last line where it only ends earlier."""
    old, new = before.split("\n"), after.split("\n")
    differs = (line for line, (one, other) in enumerate(zip_longest(old, new), 1) if one != other)
    return min(next(differs, 1), len(new) - (len(new) > 1 and not new[-1]))


def has_same_sql(before: str, after: str) -> bool:
    """Tell whether two texts differ in comments and white space alone; what cannot be cut has other SQL."""
    try:
        return all(one == other for one, other in zip_longest(_sql(before), _sql(after)))
    except SplitError:
        return False


def _sql(text: str) -> Iterator[tuple[str, ...]]:
    """Give what is left of a text without comments and white space; the text of strings and bodies is kept."""
    for piece in split([text]):
        if isinstance(piece, Statement):
            yield tuple(token.text for token in tokens(piece.text))
        elif not isinstance(piece, Tail):
            yield (piece.text,)
