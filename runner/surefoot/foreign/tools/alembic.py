"""Alembic: alembic_version, which says the last revision of each branch and nothing of those before it."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table, dirty

NAMES = ("alembic_version",)
BESIDE = ()


def is_its(table: Table) -> bool:
    """Tell it by its only column."""
    return table.columns == {"version_num"}


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read the one revision. It has no number: a file of the manifest must have it in its name."""
    heads = [row["version_num"] for row in ask("SELECT version_num FROM {} ORDER BY version_num")]
    if len(heads) > 1:
        what = f"it has {len(heads)} heads: {', '.join(heads)}"
        raise dirty("alembic", table, what, "make one of them: alembic merge heads, then alembic upgrade head")
    return ForeignLedger("alembic", table, tuple(Entry(head, scope="and all before") for head in heads))
