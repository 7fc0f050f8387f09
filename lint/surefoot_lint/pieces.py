"""What a file is cut into: statements, the data of COPY, lines for psql, and what stands after them."""

from __future__ import annotations

import re
from typing import NamedTuple

from surefoot_lint import lexer
from surefoot_lint.lexer import tokens

# What pg_dump writes around a dump since the security releases of August 2025; it means nothing to a server.
IGNORED_COMMANDS = frozenset({"restrict", "unrestrict"})
STRING_SETTING = "standard_conforming_strings"
_SET = re.compile(
    rf"""(?:^set (?:(?:session|local) )?"?{STRING_SETTING}"? (?:=|to)|\bset_config \( '{STRING_SETTING}' ,) (\S+)"""
)
_RESET = re.compile(rf'(?:reset (?:all|"?{STRING_SETTING}"?)|discard all)$')
_OFF = frozenset({"off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"})


class Statement(NamedTuple):
    """One statement, from its first token to just before the semicolon or the last token of the file.

    `line` and `column` count from 1, `offset` from 0 in the whole stream, all in characters.
    `lead` stands before it: white space, comments, and the semicolons of empty statements.
    `terminator` is `;`, or empty at the end of the file; COPY … FROM STDIN has the rest of its line in it.
    """

    text: str
    line: int
    column: int
    offset: int
    lead: str
    terminator: str

    @property
    def words(self) -> tuple[str, ...]:
        """List the first 8 bare words, folded; a token of another kind (quoted name, symbol, …) ends them."""
        return lexer.leading_words(self.text)

    @property
    def copies_from_stdin(self) -> bool:
        """Tell whether CopyData and CopyEnd follow; STDOUT after FROM is the same to the server."""
        if self.text[:4].lower() != "copy":
            return False
        outer = (token for token in tokens(self.text) if not token.depth)
        return any(token.word == "from" and next(outer, token).word in ("stdin", "stdout") for token in outer)

    @property
    def standard_strings(self) -> bool | None:
        """Say what it sets standard_conforming_strings to, None if it leaves it alone."""
        folded = self.text[:8].lower()
        if not folded.startswith(("set", "select", "reset", "discard")):
            return None
        if folded.startswith("se") and STRING_SETTING not in self.text.lower():
            return None
        plain = " ".join(token.text.lower() for token in tokens(self.text))
        if found := _SET.search(plain):
            return found[1].lstrip("e").strip("'\"") not in _OFF
        return True if _RESET.match(plain) else None

    @property
    def changes_string_syntax(self) -> bool:
        """Tell whether it must end a batch: the server lexes a batch whole, before it executes any of it."""
        return self.standard_strings is not None

    def locate(self, position: int) -> tuple[int, int]:
        """Turn a position in `text`, from 1 as servers report it, into line and column of the file."""
        before = self.text[: position - 1]
        newlines = before.count("\n")
        return self.line + newlines, len(before) - before.rfind("\n") + (0 if newlines else self.column - 1)


class _Span(NamedTuple):
    text: str
    line: int
    offset: int


class CopyData(_Span):
    """A part of the data of the COPY before it: whole lines, 256 KiB at most unless one line is longer."""

    __slots__ = ()


class CopyEnd(_Span):
    r"""The end of COPY's data, always given: the line `\.`, or empty where the file ends without one."""

    __slots__ = ()


class Tail(_Span):
    """What stands after the last piece: white space and comments; given if there is any."""

    __slots__ = ()


class MetaCommand(NamedTuple):
    r"""A line that is a psql meta-command: `name` without the backslash, `text` up to the line's end."""

    name: str
    text: str
    line: int
    column: int
    offset: int
    lead: str


Piece = Statement | CopyData | CopyEnd | MetaCommand | Tail
