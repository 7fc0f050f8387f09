"""What a round has touched, by the server's own counters: all else is as it was, and need not be read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from surefoot_lint.source import Source

COUNTING = "track_counts"
# The counters are of this session and this transaction, and count what was rolled back too (manual: monitoring-stats).
# They miss what others do, and what is done while they are off; and COMMIT comes after they are read.
COUNTS = """
SELECT pg_catalog.json_build_object(
    'since', pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.xid::text,
    'catalogs', coalesce(pg_catalog.json_object_agg(relname, pg_catalog.json_build_array(changes, deleted))
        FILTER (WHERE oid < 16384 AND changes <> 0), '{}'),
    'tables', coalesce(pg_catalog.json_object_agg(oid, changes) FILTER (WHERE oid >= 16384 AND changes <> 0), '{}'),
    'is_whole', pg_catalog.current_setting('track_counts') = 'on'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable AND NOT tgisinternal)
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_proc
            WHERE oid >= 16384 AND pronamespace IS DISTINCT FROM pg_catalog.to_regnamespace('surefoot_proof')
                AND (prosrc ~~* '%track_counts%' OR proconfig::pg_catalog.text ~~* '%track_counts%'))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname IN (
            'dblink', 'postgres_fdw', 'pg_background', 'pg_cron', 'plperlu', 'plpython3u', 'pltclu'))
)
FROM (
    SELECT oid, relname, pg_catalog.pg_stat_get_xact_tuples_inserted(oid)
        + pg_catalog.pg_stat_get_xact_tuples_updated(oid) + pg_catalog.pg_stat_get_xact_tuples_deleted(oid) AS changes,
        pg_catalog.pg_stat_get_xact_tuples_deleted(oid) AS deleted
    FROM pg_catalog.pg_class
    WHERE relkind = 'r' AND relpersistence <> 't' AND oid <> 'pg_catalog.pg_statistic'::pg_catalog.regclass
) AS relation
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows this transaction has written: of the server's catalogs, and of tables by their oids.

    Of a catalog it is also how many were deleted. `since` is the least number that what comes next can have as a
    transaction.
    """

    since: str
    catalogs: Mapping[str, tuple[int, int]]
    tables: Mapping[str, int]
    is_whole: bool

    @staticmethod
    def of(answer: str | None) -> Counts:
        """Read the answer to COUNTS."""
        return Counts(**json.loads(answer or "null"))


@dataclass(frozen=True, slots=True)
class Touched:
    """The counts before and after a round, of one transaction."""

    before: Counts
    after: Counts

    @property
    def changed_catalogs(self) -> frozenset[str]:
        """Name the catalogs of which rows were written, even if that was rolled back."""
        return frozenset(name for name, now in self.after.catalogs.items() if now != self.before.catalogs.get(name))

    def has_shrunk(self, catalog: str) -> bool:
        """Tell whether rows of a catalog were deleted, even if that was rolled back."""
        return self._deleted(self.before, catalog) != self._deleted(self.after, catalog)

    @property
    def changed_tables(self) -> frozenset[int]:
        """Name the tables of which rows were written, by their oids."""
        before, after = self.before.tables, self.after.tables
        return frozenset(int(oid) for oid in before.keys() | after.keys() if before.get(oid) != after.get(oid))

    @property
    def is_known(self) -> bool:
        """Tell whether the counters have missed nothing."""
        return self.before.is_whole and self.after.is_whole

    @staticmethod
    def _deleted(counts: Counts, catalog: str) -> int:
        return counts.catalogs.get(catalog, (0, 0))[1]


def touched(before: str | None, after: str | None, source: Source) -> Touched | None:
    """Make it of two answers; nothing for a file that may have switched the counters off, or that is too large."""
    if source.text is None or COUNTING in source.text.lower():
        return None
    return Touched(Counts.of(before), Counts.of(after))
