"""Flyway: flyway_schema_history, a row for each script, each undo and each repeatable file."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty

NAMES = ("flyway_schema_history", "schema_version")
COLUMNS = {"installed_rank", "version", "script", "success", "installed_by", "installed_on", "type"}
QUERY = """
SELECT version, script, type, success, installed_by, execution_time,
    to_char(installed_on, 'YYYY-MM-DD HH24:MI:SS') AS installed_on
FROM {} ORDER BY installed_rank
"""
# Rows that are about the ledger, and not about a script that ran.
OF_THE_LEDGER = ("SCHEMA", "DELETE")


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it; an undone script is as if it had never run."""
    applied: dict[str, Entry] = {}
    rows = [row for row in ask(QUERY) if row["type"] not in OF_THE_LEDGER]
    for row in rows:
        key = row["version"] or row["script"]
        if not row["success"]:
            raise dirty("flyway", table, f"{row['script']} has failed", "mend the database, then: flyway repair")
        if row["type"].startswith("UNDO"):
            applied.pop(key, None)
        elif row["type"] == "BASELINE":
            raise dirty(
                "flyway",
                table,
                f"it begins with a baseline at version {row['version']}: what came before it was never recorded",
                "surefoot baseline --to NUMBER, which proves the schema instead",
            )
        else:
            applied[key] = _entry(row)
    is_plain = all("." not in (one["version"] or "") and "_" not in (one["version"] or "") for one in rows)
    return ForeignLedger(
        "flyway", table, tuple(one if is_plain else one._replace(number=None) for one in applied.values())
    )


def _entry(row: dict[str, object]) -> Entry:
    version, script = row["version"], str(row["script"]).rpartition("/")[2]
    return Entry(
        name=script.partition("__")[2].removesuffix(".sql") or script,
        number=int(str(version)) if str(version).isdecimal() else None,
        when=str(row["installed_on"]),
        who=str(row["installed_by"]),
        note=f"{row['execution_time']} ms",
    )
