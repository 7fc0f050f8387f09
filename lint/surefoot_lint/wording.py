"""The words of one statement as it is written: where a clause can be put in, what a name looks like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from surefoot_lint.actions.action import Action
from surefoot_lint.context import Located
from surefoot_lint.edits import Replacement
from surefoot_lint.lexer import Token, tokens
from surefoot_lint.parse import RefusedError, parse
from surefoot_lint.pieces import Statement
from surefoot_lint.silence import MARK

A = TypeVar("A", bound=Action)


def is_grammatical(text: str) -> bool:
    """Tell whether PostgreSQL's grammar takes a text."""
    try:
        parse(text)
    except RefusedError:
        return False
    return True


def folded(token: Token) -> str:
    """Give the name that a token means: folded where it is bare, as it stands where it is quoted."""
    if token.kind == "identifier" and token.text.startswith('"'):
        return token.text[1:-1].replace('""', '"')
    return token.word


@dataclass(frozen=True)
class Wording:
    """A statement, in its file."""

    path: Path
    statement: Statement

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Lex it."""
        return tuple(tokens(self.statement.text))

    def word(self, index: int) -> str:
        """Give a bare word, folded; empty for a token of another kind, and beyond the end."""
        return self.tokens[index].word if index < len(self.tokens) else ""

    def past(self, index: int, *words: str) -> int:
        """Step over words that may stand here, all of them or none; give the index of the token behind."""
        there = all(self.word(index + offset) == word for offset, word in enumerate(words))
        return index + len(words) if there else index

    def commands(self) -> Iterator[int]:
        """Find the tokens that begin the commands of ALTER TABLE and its like, behind the name."""
        start = self.first_command()
        if start is None:
            return
        yield start
        for index in range(start, len(self.tokens)):
            if self.tokens[index].text == "," and not self.tokens[index].depth:
                yield index + 1

    def first_command(self) -> int | None:
        """Find the token behind ALTER TABLE [IF EXISTS] [ONLY] name [*]; nothing in other statements."""
        if self.word(0) != "alter":
            return None
        at = self.past(1, "foreign")
        at = self.past(self.past(at, "materialized") + 1, "if", "exists")
        at = self.past(at, "only") + 1
        while at < len(self.tokens) and self.tokens[at].text == ".":
            at += 2
        if at < len(self.tokens) and self.tokens[at].text == "*":
            at += 1
        return at if at < len(self.tokens) else None

    def put(self, index: int, text: str) -> Replacement:
        """Put a text before a token, with a space behind it."""
        return self.insertion(self.tokens[index].offset, f"{text} ")

    def insertion(self, offset: int, text: str) -> Replacement:
        """Put a text at an offset of the statement."""
        place = self.statement.offset + offset
        return Replacement(self.path, place, place, text)

    def with_texts(self, *insertions: Replacement) -> str:
        """Write the statement with texts put in."""
        text = self.statement.text
        for one in sorted(insertions, reverse=True):
            at = one.start - self.statement.offset
            text = text[:at] + one.text + text[at:]
        return text

    def statement_before(self, text: str) -> Replacement:
        """Put a statement before this one: below its comments, above those that allow something in it."""
        lead = self.statement.lead
        margin = lead.rpartition("\n")[2]
        margin = margin if not margin.strip() and ("\n" in lead or margin == lead) else ""
        above = _comment_lines(self.statement) if MARK in lead else 0
        place = self.statement.offset - above
        return Replacement(self.path, place, place, f"{text};\n{margin}" if not above else f"{margin}{text};\n")

    @property
    def end(self) -> int:
        """Say where its last token ends."""
        last = self.tokens[-1]
        return last.offset + len(last.text)

    def slice(self, start: int, stop: int) -> str | None:
        """Give the text from a token to one behind the last, as it is written; nothing where a comment is in it."""
        text = (
            self.statement.text[self.tokens[start].offset : self.tokens[stop - 1].offset] + self.tokens[stop - 1].text
        )
        return None if "--" in text or "/*" in text else " ".join(text.split())


def wording_of(one: Located[A]) -> Wording:
    """Give the wording of the statement of an action."""
    return Wording(one.file.path, one.statement)


def _comment_lines(statement: Statement) -> int:
    """Count the characters of the lines with comments right above a statement, and of its margin."""
    *lines, margin = statement.lead.split("\n")
    if len(statement.lead) != statement.offset:
        del lines[:1]  # it goes on behind the statement before
    count = len(margin)
    for line in reversed(lines):
        if not line.lstrip().startswith("--"):
            break
        count += len(line) + 1
    return count
