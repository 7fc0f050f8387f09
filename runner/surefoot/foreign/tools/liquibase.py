"""Liquibase: databasechangelog, a row for each changeset, and databasechangeloglock."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty
from surefoot_lint.numbering import number_of

NAMES = ("databasechangelog",)
BESIDE = ("databasechangeloglock",)
COLUMNS = {"id", "author", "filename", "dateexecuted", "orderexecuted", "exectype"}
QUERY = """
SELECT id, author, filename, exectype, md5sum, to_char(dateexecuted, 'YYYY-MM-DD HH24:MI:SS') AS at
FROM {} ORDER BY orderexecuted
"""
LOCK = "SELECT lockedby FROM {schema}.databasechangeloglock WHERE locked"
NOT_RUN = ("FAILED", "SKIPPED", "MARK_RAN")


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it, unless a run holds its lock."""
    for row in ask(LOCK) if BESIDE[0] in table.beside else ():
        advice = "wait for that run, or where it has died: liquibase release-locks"
        raise dirty("liquibase", table, f"{row['lockedby']} holds its lock", advice)
    rows = ask(QUERY)
    for row in rows:
        if row["exectype"] in NOT_RUN:
            what = f"the changeset {row['id']} says {row['exectype']}, so it may not have run"
            raise dirty("liquibase", table, what, "surefoot baseline --to NUMBER, which proves the schema instead")
    names = _names(rows)
    entries = (
        Entry(name, number_of(name), row["at"], row["author"], f"{row['filename']}, checksum {row['md5sum']}")
        for name, row in zip(names, rows, strict=True)
    )
    return ForeignLedger("liquibase", table, tuple(entries))


def _names(rows: list[dict[str, Any]]) -> list[str]:
    """Name the changesets by their files where each has one of its own with a number: ids may all be 1 then."""
    files = [PurePosixPath(row["filename"]).stem for row in rows]
    is_each_alone = len({row["filename"] for row in rows}) == len(rows)
    return files if is_each_alone and all(map(number_of, files)) else [row["id"] for row in rows]
