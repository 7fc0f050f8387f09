"""An index is made on a partitioned table that is in use, and so on all of its partitions at once.

There is no CONCURRENTLY for the parent of partitions. CREATE INDEX takes a SHARE lock on it and on every partition,
and holds them all until the last index is built: writes wait for the sum.

Make the parent's index with CREATE INDEX … ON ONLY, which is instant. Make one on each partition with CREATE INDEX
CONCURRENTLY, each in a migration with `transaction: false`. Then join them: ALTER INDEX … ATTACH PARTITION.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import is_partitioned
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS visit (id bigint, day date, vet text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE IF NOT EXISTS visit_2024 PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""
BAD = "CREATE INDEX IF NOT EXISTS visit_vet_idx ON visit (vet); -- ← LK109"
GOOD = "CREATE INDEX IF NOT EXISTS visit_vet_idx ON ONLY visit (vet);"
LOCK = Lock("SHARE", "writes", "scan")
ADVICE = "CREATE INDEX ON ONLY, CREATE INDEX CONCURRENTLY on each partition, ALTER INDEX ATTACH PARTITION"


@rule("LK109", "partitioned-index-not-only", Level.WARNING)
def partitioned_index_not_only(moment: Moment[CreateIndex]) -> Iterator[Found]:
    """Find an index that is made on all partitions at once."""
    index = moment.action
    if is_partitioned(moment, index.table) and not index.only and moment.is_in_use(index.table):
        message = f"index {index.object.shown} blocks writes to all partitions of {index.table.shown} until it is built"
        yield moment.found(message, ADVICE, evidence="history", lock=LOCK)
