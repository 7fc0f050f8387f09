"""A partition is detached without CONCURRENTLY.

ALTER TABLE … DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the parent, the partition and the default partition.
It waits for every query on the parent, and all that come after it wait behind it.

Write DETACH PARTITION … CONCURRENTLY, in a migration of its own that says `transaction: false` in the manifest. Where
there is a default partition PostgreSQL refuses that: take a short lock_timeout then.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import DetachPartition
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS visit (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE IF NOT EXISTS visit_2023 PARTITION OF visit FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
"""
BAD = "ALTER TABLE visit DETACH PARTITION visit_2023; -- ← LK105"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_visits.sql, irreversible: an example}
  - {file: 002_detach_2023.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_visits.sql": SETUP,
    "migrations/002_detach_2023.sql": "ALTER TABLE visit DETACH PARTITION visit_2023 CONCURRENTLY;",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
ADVICE = "DETACH PARTITION … CONCURRENTLY, in a migration of its own with transaction: false"
WITH_DEFAULT = "set a short lock_timeout: with a default partition there is no CONCURRENTLY"


@rule("LK105", "detach-not-concurrent", Level.ERROR)
def detach_not_concurrent(moment: Moment[DetachPartition]) -> Iterator[Found]:
    """Find a DETACH under a lock, of a table in use."""
    action = moment.action
    is_gentle = action.concurrently or action.finalize or action.object.kind == "index"
    if is_gentle or not (moment.is_in_use(action.object) and moment.is_in_use(action.partition)):
        return
    has_default = any(one.is_default_partition for one in moment.catalog.partitions_of(action.object))
    message = f"detaching {action.partition.shown} stops all that read or write {action.object.shown}"
    level = Level.WARNING if has_default else level_in(moment)
    yield moment.found(message, WITH_DEFAULT if has_default else ADVICE, level=level, lock=LOCK)
