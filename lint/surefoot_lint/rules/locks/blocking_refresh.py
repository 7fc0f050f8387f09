"""A materialized view that is in use is refreshed without CONCURRENTLY.

REFRESH MATERIALIZED VIEW takes an ACCESS EXCLUSIVE lock on the view: readers wait until its whole query has run and
its indexes are built.

Write REFRESH MATERIALIZED VIEW CONCURRENTLY, which only holds up other writers of the view. It needs a unique index
on plain columns, without WHERE, and a view that was filled before.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.session import Maintain
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, coat text NOT NULL);
CREATE MATERIALIZED VIEW IF NOT EXISTS coat_count AS SELECT coat, count(*) AS cats FROM cat GROUP BY coat;
CREATE UNIQUE INDEX IF NOT EXISTS coat_count_coat_idx ON coat_count (coat);
"""
BAD = "REFRESH MATERIALIZED VIEW coat_count; -- ← LK104"
GOOD = "REFRESH MATERIALIZED VIEW CONCURRENTLY coat_count;"
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")


@rule("LK104", "blocking-refresh", Level.WARNING)
def blocking_refresh(moment: Moment[Maintain]) -> Iterator[Found]:
    """Find a REFRESH under a lock, of a view that was there before, and filled."""
    action = moment.action
    if action.verb != "refresh" or action.concurrently or action.object is None:
        return
    known = moment.relation(action.object)
    is_filled = known is None or known.view is None or known.view.filled
    if is_filled and moment.is_in_use(action.object):
        has_key = any(index.unique and not index.where for index in moment.catalog.indexes_on(action.object))
        first = "" if has_key or known is None else "make a unique index on it first, then "
        message = f"readers of {action.object.shown} wait until its query has run"
        yield moment.found(message, f"{first}REFRESH MATERIALIZED VIEW CONCURRENTLY", lock=LOCK)
