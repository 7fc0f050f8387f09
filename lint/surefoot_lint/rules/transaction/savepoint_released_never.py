"""A savepoint is set and never released.

It does nothing by itself. Each savepoint is a subtransaction: its locks and its place in memory are kept until the end,
and beyond 64 of them every look at a row that was changed becomes slower, for all sessions.

Remove it, or RELEASE it where its work is done. A migration that fails is undone as a whole; savepoints serve for
statements that are expected to fail, which a DO block with EXCEPTION says more plainly.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import Statement
from surefoot_lint.rule import rule
from surefoot_lint.transaction import FIRST_WORDS, controls_transaction

BAD = """\
SAVEPOINT before_cats; -- ← TX111
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
"""
GOOD = """\
SAVEPOINT before_cats;
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
RELEASE SAVEPOINT before_cats;
"""


@rule("TX111", "savepoint-released-never", Level.INFORMATION)
def savepoint_released_never(unit: Unit) -> Iterator[Found]:
    """Find a savepoint after which no RELEASE names it, or one before it."""
    for file in unit.files:
        for name, statement in _open(file):
            message = f"savepoint {name} is never released"
            yield Found(file.at(statement), message, file.shown, f"RELEASE SAVEPOINT {name}, or remove both")


# What may concern savepoints begins so; most statements need not be looked at any further.
FIRST_LETTERS = ("savepoint", "release", *FIRST_WORDS)


def _open(file: SqlFile) -> list[tuple[str, Statement]]:
    """List the savepoints that are left at the end; the end of a transaction releases those in it."""
    left: list[tuple[str, Statement]] = []
    for statement in file.statements:
        if not statement.text[:9].lower().startswith(FIRST_LETTERS):
            continue
        command = statement.words[:1]
        if command == ("savepoint",):
            left.append((_name(statement), statement))
        elif command == ("release",):
            names = [name for name, _ in left]
            name = _name(statement)
            left = left[: len(names) - 1 - names[::-1].index(name)] if name in names else left
        elif controls_transaction(statement):
            left = []
    return left


def _name(statement: Statement) -> str:
    """Read the name, which is the last word."""
    *_, last = tokens(statement.text)
    return last.word or last.text.strip('"')
