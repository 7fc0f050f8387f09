"""Rails: schema_migrations, a row for each version, with ar_internal_metadata beside it."""

from __future__ import annotations

from surefoot.foreign.model import Ask, ForeignLedger, Table
from surefoot.foreign.tools.dbmate import RAILS, versions

NAMES = ("schema_migrations",)
BESIDE = (RAILS,)


def is_its(table: Table) -> bool:
    """Tell it by its only column, and by the table beside it."""
    return table.columns == {"version"} and RAILS in table.beside


def read(table: Table, ask: Ask) -> ForeignLedger:
    """Read the versions; Rails notes neither when nor by whom."""
    return ForeignLedger("rails", table, versions(ask))
