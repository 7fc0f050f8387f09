"""What is changed is in the catalog as it is afterwards; what has no place of its own there is a note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from surefoot_lint.actions.changing import (
    AttachPartition,
    Change,
    ChangePolicy,
    ChangeType,
    Comment,
    DetachPartition,
    SetDefault,
    SetNullable,
    SetRowSecurity,
    Validate,
)
from surefoot_lint.actions.session import Maintain
from surefoot_lint.history import Catalog
from surefoot_lint.objects import Object


def _change_column(catalog: Catalog, of: Object, **changes: object) -> None:
    relation = catalog.known(of)
    column = relation.columns.get(of.part or "")
    if column:
        columns = {**relation.columns, column.name: column._replace(**changes)}  # type: ignore[arg-type]
        catalog.change(of, columns=columns)


def _change_type(catalog: Catalog, action: ChangeType) -> None:
    _change_column(catalog, action.object, type=action.type)


def _set_default(catalog: Catalog, action: SetDefault) -> None:
    _change_column(catalog, action.object, default=action.default)


def _set_nullable(catalog: Catalog, action: SetNullable) -> None:
    _change_column(catalog, action.object, not_null=not action.nullable)


def _set_row_security(catalog: Catalog, action: SetRowSecurity) -> None:
    name = "row_security" if action.aspect == "row security" else "forced_row_security"
    catalog.change(action.object, **{name: action.on})


def _change_policy(catalog: Catalog, action: ChangePolicy) -> None:
    policies = catalog.known(action.object).policies
    if old := policies.get(str(action.object.part)):
        new = replace(
            old,
            roles=old.roles if action.roles is None else action.roles,
            using=action.using or old.using,
            check=action.check or old.check,
        )
        catalog.change(action.object, policies={**policies, str(action.object.part): new})


def _validate(catalog: Catalog, action: Validate) -> None:
    constraint, relation = catalog.constraint(action.object), catalog.relation(action.object)
    if constraint and relation:
        valid = constraint._replace(valid=True)
        catalog.change(action.object, constraints={**relation.constraints, str(action.object.part): valid})


def _attach(catalog: Catalog, action: AttachPartition) -> None:
    if action.object.kind != "index":
        catalog.change(action.partition, partition_of=action.object, is_default_partition=action.default)


def _detach(catalog: Catalog, action: DetachPartition) -> None:
    catalog.change(action.partition, partition_of=None, is_default_partition=False)


def _maintain(catalog: Catalog, action: Maintain) -> None:
    """Follow a REFRESH: the view is filled then."""
    relation = catalog.relation(action.object) if action.verb == "refresh" and action.object else None
    if relation and relation.view:
        catalog.change(relation.object, view=replace(relation.view, filled=True))


def _comment(catalog: Catalog, action: Comment) -> None:
    catalog.set_note(action.object, "comment", action.text)


def _change(catalog: Catalog, action: Change) -> None:
    catalog.set_note(action.object, action.aspect, action.value)


CHANGED: dict[type, Callable[[Catalog, Any], None]] = {
    ChangeType: _change_type,
    SetDefault: _set_default,
    SetNullable: _set_nullable,
    SetRowSecurity: _set_row_security,
    ChangePolicy: _change_policy,
    Validate: _validate,
    AttachPartition: _attach,
    DetachPartition: _detach,
    Comment: _comment,
    Change: _change,
    Maintain: _maintain,
}
