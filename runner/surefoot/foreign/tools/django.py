"""Django: django_migrations, a row for each migration of each app."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table
from surefoot_lint.numbering import number_of

NAMES = ("django_migrations",)
QUERY = """
SELECT app, name, to_char(applied AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM {} ORDER BY id
"""


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= {"app", "name", "applied"}


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it. Numbers say which only where there is one app: each begins with 0001."""
    rows = ask(QUERY)
    is_one = len({row["app"] for row in rows}) == 1
    entries = (
        Entry(row["name"], number_of(row["name"]) if is_one else None, row["at"], group=row["app"]) for row in rows
    )
    return ForeignLedger("django", table, tuple(entries))
