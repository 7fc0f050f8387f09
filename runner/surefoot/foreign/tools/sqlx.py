"""sqlx: _sqlx_migrations, a row for each version."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty

NAMES = ("_sqlx_migrations",)
BESIDE = ()
COLUMNS = {"version", "description", "installed_on", "success", "checksum", "execution_time"}
QUERY = """
SELECT version, description, success, execution_time, encode(checksum, 'hex') AS checksum,
    to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
FROM {} ORDER BY version
"""


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns == COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it, unless a version was begun and not ended."""
    entries = []
    for row in ask(QUERY):
        if not row["success"]:
            advice = "finish or undo by hand what it did, and set its row right (success) or delete it"
            raise dirty("sqlx", table, f"version {row['version']} was begun and has not succeeded", advice)
        took = f"{row['execution_time'] / 1e6:.0f} ms, " if row["execution_time"] >= 0 else ""  # sqlx has nanoseconds
        entries.append(Entry(row["description"], row["version"], row["at"], note=f"{took}checksum {row['checksum']}"))
    return ForeignLedger("sqlx", table, tuple(entries))
