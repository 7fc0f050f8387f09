"""A column of a table that is in use becomes NOT NULL, and all rows are read to see whether it is.

SET NOT NULL takes an ACCESS EXCLUSIVE lock: nobody can read or write until the last row is looked at.

Add `CHECK (… IS NOT NULL) NOT VALID`, VALIDATE it in a migration after that, then SET NOT NULL: PostgreSQL trusts the
CHECK and reads nothing, and the CHECK may go. From PostgreSQL 18 on there is a shorter way: ADD CONSTRAINT … NOT NULL
… NOT VALID, and VALIDATE it in a migration after that.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import SetNullable
from surefoot_lint.actions.creating import AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Evidence, Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.nulls import is_never_null, is_proved_not_null
from surefoot_lint.rule import rule

CREATE = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
SETUP = CREATE
BAD = "ALTER TABLE cat ALTER COLUMN name SET NOT NULL; -- ← LK208"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_check_names.sql, irreversible: an example}
  - {file: 003_validate_names.sql, irreversible: an example}
  - {file: 004_require_names.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": CREATE,
    "migrations/002_check_names.sql": """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_name_set;
ALTER TABLE cat ADD CONSTRAINT cat_name_set CHECK (name IS NOT NULL) NOT VALID;
""",
    "migrations/003_validate_names.sql": "ALTER TABLE cat VALIDATE CONSTRAINT cat_name_set;",
    "migrations/004_require_names.sql": """\
ALTER TABLE cat ALTER COLUMN name SET NOT NULL;
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_name_set;
""",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
BY_CHECK = "CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a migration after that, then SET NOT NULL"
BY_CONSTRAINT = "ADD CONSTRAINT … NOT NULL … NOT VALID, and VALIDATE it in a migration after that"
NOT_VALID_NOT_NULL = 18


@rule("LK208", "not-null-scan", Level.ERROR)
def not_null_scan(moment: Moment[SetNullable | AddConstraint]) -> Iterator[Found]:
    """Find NOT NULL on a column of a table in use, where no CHECK proves it."""
    table = moment.action.object.owner
    relation = moment.relation(table)
    for column in _columns(moment) if moment.is_in_use(table) else ():
        if relation and (is_never_null(relation, column) or is_proved_not_null(relation, column)):
            continue
        evidence: Evidence = "history" if relation and column in relation.columns else "static"
        advice = BY_CONSTRAINT if moment.postgres >= NOT_VALID_NOT_NULL else BY_CHECK
        message = f"{table.shown} is closed until each row is read, to see whether {column} is null"
        yield moment.found(message, advice, level=level_in(moment), evidence=evidence, lock=LOCK)


def _columns(moment: Moment[SetNullable | AddConstraint]) -> tuple[str, ...]:
    """List the columns that become NOT NULL at once."""
    action = moment.action
    if isinstance(action, SetNullable):
        return () if action.nullable else (str(action.object.part),)
    is_not_null = action.constraint.kind == "not null" and action.constraint.valid and not action.on_domain
    return action.constraint.columns if is_not_null else ()
