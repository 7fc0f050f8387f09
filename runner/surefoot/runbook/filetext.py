"""A file as psql reads it: its text as it is, and the data of each COPY in a file of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from surefoot.runbook.psqltext import sendable
from surefoot_lint.pieces import CopyData, CopyEnd, MetaCommand, Piece, Statement
from surefoot_lint.source import Source
from surefoot_lint.split import split


class HereLine(str):
    """A comment that tells at which line of the script a file begins; `{line}` stands for the line after it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CopyFile:
    """The data of a COPY, with its statement: a file of its own, since psql reads what it skips as commands."""

    name: str
    pieces: Iterator[str]


Text = str | CopyFile


def pieces_after(source: Source, position: int) -> Iterator[Piece]:
    """Give the pieces of a file after its statement at a position, from 1."""
    pieces = split(source.chunks(), source.shown)
    for piece in pieces:
        position -= isinstance(piece, Statement)
        if position == 0:
            return pieces
    raise AssertionError("the file has that many statements")


def _data(pieces: Iterator[Piece]) -> Iterator[str]:
    """Give the data of a COPY, and the line that ends them, which psql needs."""
    last = "\n"
    for piece in pieces:
        if isinstance(piece, CopyData):
            last = piece.text
            yield piece.text
        else:
            assert isinstance(piece, CopyEnd) or last
            break
    yield "\\.\n" if last.endswith("\n") else "\n\\.\n"


def copy_text(statement: Statement, pieces: Iterator[Piece], script: str) -> Iterator[Text]:
    """Write a COPY and its data into a file of their own; the script reads it."""
    name = f"copy/{script}-{statement.line}-{sha256(statement.text.encode()).hexdigest()[:8]}.sql"
    yield f"\\ir {name}\n"
    yield CopyFile(name, chain([sendable(statement), "\n"], _data(pieces)))


def file_text(source: Source, script: str) -> Iterator[Text]:
    """Write a whole file as it is, statement after statement; `script` is the name of what reads it."""
    standard = True
    ended = True
    pieces = split(source.chunks(), source.shown)
    for piece in pieces:
        if isinstance(piece, Statement):
            ended = False
            yield piece.lead
            if piece.copies_from_stdin:
                yield from copy_text(piece, pieces, script)
            else:
                yield sendable(piece, standard=standard)
            standard = standard if piece.standard_strings is None else piece.standard_strings
        elif isinstance(piece, MetaCommand):
            yield f"{piece.lead}-- {piece.text}"
        else:
            ended = piece.text.endswith("\n")
            yield piece.text
    yield "" if ended else "\n"
