"""Whether a CHECK spares ATTACH PARTITION its look at all rows."""

from __future__ import annotations

from surefoot_lint.actions.columns import Constraint
from surefoot_lint.history import Relation


def proves_bounds(table: Relation | None, parent: Relation | None) -> bool:
    """Tell whether a valid CHECK on the parent's key may prove that rows lie within bounds, or outside of them.

    Whether it says just that is not looked at. By range and by list the key must be NOT NULL too; what hash makes of
    a key no CHECK can say (manual: sql-altertable, ATTACH PARTITION).
    """
    if table is None:
        return False
    checks = [one for one in table.constraints.values() if one.kind == "check" and one.valid]
    if parent is None or not parent.partitioned_by:
        return bool(checks)
    strategy, *keys = parent.partitioned_by
    return strategy != "hash" and all(not key or _is_settled(key, table, checks) for key in keys)


def _is_settled(key: str, table: Relation, checks: list[Constraint]) -> bool:
    column = table.columns.get(key)
    is_set = column is None or column.not_null or any(key in one.proves for one in checks)
    return is_set and any(key in one.columns for one in checks)
