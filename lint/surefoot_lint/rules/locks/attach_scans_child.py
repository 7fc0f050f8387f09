"""A table with rows becomes a partition, and no CHECK proves that its rows lie within the bounds.

PostgreSQL then reads all of the table under an ACCESS EXCLUSIVE lock, and the parent's SHARE UPDATE EXCLUSIVE lock
keeps all other changes of its schema waiting. If a single row lies outside, it was for nothing.

Before, add a CHECK that says the same as the bounds, as NOT VALID, and VALIDATE it in a migration after that. A
partition by range or list needs its key NOT NULL too. After ATTACH the CHECK may go.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import AttachPartition
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.partitions import proves_bounds
from surefoot_lint.rule import rule

PARENT = "CREATE TABLE IF NOT EXISTS visit (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);\n"
SETUP = PARENT + "CREATE TABLE IF NOT EXISTS visit_2024 (id bigint, day date, PRIMARY KEY (id, day));\n"
BAD = "ALTER TABLE visit ATTACH PARTITION visit_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); -- ← LK106"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_visits.sql, irreversible: an example}
  - {file: 002_attach_2024.sql, irreversible: an example}
""",
    "migrations/001_create_visits.sql": f"""\
{PARENT}CREATE TABLE IF NOT EXISTS visit_2024 (
    id bigint, day date, PRIMARY KEY (id, day),
    CONSTRAINT visit_2024_day CHECK (day >= '2024-01-01' AND day < '2025-01-01')
);
""",
    "migrations/002_attach_2024.sql": """\
ALTER TABLE visit ATTACH PARTITION visit_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
""",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "first a CHECK with its bounds on the table: NOT VALID, then VALIDATE; and its key NOT NULL"


@rule("LK106", "attach-scans-child", Level.WARNING)
def attach_scans_child(moment: Moment[AttachPartition]) -> Iterator[Found]:
    """Find a table that is read in full before it becomes a partition; to put one back is no matter."""
    action = moment.action
    was = moment.before.relation(action.partition)
    is_put_back = moment.is_rollback and was is not None and was.partition_of is not None
    if action.object.kind == "index" or is_put_back or not moment.is_in_use(action.partition):
        return
    if not proves_bounds(moment.relation(action.partition), moment.relation(action.object)):
        message = f"all rows of {action.partition.shown} are read, to see whether they lie within the bounds"
        yield moment.found(message, ADVICE, object=action.partition, evidence="history", lock=LOCK)
