"""A generated column that is stored is added to a table that is in use, or its expression is changed.

The value of each row is computed and stored there and then: the table and all its indexes are written anew under an
ACCESS EXCLUSIVE lock, and nobody can read or write meanwhile.

For searching, an index on the expression does as well, and can be made concurrently. For reading, a view does; from
PostgreSQL 18 on also a VIRTUAL column, which is computed when it is read. Otherwise add a plain column that a trigger
fills, and fill the old rows in small batches.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Change
from surefoot_lint.actions.creating import AddColumn
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.rule import rule

CREATE = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
SETUP = CREATE
BAD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS loud_name text GENERATED ALWAYS AS (upper(name)) STORED; -- ← LK303
"""
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_index_loud_names.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": CREATE,
    "migrations/002_index_loud_names.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_upper_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_upper_name_idx ON cat (upper(name));
""",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")
ADVICE = "an index on the expression, a view, or a plain column that a trigger fills"
OR_VIRTUAL = "a VIRTUAL column, an index on the expression, or a plain column that a trigger fills"
VIRTUAL = 18


@rule("LK303", "stored-generated-rewrite", Level.ERROR)
def stored_generated_rewrite(moment: Moment[AddColumn | Change]) -> Iterator[Found]:
    """Find a stored generated column whose values are computed for a table in use."""
    table = moment.action.object.owner
    if _is_computed(moment) and moment.is_in_use(table):
        message = f"{table.shown} is written anew, since {moment.action.object.part} is computed for each row"
        advice = OR_VIRTUAL if moment.postgres >= VIRTUAL else ADVICE
        yield moment.found(message, advice, level=level_in(moment), lock=LOCK)


def _is_computed(moment: Moment[AddColumn | Change]) -> bool:
    """Tell whether stored values are computed; those of a column that is virtual are not stored."""
    action = moment.action
    if isinstance(action, AddColumn):
        return action.column.generated == "stored"
    known = moment.catalog.column(action.object)
    return action.aspect == "expression" and action.value is not None and (not known or known.generated != "virtual")
