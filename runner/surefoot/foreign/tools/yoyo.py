"""yoyo: _yoyo_migration with what is applied, _yoyo_log with who and when, yoyo_lock while it runs."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty
from surefoot_lint.numbering import number_of

NAMES = ("_yoyo_migration",)
BESIDE = ("_yoyo_log", "_yoyo_version", "yoyo_lock")
QUERY = """
SELECT migration_id, migration_hash, to_char(applied_at_utc, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
FROM {} ORDER BY applied_at_utc
"""
LOG = """
SELECT migration_hash, concat(username, '@', hostname) AS who FROM {schema}._yoyo_log
WHERE operation IN ('apply', 'mark') ORDER BY created_at_utc
"""
LOCK = "SELECT pid, ctime FROM {schema}.yoyo_lock"


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= {"migration_hash", "migration_id", "applied_at_utc"}


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it, unless a run holds its lock."""
    for row in ask(LOCK) if "yoyo_lock" in table.beside else ():
        advice = "wait for that run, or where it has died: yoyo break-lock"
        raise dirty("yoyo", table, f"the process {row['pid']} holds its lock since {row['ctime']}", advice)
    log = ask(LOG) if "_yoyo_log" in table.beside else ()
    who = {row["migration_hash"]: row["who"] for row in log}
    entries = (
        Entry(row["migration_id"], number_of(row["migration_id"]), row["at"], who.get(row["migration_hash"]))
        for row in ask(QUERY)
    )
    return ForeignLedger("yoyo", table, tuple(entries))
