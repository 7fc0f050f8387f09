"""Liquibase: databasechangelog, a row for each changeset, and databasechangeloglock."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty
from surefoot_lint.numbering import number_of

NAMES = ("databasechangelog",)
COLUMNS = {"id", "author", "filename", "dateexecuted", "orderexecuted", "exectype"}
QUERY = """
SELECT id, author, filename, exectype, to_char(dateexecuted, 'YYYY-MM-DD HH24:MI:SS') AS at
FROM {} ORDER BY orderexecuted
"""
LOCK = "SELECT lockedby FROM {}lock WHERE locked"
NOT_RUN = ("FAILED", "SKIPPED", "MARK_RAN")


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it, unless a run holds its lock."""
    for row in ask(LOCK):
        advice = "wait for that run, or where it has died: liquibase release-locks"
        raise dirty("liquibase", table, f"{row['lockedby']} holds its lock", advice)
    entries = []
    for row in ask(QUERY):
        if row["exectype"] in NOT_RUN:
            what = f"the changeset {row['id']} says {row['exectype']}, so it may not have run"
            raise dirty("liquibase", table, what, "surefoot baseline --to NUMBER, which proves the schema instead")
        entries.append(Entry(row["id"], number_of(row["id"]), row["at"], row["author"], row["filename"]))
    return ForeignLedger("liquibase", table, tuple(entries))
