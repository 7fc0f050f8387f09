"""A migration that runs outside a transaction holds many statements that need to, on as many objects.

Each stands alone. When the third fails, two are done, the rest is not, and the migration is neither applied nor
undone until somebody finishes it; meanwhile nothing after it can run. Each of them may also run for hours.

Make a migration of each index. DROP INDEX CONCURRENTLY IF EXISTS before the CREATE of the same index belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.pieces import Statement
from surefoot_lint.rule import rule
from surefoot_lint.state import objects_in
from surefoot_lint.transaction import needs_no_transaction

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_index_cats.sql, transaction: false, irreversible: an example}
"""
CATS = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text, coat text, age int, home text);"
BAD = {
    "manifest.yaml": MANIFEST,
    "migrations/001_create_cats.sql": CATS,
    "migrations/002_index_cats.sql": """\
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_coat_idx ON cat (coat);
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_age_idx ON cat (age);
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_home_idx ON cat (home); -- ← TX108
""",
}
GOOD = {
    "manifest.yaml": MANIFEST,
    "migrations/001_create_cats.sql": CATS,
    "migrations/002_index_cats.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}
FEW = 3


@rule("TX108", "many-non-transactional-statements", Level.WARNING)
def many_non_transactional_statements(unit: Unit) -> Iterator[Found]:
    """Find the first statement beyond a few, in migrations and in rollbacks without a transaction."""
    for file in unit.files if not unit.transaction else ():
        about = _first_of_each(file)
        if len(about) > FEW:
            message = f"{len(about)} statements stand alone here, each of which may fail after the ones before"
            yield Found(file.at(about[FEW]), message, file.shown, "make a migration of each")


def _first_of_each(file: SqlFile) -> list[Statement]:
    """List the statements that need no transaction, the first on each object."""
    found: dict[object, Statement] = {}
    for facts in file.facts:
        if needs_no_transaction(facts.statement):
            objects = [of for action in facts.actions for of in objects_in(action)]
            found.setdefault(objects[0] if objects else facts.statement.offset, facts.statement)
    return list(found.values())
