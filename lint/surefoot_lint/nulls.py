"""Which columns are known to hold no null."""

from __future__ import annotations

from surefoot_lint.history import Relation


def is_never_null(relation: Relation, column: str) -> bool:
    """Tell whether a column is NOT NULL, and proved to be so on all rows."""
    known = relation.columns.get(column)
    constraints = relation.constraints.values()
    is_unproved = any(one.kind == "not null" and column in one.columns and not one.valid for one in constraints)
    return known is not None and known.not_null and not is_unproved


def is_proved_not_null(relation: Relation, column: str) -> bool:
    """Tell whether SET NOT NULL can trust a valid CHECK, and reads no row (manual: sql-altertable, from 12 on)."""
    checks = (one for one in relation.constraints.values() if one.kind == "check" and one.valid)
    return any(column in one.proves for one in checks)
