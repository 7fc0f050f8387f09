"""A file that runs outside a transaction begins one and does not end it, ends one that is not open, begins a second
one inside the first, or sets a savepoint where no transaction is open.

After BEGIN without COMMIT, all that follows is lost when the connection is closed, the statements that seemed done
included. COMMIT without BEGIN is a warning and nothing else: what was to be undone is not.

Write BEGIN and COMMIT in pairs, in one file. Mostly neither is needed: leave `transaction: false` out, and the whole
file runs in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.pieces import Statement
from surefoot_lint.rule import rule
from surefoot_lint.transaction import begins, controls_transaction, is_of_two_phases, with_open

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, transaction: false, irreversible: an example}
"""
BAD = {
    "manifest.yaml": MANIFEST,
    "migrations/001_create_cats.sql": """\
BEGIN; -- ← TX105
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
""",
}
GOOD = {
    "manifest.yaml": MANIFEST,
    "migrations/001_create_cats.sql": """\
BEGIN;
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
COMMIT;
""",
}


@rule("TX105", "unbalanced-transaction", Level.ERROR)
def unbalanced_transaction(unit: Unit) -> Iterator[Found]:
    """Find BEGIN, COMMIT and savepoints that do not fit together, in files that run outside a transaction."""
    for file in unit.files if not unit.transaction else ():
        last: Statement | None = None
        for statement, opened in with_open(file.statements):
            yield from _misfit(file, statement, opened)
            last = statement if controls_transaction(statement) and not is_of_two_phases(statement) else last
        if last and begins(last) and not file.error:
            command = " ".join(last.words).upper()
            yield Found(file.at(last), f"{command} is not followed by COMMIT", file.shown, "end it with COMMIT")


def _misfit(file: SqlFile, statement: Statement, opened: Statement | None) -> Iterator[Found]:
    """Find a statement that does not fit what is open before it."""
    command = statement.words[0].upper() if statement.words else ""
    if not controls_transaction(statement):
        if command in ("SAVEPOINT", "RELEASE", "ROLLBACK") and not opened:
            yield Found(file.at(statement), f"{command} where no transaction is open", file.shown, "BEGIN before it")
    elif is_of_two_phases(statement):
        return
    elif command in ("BEGIN", "START") and opened:
        message = f"{command} in the transaction that line {opened.line} began"
        yield Found(file.at(statement), message, file.shown, "COMMIT before it, or remove it")
    elif command not in ("BEGIN", "START") and not opened:
        yield Found(file.at(statement), f"{command} where no transaction is open", file.shown, "BEGIN before, or none")
