"""yoyo: _yoyo_migration with what is applied, _yoyo_log with who and when, yoyo_lock while it runs."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty
from surefoot_lint.numbering import number_of

NAMES = ("_yoyo_migration",)
QUERY = """
SELECT m.migration_id, to_char(m.applied_at_utc, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
    (SELECT concat(l.username, '@', l.hostname) FROM {schema}._yoyo_log AS l
     WHERE l.migration_hash = m.migration_hash AND l.operation IN ('apply', 'mark')
     ORDER BY l.created_at_utc DESC LIMIT 1) AS who
FROM {} AS m ORDER BY m.applied_at_utc
"""
LOCK = "SELECT pid, ctime FROM {schema}.yoyo_lock"


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= {"migration_hash", "migration_id", "applied_at_utc"}


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it, unless a run holds its lock."""
    for row in ask(LOCK):
        advice = "wait for that run, or where it has died: yoyo break-lock"
        raise dirty("yoyo", table, f"the process {row['pid']} holds its lock since {row['ctime']}", advice)
    entries = (Entry(row["migration_id"], number_of(row["migration_id"]), row["at"], row["who"]) for row in ask(QUERY))
    return ForeignLedger("yoyo", table, tuple(entries))
