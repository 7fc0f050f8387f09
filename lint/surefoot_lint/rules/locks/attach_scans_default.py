"""A partition is added beside a default partition that is in use.

PostgreSQL locks the default partition with ACCESS EXCLUSIVE, and reads all of it: a row that belongs to the new
partition must not be there. Meanwhile whatever touches the default partition waits.

Give the default partition a CHECK that keeps such rows out, as NOT VALID, VALIDATE it in a migration after that, and
add the partition then. Or do without a default partition.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import AttachPartition
from surefoot_lint.actions.creating import CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.objects import Object
from surefoot_lint.partitions import proves_bounds
from surefoot_lint.rule import rule

HEAD = """\
CREATE TABLE IF NOT EXISTS visit (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE IF NOT EXISTS visit_rest PARTITION OF visit DEFAULT;
"""
ADDED = "CREATE TABLE IF NOT EXISTS visit_2024 PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
SETUP = HEAD
BAD = f"{ADDED} -- ← LK107"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_visits.sql, irreversible: an example}
  - {file: 002_add_2024.sql, irreversible: an example}
""",
    "migrations/001_create_visits.sql": f"""\
{HEAD}ALTER TABLE visit_rest DROP CONSTRAINT IF EXISTS visit_rest_not_2024;
ALTER TABLE visit_rest
    ADD CONSTRAINT visit_rest_not_2024 CHECK (NOT (day >= '2024-01-01' AND day < '2025-01-01'));
""",
    "migrations/002_add_2024.sql": ADDED,
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "first a CHECK on the default partition that keeps the rows of the new one out: NOT VALID, then VALIDATE"


@rule("LK107", "attach-scans-default", Level.WARNING)
def attach_scans_default(moment: Moment[AttachPartition | CreateTable]) -> Iterator[Found]:
    """Find a default partition that is read in full because another partition comes."""
    parent = _parent(moment.action)
    if parent is None or (moment.action.guard and moment.relation(moment.action.object) and _is_made(moment)):
        return
    for partition in moment.catalog.partitions_of(parent):
        is_proved = proves_bounds(partition, moment.relation(parent))
        if partition.is_default_partition and not is_proved and moment.is_in_use(partition.object):
            message = f"all rows of {partition.object.shown}, the default partition, are read under a lock"
            yield moment.found(message, ADVICE, object=partition.object, evidence="history", lock=LOCK)


def _parent(action: AttachPartition | CreateTable) -> Object | None:
    if isinstance(action, AttachPartition):
        return None if action.object.kind == "index" else action.object
    return action.partition_of


def _is_made(moment: Moment[AttachPartition | CreateTable]) -> bool:
    """Tell whether there is nothing to do: CREATE TABLE IF NOT EXISTS of what is there."""
    return isinstance(moment.action, CreateTable)
