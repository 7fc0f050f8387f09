"""A whole database is dropped.

All that was in it is gone at once; only a backup brings it back. It cannot run in a transaction either.

Leave databases to those who run the server: a migration is about one database, and runs in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_tidy_up.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_tidy_up.sql": "DROP DATABASE IF EXISTS cattery_of_yesterday; -- ← DL104",
}
GOOD = "CREATE SCHEMA IF NOT EXISTS cattery;"


@rule("DL104", "drop-database", Level.ERROR)
def drop_database(moment: Moment[Drop]) -> Iterator[Found]:
    """Find DROP DATABASE."""
    if not moment.is_rollback and moment.action.object.kind == "database":
        message = f"database {moment.action.object.shown} is dropped with all that is in it"
        yield moment.found(message, "leave it to those who run the server")
