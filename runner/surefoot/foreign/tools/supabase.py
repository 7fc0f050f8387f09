"""Supabase: supabase_migrations.schema_migrations, a row for each version."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table
from surefoot_lint.numbering import number_of

NAMES = ("schema_migrations",)
BESIDE = ("seed_files",)
COLUMNS = ("name", "created_by")  # which older ones do not have


def is_its(table: Table) -> bool:
    """Tell it by its schema."""
    return table.schema == "supabase_migrations" and "version" in table.columns


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it; the oldest ones have no names."""
    name, who = (f"{column} AS {column}" if column in table.columns else f"NULL AS {column}" for column in COLUMNS)
    rows = ask(f"SELECT version, {name}, {who} FROM {{}} ORDER BY version")  # noqa: S608 - words of our own
    entries = (Entry(row["name"] or row["version"], number_of(row["version"]), who=row["created_by"]) for row in rows)
    return ForeignLedger("supabase", table, tuple(entries))
