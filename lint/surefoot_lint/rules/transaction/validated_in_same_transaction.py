"""A constraint is added NOT VALID and validated in the same transaction, on a table that is in use.

NOT VALID keeps the lock short: only new rows are checked. VALIDATE then reads all rows under a weak lock. In one
transaction the strong lock of ADD CONSTRAINT is held until the end, so all wait for the whole scan, as if neither had
been written.

Put VALIDATE CONSTRAINT into the next migration. On a table that this migration made, neither is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Validate
from surefoot_lint.actions.creating import AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named;
ALTER TABLE cat ADD CONSTRAINT cat_named CHECK (name <> '') NOT VALID;
ALTER TABLE cat VALIDATE CONSTRAINT cat_named; -- ← TX106
"""
GOOD = {
    "001_create_cats.sql": """\
SET LOCAL lock_timeout = '5s';
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
""",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS cat;",
    "002_cats_have_names.sql": """\
SET LOCAL lock_timeout = '5s';
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named;
ALTER TABLE cat ADD CONSTRAINT cat_named CHECK (name <> '') NOT VALID;
""",
    "rollback_002.sql": "SET LOCAL lock_timeout = '5s';\nALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named;",
    "003_all_cats_have_names.sql": "SET LOCAL lock_timeout = '5s';\nALTER TABLE cat VALIDATE CONSTRAINT cat_named;",
    "rollback_003.sql": """\
SET LOCAL lock_timeout = '5s';
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named;
ALTER TABLE cat ADD CONSTRAINT cat_named CHECK (name <> '') NOT VALID;
""",
}
LOCK = Lock("ACCESS EXCLUSIVE", "reads and writes", "scan")


@rule("TX106", "validated-in-same-transaction", Level.ERROR)
def validated_in_same_transaction(moment: Moment[Validate]) -> Iterator[Found]:
    """Find VALIDATE of what the same transaction added NOT VALID."""
    of = moment.action.object
    is_of_domain = moment.relation(of) is None and (of.schema, of.name) in moment.catalog.types
    if not moment.in_transaction or is_of_domain or moment.is_new(of):
        return
    added = next(moment.earlier(AddConstraint, lambda one: one.object == of and not one.constraint.valid), None)
    if added:
        is_key = added.action.constraint.kind == "foreign key"
        lock = Lock("SHARE ROW EXCLUSIVE", "writes", "scan") if is_key else LOCK
        message = f"{of} is validated under the lock that adding it took"
        yield moment.found(message, "put VALIDATE CONSTRAINT into a migration of its own", lock=lock)
