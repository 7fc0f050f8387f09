"""Sqitch: the schema sqitch; its table changes has a row for each change of each project."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table

NAMES = ("changes",)
BESIDE = ("dependencies", "events", "projects", "releases", "tags")
COLUMNS = {"change_id", "change", "project", "committed_at", "committer_name", "committer_email"}
QUERY = """
SELECT change, project, note, committer_name, committer_email,
    to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
FROM {} ORDER BY committed_at, planned_at
"""

LAST = """
SELECT DISTINCT ON (project) project, change, event, note,
    to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
FROM {schema}.events ORDER BY project, committed_at DESC
"""


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read the changes in the order of their deployment; they have no numbers, and come again when reworked."""
    entries = (
        Entry(
            row["change"].replace("/", "_"),
            None,
            row["at"],
            f"{row['committer_name']} <{row['committer_email']}>",
            group=row["project"],
        )
        for row in ask(QUERY)
    )
    failed = (row for row in (ask(LAST) if "events" in table.beside else ()) if row["event"] == "fail")
    remarks = (
        f"the last thing that {row['project']} did was to fail with {row['change']}, at {row['at']}" for row in failed
    )
    return ForeignLedger("sqitch", table, tuple(entries), repeats_names=True, remarks=tuple(remarks))
