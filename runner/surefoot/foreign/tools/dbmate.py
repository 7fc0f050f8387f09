"""dbmate: schema_migrations, a row for each version."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table
from surefoot_lint.numbering import number_of

NAMES = ("schema_migrations",)
BESIDE = ()
RAILS = "ar_internal_metadata"


def is_its(table: Table) -> bool:
    """Tell it by its only column; Rails has the same, and a table beside it."""
    return table.columns == {"version"} and RAILS not in table.beside


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read the versions; dbmate notes neither when nor by whom."""
    return ForeignLedger("dbmate", table, versions(ask))


def versions(ask: Ask) -> tuple[Entry, ...]:
    """Read a table of versions alone."""
    rows = ask("SELECT version::text FROM {} ORDER BY version")
    return tuple(Entry(row["version"], number_of(row["version"])) for row in rows)
