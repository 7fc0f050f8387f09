"""A column is added to a table that is in use, with a default that is another for each row.

Where a default is the same for all rows, a constant or now(), PostgreSQL keeps it in the catalog, and no row is
touched. A volatile one, such as gen_random_uuid() or clock_timestamp(), must be computed row by row: the table and all
its indexes are written anew under an ACCESS EXCLUSIVE lock, and nobody can read or write meanwhile.

Add the column without default, then SET DEFAULT in a second statement: it holds for new rows. Fill the old rows in
small batches, in a migration of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn
from surefoot_lint.context import Moment
from surefoot_lint.finding import Evidence, Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.objects import DEFAULT_SCHEMA
from surefoot_lint.rule import rule
from surefoot_lint.volatility import volatile_call

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS token uuid DEFAULT gen_random_uuid(); -- ← LK301"
GOOD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS token uuid;
ALTER TABLE cat ALTER COLUMN token SET DEFAULT gen_random_uuid();
"""
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")
ADVICE = "add the column without default, SET DEFAULT after that, and fill the old rows in batches"


@rule("LK301", "volatile-default-rewrite", Level.ERROR)
def volatile_default_rewrite(moment: Moment[AddColumn]) -> Iterator[Found]:
    """Find a column with a volatile default that is added to a table in use."""
    column, table = moment.action.column, moment.action.object.owner
    if column.generated or not moment.is_in_use(table):
        return
    domain = moment.catalog.type(column.type)
    default = column.default or (domain.default if domain else None)
    if default and (name := volatile_call(default, moment.catalog)):
        is_made = (DEFAULT_SCHEMA, name) in moment.catalog.routines or "." in name
        evidence: Evidence = "history" if is_made else "static"
        message = f"{table.shown} is written anew, since {name}() is another for each row"
        yield moment.found(message, ADVICE, level=level_in(moment), evidence=evidence, lock=LOCK)
