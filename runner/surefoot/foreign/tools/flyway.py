"""Flyway: flyway_schema_history, a row for each script, each undo, each repeatable file, and for a baseline."""

from __future__ import annotations

from typing import Any

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty
from surefoot.layouts.flyway import Version, version_of

NAMES = ("flyway_schema_history", "schema_version")
BESIDE = ()
COLUMNS = {"installed_rank", "version", "script", "success", "installed_by", "installed_on", "type"}
QUERY = """
SELECT version, script, type, success, checksum, installed_by, execution_time,
    to_char(installed_on, 'YYYY-MM-DD HH24:MI:SS') AS installed_on
FROM {} ORDER BY installed_rank
"""


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it; a script that was undone, or is marked as deleted, is as if it had never run.

    A baseline, or a script that was run as one, stands for all versions up to its own.
    """
    applied: dict[str, dict[str, Any]] = {}
    for row in ask(QUERY):
        key = row["version"] or row["script"]
        if not row["success"]:
            raise dirty("flyway", table, f"{row['script']} has failed", "mend the database, then: flyway repair")
        if row["type"].startswith("UNDO") or row["type"] == "DELETE":
            applied.pop(key, None)
        elif row["type"] != "SCHEMA":  # that Flyway has made the schema
            applied[key] = row
    rows = [*applied.values()]
    versions = [version_of(row["version"]) if row["version"] else () for row in rows]
    is_plain = all(len(version) < 2 for version in versions)
    if not is_plain:
        _refuse_baseline(table, rows)
        order = sorted(range(len(rows)), key=lambda index: (not versions[index], versions[index]))
        rows, versions = [rows[index] for index in order], [versions[index] for index in order]
    entries = (_entry(row, version if is_plain else ()) for row, version in zip(rows, versions, strict=True))
    return ForeignLedger("flyway", table, tuple(entries), repeats_names=not is_plain)


def _is_baseline(row: dict[str, Any]) -> bool:
    return str(row["type"]).endswith("BASELINE") or row["type"] == "INIT"


def _refuse_baseline(table: Table, rows: list[dict[str, Any]]) -> None:
    for row in filter(_is_baseline, rows):
        what = f"it has a baseline at version {row['version']}, and no number of the manifest is such a version"
        advice = "surefoot baseline --to NUMBER, which proves the schema instead"
        raise dirty("flyway", table, what, advice)


def _entry(row: dict[str, Any], version: Version) -> Entry:
    script = row["script"].rpartition("/")[2]
    checksum = "" if row["checksum"] is None else f", checksum {row['checksum']}"
    return Entry(
        name=script.partition("__")[2].removesuffix(".sql") or script,
        number=version[0] if version else None,
        when=row["installed_on"],
        who=row["installed_by"],
        note=f"{row['execution_time']} ms{checksum}",
        scope="all up to its number" if _is_baseline(row) else "itself",
    )
