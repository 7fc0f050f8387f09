"""A file that runs in a transaction begins or ends one itself: BEGIN, COMMIT, ROLLBACK and their other spellings.

The runner wraps the file, its checks and its row in the ledger in one transaction: all of it happens, or none. A
COMMIT in the file ends that transaction in the middle. What comes after it is no longer undone when something fails,
and the ledger then does not know of what came before. The runner refuses such a file.

Leave these statements out. Savepoints are fine, and so is PL/pgSQL, where BEGIN opens a block. If statements must
run outside a transaction, put them in a migration of their own with `transaction: false`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.transaction import controls_transaction

BAD = """\
BEGIN;  -- ← TX104
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
COMMIT;  -- ← TX104
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
"""


@rule("TX104", "transaction-control-in-file", Level.ERROR)
def transaction_control_in_file(unit: Unit) -> Iterator[Found]:
    """Find what begins or ends a transaction in files that run in one."""
    for file in unit.files if unit.transaction else ():
        for statement in filter(controls_transaction, file.statements):
            command = statement.words[0].upper()
            message = f"{command} in a file that runs in a transaction"
            advice = "remove it; for statements that need no transaction, say transaction: false in the manifest"
            yield Found(file.at(statement), message, file.shown, advice)
