"""SET LOCAL, SET TRANSACTION or set_config(…, true) in a file that runs outside a transaction.

Its effect ends with the statement: PostgreSQL warns and does nothing. The lock timeout that was to keep a statement
from waiting is not there.

Write SET for the session, and RESET at the end; or `settings: {lock_timeout: 5s}` in the manifest, which holds for
files of both kinds.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.session import Set
from surefoot_lint.errors import Place
from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.transaction import with_open

BEFORE = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_index_names.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
}
BAD = {
    **BEFORE,
    "migrations/002_index_names.sql": """\
SET LOCAL lock_timeout = '2s'; -- ← TX110
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}
GOOD = {
    **BEFORE,
    "migrations/002_index_names.sql": """\
SET lock_timeout = '2s';
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
RESET lock_timeout;
""",
}


@rule("TX110", "set-local-without-transaction", Level.WARNING)
def set_local_without_transaction(unit: Unit) -> Iterator[Found]:
    """Find settings for a transaction where none is open; a DO block is in one of its own."""
    for file in unit.files if not unit.transaction else ():
        outside = {id(statement) for statement, opened in with_open(file.statements) if not opened}
        for facts in file.facts:
            for action in facts.actions:
                is_local = isinstance(action, Set) and (action.local or action.name == "TRANSACTION")
                if is_local and not action.in_block and id(facts.statement) in outside:
                    name = getattr(action, "name", "")
                    place = Place(file.shown, *facts.statement.locate(action.offset + 1))
                    advice = "begin a transaction" if name == "TRANSACTION" else f"SET {name}, and RESET it at the end"
                    yield Found(place, f"{name} is set for a transaction, and none is open", file.shown, advice)
