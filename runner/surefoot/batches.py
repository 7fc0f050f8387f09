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
from surefoot_lint.pieces import IGNORED_COMMANDS, CopyData, CopyEnd, MetaCommand, Piece, Statement, Tail
from surefoot_lint.source import Source
from surefoot_lint.split import split
from surefoot_lint.transaction import controls_transaction, needs_no_transaction

BATCH_CHARACTERS = 1 << 18


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


def batches(source: Source, *, leave_out: bool = False) -> Iterator[Batch]:
    """Cut a file into batches; the data of a COPY must be read before the next batch is asked for.

    With `leave_out`, statements that cannot run in a transaction are left out.

    Raises SplitError and SourceError when it comes to what is wrong.
    """
    pieces = split(source.chunks(), source.shown)
    script = Script()
    for piece in pieces:
        statement = _statement(piece, source.shown)
        if statement is None or (leave_out and needs_no_transaction(statement)):
            continue
        script.add(statement.text, Origin(source.shown, statement.line, statement.column))
        copy = copy_stream(statement, source.shown, pieces)
        if copy is not None:
            yield Batch(script, copy)
        elif script.size >= BATCH_CHARACTERS or statement.changes_string_syntax:
            yield Batch(script)
        else:
            continue
        script = Script()
    if script:
        yield Batch(script)


def copy_stream(statement: Statement, path: str, pieces: Iterator[Piece]) -> CopyStream | None:
    """Give the data that follow a COPY … FROM STDIN, from the pieces after it; nothing for other statements."""
    if statement.text[:4].lower() != "copy" or not statement.copies_from_stdin:
        return None
    return CopyStream(path, statement.line + statement.text.count("\n") + 1, _copy_data(pieces))


def needs_no_transaction_at_all(source: Source) -> bool:
    """Tell whether a file holds a statement that cannot run in a transaction."""
    return any(isinstance(p, Statement) and needs_no_transaction(p) for p in split(source.chunks(), source.shown))


def refuse_unfit(source: Source, *, transaction: bool = True) -> int:
    """Look through a file before anything is run, and count its statements.

    Raises SplitError for what cannot be cut, transaction control, psql meta-commands, a file without any
    statement, and, for a file that is one transaction, a statement that cannot run in any.
    """
    count = 0
    for piece in split(source.chunks(), source.shown):
        statement = _statement(piece, source.shown)
        if statement is None:
            continue
        count += 1
        if controls_transaction(statement):
            raise _transaction_control(statement, source.shown)
        if transaction and (name := needs_no_transaction(statement)):
            raise _needs_none(statement, source.shown, name)
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


def _copy_data(pieces: Iterator[Piece]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, CopyData):
            yield piece.text
        else:
            assert isinstance(piece, CopyEnd | Tail)
            return


def _needs_none(statement: Statement, path: str, name: str) -> SplitError:
    return SplitError(
        f"{name} cannot run in a transaction, and this file is one",
        where=Place(path, statement.line, statement.column, statement.text.partition("\n")[0]),
        why="PostgreSQL refuses it inside a transaction block",
        state="nothing was run",
        next_step="put it into a migration of its own, with transaction: false in the manifest",
    )


def _transaction_control(statement: Statement, path: str) -> SplitError:
    first = statement.words[0].upper()
    return SplitError(
        f"{first} in a migration would end its transaction",
        where=Place(path, statement.line, statement.column, statement.text.partition("\n")[0]),
        why="Surefoot runs the whole file and its row of the ledger in one transaction, or nothing of it",
        state="nothing was run",
        next_step=f"remove {first}; for statements that need no transaction: transaction: false in the manifest",
    )
