"""Diesel: __diesel_schema_migrations, a row for each version."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table
from surefoot_lint.numbering import number_of

NAMES = ("__diesel_schema_migrations",)
BESIDE = ()
QUERY = "SELECT version, to_char(run_on, 'YYYY-MM-DD HH24:MI:SS') AS at FROM {} ORDER BY version"


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= {"version", "run_on"}


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it; 00000000000000 is the migration that Diesel itself brings."""
    entries = (Entry(row["version"], number_of(row["version"]), row["at"]) for row in ask(QUERY))
    return ForeignLedger("diesel", table, tuple(entry for entry in entries if entry.number != 0))
