"""What is changed of an object that is there, or dropped: ALTER, DROP, COMMENT and GRANT."""

from __future__ import annotations

from dataclasses import dataclass

from surefoot_lint.actions.action import Action
from surefoot_lint.objects import Expression, Object, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Action):
    """Drop an object, also a column, constraint or policy."""

    object: Object
    cascade: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(Action):
    """RENAME TO, RENAME COLUMN, and SET SCHEMA: the object is another afterwards."""

    object: Object
    to: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Action):
    """COMMENT ON; `text` is None where the comment goes."""

    object: Object
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Action):
    """GRANT and REVOKE; `privileges` are lower case, `all` for ALL; roles are granted as objects of kind role.

    `everything` is the kind of ALL … IN SCHEMA; the objects are then schemas. `by_default` is true for
    ALTER DEFAULT PRIVILEGES.
    """

    revoke: bool
    privileges: tuple[str, ...]
    columns: tuple[str, ...]
    objects: tuple[Object, ...]
    grantees: tuple[str, ...]
    grant_option: bool = False
    everything: str = ""
    by_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Action):
    """Change an object: `aspect` names what of it, `value` what it is afterwards, canonical."""

    object: Object
    aspect: str
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeType(Change):
    """ALTER COLUMN … TYPE; `through` are the types that USING casts the column to, None where it computes a value."""

    type: Type
    using: Expression | None
    through: tuple[Type, ...] | None = ()
    collation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDefault(Change):
    """ALTER COLUMN … SET or DROP DEFAULT."""

    default: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNullable(Change):
    """ALTER COLUMN … SET or DROP NOT NULL."""

    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRowSecurity(Change):
    """ENABLE, DISABLE, FORCE, NO FORCE ROW LEVEL SECURITY; the aspect is `row security` or `forced row security`."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePolicy(Change):
    """ALTER POLICY; what it does not change is None."""

    roles: tuple[str, ...] | None
    using: Expression | None
    check: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTriggers(Change):
    """ENABLE and DISABLE TRIGGER or RULE; `trigger` is its name, `all` or `user`."""

    trigger: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate(Change):
    """VALIDATE CONSTRAINT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachPartition(Change):
    """ATTACH PARTITION, also of an index; `default` is true for the partition that takes what no other does."""

    partition: Object
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachPartition(Change):
    """DETACH PARTITION; `finalize` for FINALIZE."""

    partition: Object
    concurrently: bool = False
    finalize: bool = False
