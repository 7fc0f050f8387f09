"""Which columns of a table tell its rows apart, as far as the catalog knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from surefoot_lint.history import Catalog
from surefoot_lint.objects import Object


def _keys(catalog: Catalog, table: Object) -> Iterator[tuple[str, ...]]:
    """List the columns of primary keys, unique constraints, and unique indexes over all rows."""
    relation = catalog.relation(table)
    if relation is None:
        return
    for constraint in relation.constraints.values():
        if constraint.kind in ("primary key", "unique"):
            yield constraint.columns
    for index in catalog.indexes_on(table):
        if index.unique and index.where is None and len(index.columns) == len(index.keys):
            yield index.columns


def is_unique(catalog: Catalog, table: Object, columns: Collection[str]) -> bool:
    """Tell whether no two rows of a table can be equal in some columns, NULL aside."""
    return any(key and set(key) <= set(columns) for key in _keys(catalog, table))
