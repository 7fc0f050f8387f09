"""Uniqueness is demanded of rows that are there already.

Two equal rows make it fail with 23505 (unique_violation), after a scan and a sort of the whole table. CREATE UNIQUE
INDEX CONCURRENTLY leaves an index behind that is not valid. A test database seldom has the duplicates of production.

Run the query that the advice gives on production first, and decide on what it finds. As a check of this migration with
`when: before` in the manifest, it is run each time, and stops the migration before anything is changed; then nothing
is reported. Nor is it of new tables, of keys that are unique already, or where rows are deleted just before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.creating import AddColumn, AddConstraint, CreateIndex
from surefoot_lint.actions.writing import Delete, Update
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule
from surefoot_lint.uniqueness import is_unique

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, chip text);"
BAD = "CREATE UNIQUE INDEX IF NOT EXISTS cat_chip_idx ON cat (chip); -- ← DM301"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - file: 002_one_cat_a_chip.sql
    transaction: false
    irreversible: an example
    checks:
      - name: no chip is in two cats
        when: before
        sql: SELECT count(*) FROM (SELECT chip FROM cat GROUP BY chip HAVING count(chip) > 1) AS twice
        expect: 0
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, chip text);",
    "migrations/002_one_cat_a_chip.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_chip_idx;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS cat_chip_idx ON cat (chip);
""",
}


class Demand(NamedTuple):
    """What is to be unique: plain columns, all keys as SQL, the condition, and whether NULLs count as equal."""

    table: Object
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    where: str
    with_nulls: bool

    @property
    def query(self) -> str:
        """Write the query that finds duplicates."""
        keys = ", ".join(self.keys)
        conditions = [self.where] if self.where else []
        if not self.with_nulls:
            conditions += [f"{key} IS NOT NULL" for key in self.keys]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        table = self.table.shown
        return f"SELECT {keys}, count(*) FROM {table}{where} GROUP BY {keys} HAVING count(*) > 1"  # noqa: S608 - shown


@rule("DM301", "unique-may-fail", Level.WARNING)
def unique_may_fail(moment: Moment[CreateIndex | AddConstraint]) -> Iterator[Found]:
    """Find what must be unique from now on, in rows that are there."""
    demand = _demand(moment)
    if moment.is_rollback or demand is None or moment.is_new(demand.table) or _is_sure(moment, demand):
        return
    message = f"equal rows in {demand.table.shown} make this fail"
    yield moment.found(message, f"run first: {demand.query}")


def _demand(moment: Moment[CreateIndex | AddConstraint]) -> Demand | None:
    action = moment.action
    if isinstance(action, CreateIndex):
        if not action.unique:
            return None
        keys = tuple(key.column or (key.expression.text if key.expression else "") for key in action.keys)
        columns = action.columns if len(action.columns) == len(keys) else ()
        where = action.where.text if action.where else ""
        return Demand(action.table, columns, keys, where, action.nulls_not_distinct)
    constraint = action.constraint
    if constraint.kind not in ("primary key", "unique") or constraint.using_index:
        return None
    is_key = constraint.kind == "primary key"
    return Demand(action.object.owner, constraint.columns, constraint.columns, "", is_key)


def _is_sure(moment: Moment[CreateIndex | AddConstraint], demand: Demand) -> bool:
    """Tell whether it cannot fail, or somebody has thought of it."""
    known = (moment.before, moment.catalog)
    if any(is_unique(catalog, demand.table, demand.columns) for catalog in known):
        return True
    if any(moment.earlier(Delete, lambda one: one.object[1:3] == demand.table[1:3])):
        return True
    return _is_new_column(moment, demand) or _is_checked(moment, demand)


def _is_new_column(moment: Moment[CreateIndex | AddConstraint], demand: Demand) -> bool:
    """Tell whether one of the columns was added here, and is NULL or of its own in each row."""
    for added in moment.earlier(AddColumn, lambda one: one.object[1:3] == demand.table[1:3]):
        column = added.action.column
        own = bool(column.identity or column.type.serial or (column.default and column.default.functions))
        filled = any(moment.earlier(Update, lambda one, name=column.name: name in one.columns))  # type: ignore[misc]
        if column.name in demand.columns and not filled and (own or (column.default is None and not demand.with_nulls)):
            return True
    return False


def _is_checked(moment: Moment[CreateIndex | AddConstraint], demand: Demand) -> bool:
    """Tell whether the manifest has a check before the migration that counts rows of the table."""
    entry = moment.unit.entry
    checks = entry.checks if entry else ()
    return any(
        check.when == "before" and check.sql and demand.table.name in check.sql and "having" in check.sql.lower()
        for check in checks
    )
