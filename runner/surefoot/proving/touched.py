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
    'schema', coalesce(pg_catalog.sum(changes) FILTER (WHERE oid < 16384), 0),
    'casts', coalesce(pg_catalog.sum(changes) FILTER (WHERE oid = 'pg_catalog.pg_cast'::pg_catalog.regclass), 0),
    'tables', coalesce(pg_catalog.json_object_agg(oid, changes) FILTER (WHERE oid >= 16384 AND changes <> 0), '{}'),
    'is_whole', pg_catalog.current_setting('track_counts') = 'on'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable AND NOT tgisinternal)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid >= 16384 AND (
            prosrc ~~* '%track_counts%' OR proconfig::pg_catalog.text ~~* '%track_counts%'))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname IN (
            'dblink', 'postgres_fdw', 'pg_background', 'pg_cron', 'plperlu', 'plpython3u', 'pltclu'))
)
FROM (
    SELECT oid, pg_catalog.pg_stat_get_xact_tuples_inserted(oid) + pg_catalog.pg_stat_get_xact_tuples_updated(oid)
        + pg_catalog.pg_stat_get_xact_tuples_deleted(oid) AS changes
    FROM pg_catalog.pg_class
    WHERE relkind = 'r' AND relpersistence <> 't' AND oid <> 'pg_catalog.pg_statistic'::pg_catalog.regclass
) AS relation
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows this transaction has written: of the server's catalogs, and of tables by their oids."""

    schema: int
    casts: int
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
    def is_schema_untouched(self) -> bool:
        """Tell whether no row of any catalog was written, not even one that was rolled back."""
        return self._is_known and self.before.schema == self.after.schema

    def is_untouched(self, table: str, *, has_own_types: bool) -> bool:
        """Tell whether the rows of a table, by its oid, are what they were, as far as its file and columns are.

        A type of one's own may write a value in another way when its definition has changed; any type may when there
        are new casts.
        """
        if not self._is_known or self.before.casts != self.after.casts:
            return False
        if has_own_types and not self.is_schema_untouched:
            return False
        return self.before.tables.get(table, 0) == self.after.tables.get(table, 0)

    @property
    def _is_known(self) -> bool:
        return self.before.is_whole and self.after.is_whole


def touched(before: str | None, after: str | None, source: Source) -> Touched | None:
    """Make it of two answers; nothing for a file that may have switched the counters off, or that is too large."""
    if source.text is None or COUNTING in source.text.lower():
        return None
    return Touched(Counts.of(before), Counts.of(after))
