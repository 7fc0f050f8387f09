"""Copies of the ledger in files: a line that says what it is, then a row a line, all as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from surefoot.chain import COLUMNS, Row, compare_past, linked
from surefoot_lint.edits import replace_file
from surefoot_lint.errors import Place, UsageError

FORMAT = 1
HEAD = "surefoot_history"
LONGEST_LINE = 64 * 1024 * 1024  # bytes; a row has a rollback file of 1 MiB at most, and what is escaped takes sixfold
SHOWN = 60
TEXTS = frozenset(COLUMNS) - {"id", "duration_ms"}
NEEDED = frozenset({"number", "name", "action", "started_at", "finished_at", "role", "previous_hash", "hash"})


def write_export(rows: Sequence[Row], path: Path) -> int:
    """Write the rows of a ledger, and give how many are new; the file is replaced at once, with no state between.

    An export that is there already must be the beginning of them, so that no evidence is written over. Raises Refused
    where it is not, or the rows are no chain; UsageError for a file that is no export, or cannot be written.
    """
    added = len(rows)
    if path.exists():
        added = compare_past(read_export(path), rows, "the ledger").added
    list(linked(rows, "the ledger"))
    lines = [{HEAD: FORMAT, "rows": len(rows)}, *({column: row[column] for column in COLUMNS} for row in rows)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", state="nothing was written") from error
    return added


def read_export(path: Path) -> Iterator[Row]:
    """Read the rows of an export, one at a time.

    Raises UsageError, with the line, for a file that is not there, is no export, is cut off or cannot be read.
    """
    try:
        with path.open("rb") as file:
            expected = _rows_of(file.readline(LONGEST_LINE), path)
            found = 0
            for found, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                yield _row(line, Place(str(path), found + 1))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if found != expected:
        raise UsageError(
            f"the export says that it has {expected} rows, and has {found}",
            where=Place(str(path), found + 1),
            why="it was cut off, or lines were added",
            next_step="take another copy of it",
        )


def _rows_of(line: bytes, path: Path) -> int:
    """Read the first line, which says that this is an export, and how many rows follow."""
    head = _parsed(line, Place(str(path), 1))
    if not isinstance(head, dict) or HEAD not in head:
        raise UsageError(
            "this is no export of a ledger",
            where=Place(str(path), 1),
            next_step="name one that surefoot history --export has written; a new one needs a file that is not there",
        )
    rows = head.get("rows")
    if head[HEAD] != FORMAT or not isinstance(rows, int):
        raise UsageError(
            f"this export has the format {head[HEAD]}, and this Surefoot knows {FORMAT}",
            where=Place(str(path), 1),
            next_step="pip install --upgrade surefoot",
        )
    return rows


def _row(line: bytes, where: Place) -> Row:
    row = _parsed(line, where)
    if not isinstance(row, dict) or set(row) != set(COLUMNS):
        raise UsageError("this line is no row of a ledger", where=where, next_step="take another copy of the export")
    for column, value in row.items():
        kind = str if column in TEXTS else int
        if not isinstance(value, kind) and (value is not None or column in NEEDED or kind is int):
            raise UsageError(f"{column} is not what a ledger has there: {_short(value)}", where=where)
    return row


def _parsed(line: bytes, where: Place) -> Any:
    """Read a line as JSON; nothing for what is none, is nested too deeply, or has a number of thousands of digits."""
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise UsageError("this line is not UTF-8", where=where, next_step="take another copy of the export") from error
    except (ValueError, RecursionError):
        return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
