"""goose: goose_db_version, a row each time that a version goes up or down."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table

NAMES = ("goose_db_version",)
BESIDE = ()
COLUMNS = {"version_id", "is_applied", "tstamp"}
QUERY = """
SELECT version_id, is_applied, to_char(tstamp, 'YYYY-MM-DD HH24:MI:SS') AS at FROM {} WHERE version_id > 0 ORDER BY id
"""


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it; of each version the last row counts. Version 0 is goose's own."""
    applied: dict[int, Entry] = {}
    for row in ask(QUERY):
        applied.pop(row["version_id"], None)
        if row["is_applied"]:
            applied[row["version_id"]] = Entry(str(row["version_id"]), row["version_id"], row["at"])
    return ForeignLedger("goose", table, tuple(applied.values()))
