"""Django: django_migrations, a row for each migration of each app."""

from __future__ import annotations

from surefoot.foreign.model import Ask, Entry, ForeignLedger, Table
from surefoot_lint.numbering import number_of

NAMES = ("django_migrations",)
BESIDE = ()
# The apps that Django brings; a file of the manifest that is theirs has the app's name, too: 001_auth_0001_initial.
BROUGHT = frozenset({"admin", "auth", "contenttypes", "flatpages", "redirects", "sessions", "sites"})
QUERY = """
SELECT app, name, to_char(applied AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM {} ORDER BY id
"""


def is_its(table: Table) -> bool:
    """Tell it by its columns."""
    return table.columns >= {"app", "name", "applied"}


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read it. Numbers say which only where one app is the project's own: each begins with 0001."""
    rows = ask(QUERY)
    is_one = len({row["app"] for row in rows} - BROUGHT) == 1
    return ForeignLedger("django", table, tuple(_entry(row, is_one) for row in rows))


def _entry(row: dict[str, str], is_one: bool) -> Entry:
    app, name = row["app"], row["name"]
    if app in BROUGHT:
        return Entry(f"{app}_{name}", None, row["at"], group=app)
    return Entry(name, number_of(name) if is_one else None, row["at"], group=app)
