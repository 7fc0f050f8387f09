"""golang-migrate: schema_migrations with one row, the last version, and whether that was broken off."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty

NAMES = ("schema_migrations",)
BESIDE = ()
COLUMNS = {"version", "dirty"}


def is_its(table: Table) -> bool:
    """Tell it by its columns, which no other table of this name has."""
    return table.columns == COLUMNS


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read the one row."""
    rows = ask("SELECT version, dirty FROM {} ORDER BY version DESC")
    for row in rows:
        if row["dirty"]:
            raise dirty(
                "golang-migrate",
                table,
                f"version {row['version']} is dirty: it was begun and has failed",
                f"finish or undo by hand what it did, then: migrate force {row['version']}, or the version before it",
            )
    entries = tuple(
        Entry(str(row["version"]), row["version"], scope="and all before") for row in rows[:1] if row["version"] >= 0
    )
    return ForeignLedger("golang-migrate", table, entries)
