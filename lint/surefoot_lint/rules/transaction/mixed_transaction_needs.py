"""A migration holds both a statement that must run outside a transaction, such as CREATE INDEX CONCURRENTLY, and
others that should run in one.

With a transaction it fails. Without one each statement stands alone: when the second fails, what the first did stays,
and the code that runs meanwhile sees a schema that is neither the old nor the new one.

Make two migrations of it: the changes of the schema and of rows in one that runs in a transaction, the concurrent
statement in one with `transaction: false`. What only finishes its work may stay with it: ADD CONSTRAINT … USING INDEX,
ATTACH PARTITION of an index, VALIDATE, COMMENT.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import AttachPartition, Change, Drop, Grant, Rename, Validate
from surefoot_lint.actions.creating import AddConstraint, Create
from surefoot_lint.actions.writing import Write
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.pieces import Statement
from surefoot_lint.rule import rule
from surefoot_lint.transaction import needs_no_transaction, with_open

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_name_cats.sql, transaction: false, irreversible: an example}
"""
BAD = {
    "manifest.yaml": MANIFEST,
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_name_cats.sql": """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;
UPDATE cat SET name = 'cat ' || id WHERE name IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name); -- ← TX103
""",
}
GOOD = {
    "manifest.yaml": MANIFEST,
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "migrations/002_name_cats.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}
CHANGING = (Create, Drop, Rename, Change, Write, Grant)
FINISHING = (Validate, AttachPartition)


@rule("TX103", "mixed-transaction-needs", Level.ERROR)
def mixed_transaction_needs(unit: Unit) -> Iterator[Found]:
    """Find files of both kinds; without a transaction it takes two statements that belong together."""
    for file in unit.files:
        outside = next(filter(needs_no_transaction, file.statements), None)
        wanting = _wanting(unit, file) if outside else []
        if outside and len(wanting) > (0 if unit.transaction else 1):
            others = f"{len(wanting)} statements that want" if len(wanting) > 1 else "a statement that wants"
            message = f"{needs_no_transaction(outside)} stands together with {others} a transaction"
            yield Found(file.at(outside), message, file.shown, "make two migrations of it, one with transaction: false")


def _wanting(unit: Unit, file: SqlFile) -> list[Statement]:
    """List the statements that change something and could run in a transaction, but in none of the file's own."""
    own = {id(statement) for statement, opened in with_open(file.statements) if opened}
    return [
        facts.statement
        for facts in file.facts
        if not needs_no_transaction(facts.statement) and id(facts.statement) not in own and _wants(unit, facts)
    ]


def _wants(unit: Unit, facts: Facts) -> bool:
    return any(isinstance(action, CHANGING) and not _stands_alone(unit, action) for action in facts.actions)


def _stands_alone(unit: Unit, action: Action) -> bool:
    """Tell what goes well outside a transaction: the end of a concurrent recipe, and a DROP before CREATE."""
    if unit.transaction:
        return False
    if isinstance(action, AddConstraint):
        return action.constraint.using_index is not None
    return isinstance(action, FINISHING) or (isinstance(action, Drop) and action.guard.exists)
