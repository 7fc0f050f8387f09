r"""A file → batches of whole statements that go to the server in one round trip each.

A batch has some 256 KiB at most, so that a file of any size passes in flat memory on both sides. It also ends
at COPY … FROM STDIN, whose data follow as a stream, and where the syntax of strings changes, since the server
reads a batch whole before it runs any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.script import Origin, Script
from surefoot_lint.errors import Place, SplitError
from surefoot_lint.source import Source
from surefoot_lint.split import CopyData, CopyEnd, MetaCommand, Piece, Statement, Tail, split
from surefoot_lint.transaction import controls_transaction

BATCH_CHARACTERS = 1 << 18
IGNORED_COMMANDS = ("restrict", "unrestrict")


@dataclass(frozen=True, slots=True)
class CopyStream:
    """The data of a COPY; `line` is the line of the file where they begin. They can be read once."""

    path: str
    line: int
    pieces: Iterator[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements to be sent at once; when there is a `copy`, the last of them is a COPY … FROM STDIN."""

    script: Script
    copy: CopyStream | None = None


def batches(source: Source) -> Iterator[Batch]:
    """Cut a file into batches; the data of a COPY must be read before the next batch is asked for.

    Raises SplitError and SourceError when it comes to what is wrong.
    """
    pieces = split(source.chunks(), source.shown)
    script = Script()
    for piece in pieces:
        statement = _statement(piece, source.shown)
        if statement is None:
            continue
        script.add(statement.text, Origin(source.shown, statement.line, statement.column))
        is_copy = _is_copy(statement)
        if is_copy:
            line = statement.line + statement.text.count("\n") + 1
            yield Batch(script, CopyStream(source.shown, line, _copy_data(pieces)))
        elif script.size >= BATCH_CHARACTERS or statement.changes_string_syntax:
            yield Batch(script)
        else:
            continue
        script = Script()
    if script:
        yield Batch(script)


def refuse_unfit(source: Source) -> int:
    """Look through a file before anything is run, and count its statements.

    Raises SplitError for what cannot be cut, transaction control, psql meta-commands, and a file without any
    statement.
    """
    count = 0
    for piece in split(source.chunks(), source.shown):
        statement = _statement(piece, source.shown)
        if statement is None:
            continue
        count += 1
        if controls_transaction(statement):
            raise _transaction_control(statement, source.shown)
    if count == 0:
        raise SplitError(
            "the file holds no statement",
            where=Place(source.shown),
            next_step="write its SQL, or remove it from the manifest",
        )
    return count


def _statement(piece: Piece, path: str) -> Statement | None:
    """Give the piece if it is a statement, refuse it if it is a meta-command that means something."""
    if isinstance(piece, Statement):
        return piece
    if isinstance(piece, MetaCommand) and piece.name not in IGNORED_COMMANDS:
        raise SplitError(
            f"\\{piece.name} is a command of psql, which Surefoot does not run",
            where=Place(path, piece.line, piece.column, piece.text),
            why="only \\restrict and \\unrestrict, which pg_dump writes, are skipped",
            next_step="remove the line, or write in SQL what it does",
        )
    return None


def _is_copy(statement: Statement) -> bool:
    return statement.text[:4].lower() == "copy" and statement.copies_from_stdin


def _copy_data(pieces: Iterator[Piece]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, CopyData):
            yield piece.text
        else:
            assert isinstance(piece, CopyEnd | Tail)
            return


def _transaction_control(statement: Statement, path: str) -> SplitError:
    first = statement.words[0].upper()
    return SplitError(
        f"{first} in a migration would end its transaction",
        where=Place(path, statement.line, statement.column, statement.text.partition("\n")[0]),
        why="Surefoot runs the whole file and its row of the ledger in one transaction, or nothing of it",
        state="nothing was run",
        next_step=f"remove {first}; for statements that need no transaction: transaction: false in the manifest",
    )
