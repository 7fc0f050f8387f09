"""Take out of another tool's SQL what the tool does itself there, and Surefoot does for every file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from surefoot.layouts.found import Found, Part, holds_statements
from surefoot_lint.pieces import MetaCommand, Statement
from surefoot_lint.split import split
from surefoot_lint.transaction import controls_transaction, needs_no_transaction

# Commands of psql that change what it shows, or that it stops at errors, and nothing in the database.
HARMLESS = re.compile(r"\\(?:q?echo|timing|pset|set\s+(?:ON_ERROR_(?:STOP|ROLLBACK)|QUIET|VERBOSITY|ECHO))\b")


def fit(one: Found) -> tuple[Found, tuple[str, ...]]:
    """Make a migration one that Surefoot can run; say in words what was changed, or what it does without.

    A file that is a transaction of its own loses BEGIN and COMMIT. A statement that cannot run in a transaction
    makes the migration one without. A way back without any statement is none. Raises SplitError.
    """
    forward, remarks = _without_control(one.name, one.forward)
    backward = one.backward
    if backward is not None and not holds_statements(backward):
        backward = None
    elif backward is not None:
        backward, more = _without_control(f"the rollback of {one.name}", backward)
        remarks += more
    transaction = one.transaction and not _needs_none(forward)
    if one.transaction and not transaction:
        remarks += (f"{one.name} holds what cannot run in a transaction: transaction: false",)
    return replace(one, forward=forward, backward=backward, transaction=transaction), remarks


def _needs_none(part: Part) -> bool:
    return any(isinstance(piece, Statement) and needs_no_transaction(piece) for piece in split([part.text]))


def _without_control(name: str, part: Part) -> tuple[Part, tuple[str, ...]]:
    """Take out BEGIN and COMMIT, and harmless commands of psql; a ROLLBACK is left for a person to look at."""
    spans: list[tuple[int, int]] = []
    words: list[str] = []
    for piece in split([part.text]):
        if isinstance(piece, Statement) and controls_transaction(piece):
            words.append(piece.words[0].upper())
            spans.append((piece.offset, piece.offset + len(piece.text) + len(piece.terminator)))
        elif isinstance(piece, MetaCommand) and HARMLESS.match(piece.text):
            spans.append((piece.offset, piece.offset + len(piece.text)))
    if {"ROLLBACK", "ABORT", "PREPARE"} & set(words):
        return part, (f"{name} rolls back within itself: mend it by hand",)
    if not spans:
        return part, ()
    remark = f"{name} was a transaction of its own: {' and '.join(dict.fromkeys(words))} taken out" if words else ""
    return Part(_cut(part.text, spans)), (remark,) if remark else ()


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Cut spans out of a text, and the lines that they leave empty."""
    kept, end = [], 0
    for start, stop in spans:
        kept.append(text[end:start])
        end = stop
        if text[:start].rpartition("\n")[2].strip() == "" and text[stop : stop + 1] == "\n":
            end += 1
    return "".join([*kept, text[end:]]).strip("\n") + "\n"
