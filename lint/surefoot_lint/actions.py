"""What a statement does: plain, frozen data, made by `surefoot_lint.read`; rules and the history look at nothing else.

```
Action
├── Create ── CreateTable, CreateIndex, CreateView, CreateSequence, CreateType, CreateFunction, CreateTrigger,
│             CreatePolicy, AddColumn, AddConstraint, AddEnumValue; Create itself for all other kinds
├── Drop, Rename, Comment, Grant
├── Change ── ChangeType, SetDefault, SetNullable, SetRowSecurity, ChangePolicy, SetTriggers, Validate,
│             AttachPartition, DetachPartition; Change itself for all other aspects
├── Write ─── Insert, Update, Delete, Truncate, Copy, Merge
└── Query, Set, LockTable, Maintain, Unread, Newer, Other
```
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from surefoot_lint.objects import Expression, Object, Type


class Guard(NamedTuple):
    """What lets a statement run where its work is done already.

    `absent` are those of the `tests` in conditions that hold where something is missing.

    `exists` is IF [NOT] EXISTS, `replace` is OR REPLACE. In a DO block, `tests` are the strings in the conditions
    around the statement, and `catches` the names of the errors that are caught around it. `table` is the IF EXISTS of
    ALTER TABLE, which is about the table, and guards nothing in it.
    """

    exists: bool = False
    replace: bool = False
    tests: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    catches: tuple[str, ...] = ()
    table: bool = False

    def __bool__(self) -> bool:
        return self.exists or self.replace or bool(self.tests) or bool(self.catches)


NO_GUARD = Guard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a statement does; `offset` counts characters from the statement's start.

    `in_block` is true inside a DO block or the body of a function.
    """

    offset: int = 0
    guard: Guard = NO_GUARD
    in_block: bool = False


# -- What is made -----------------------------------------------------------------------------------------------------

ConstraintKind = Literal["primary key", "unique", "foreign key", "check", "not null", "exclude"]


class Constraint(NamedTuple):
    """A constraint as written; `name` is None where PostgreSQL is to choose it (see `read.names`).

    `columns` are those of the key, or read by the CHECK; `proves` are those that a CHECK shows to be not null.
    `references` is the other table of a foreign key, with `referenced` columns; `on_delete` is `no action`,
    `restrict`, `cascade`, `set null` or `set default`.
    `set_columns` are those of ON DELETE SET NULL (…), where it names some.
    """

    kind: ConstraintKind
    name: str | None
    columns: tuple[str, ...] = ()
    expression: Expression | None = None
    references: Object | None = None
    referenced: tuple[str, ...] = ()
    on_delete: str = "no action"
    on_update: str = "no action"
    set_columns: tuple[str, ...] = ()
    using_index: str | None = None
    valid: bool = True
    deferrable: bool = False
    no_inherit: bool = False
    method: str = ""
    proves: tuple[str, ...] = ()
    offset: int = 0

    @property
    def definition(self) -> Constraint:
        """Leave out what does not belong to the definition: its place."""
        return self._replace(offset=0)


class Column(NamedTuple):
    """A column as written; `constraints` hold all of it, not_null and default said once more for ease."""

    name: str
    type: Type
    not_null: bool = False
    default: Expression | None = None
    generated: Literal["", "stored", "virtual"] = ""
    identity: Literal["", "always", "by default"] = ""
    collation: str = ""
    constraints: tuple[Constraint, ...] = ()
    offset: int = 0

    def has(self, kind: ConstraintKind) -> Constraint | None:
        """Find the column's own constraint of a kind."""
        return next((constraint for constraint in self.constraints if constraint.kind == kind), None)


class IndexKey(NamedTuple):
    """One key of an index: the name of a column, or the text of an expression in parentheses."""

    column: str | None
    expression: Expression | None
    options: str = ""  # operator class, collation, order


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Action):
    """Make an object."""

    object: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTable(Create):
    """CREATE TABLE, CREATE FOREIGN TABLE, CREATE TABLE AS, SELECT INTO."""

    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()  # those of columns too, with their columns
    like: tuple[Object, ...] = ()
    inherits: tuple[Object, ...] = ()
    partition_of: Object | None = None
    default_partition: bool = False
    partitioned_by: tuple[str, ...] = ()  # its strategy and its keys: ("range", "created_at"); an expression is ""
    filled: bool = False  # AS SELECT … WITH DATA
    unlogged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIndex(Create):
    """CREATE INDEX; `object.name` is PostgreSQL's own choice where none is written, and `named` then false."""

    table: Object
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    method: str = "btree"
    where: Expression | None = None
    only: bool = False
    nulls_not_distinct: bool = False
    named: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """List the plain columns among the keys, up to the first expression."""
        names: list[str] = []
        for key in self.keys:
            if key.column is None:
                break
            names.append(key.column)
        return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateView(Create):
    """CREATE VIEW and CREATE MATERIALIZED VIEW; `columns` are the names of its output where the text tells them."""

    query: str
    columns: tuple[str, ...] | None
    reads: tuple[Object, ...]
    security_invoker: bool = False
    filled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSequence(Create):
    """CREATE SEQUENCE; `owned_by` is a column."""

    owned_by: Object | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateType(Create):
    """CREATE TYPE and CREATE DOMAIN."""

    form: Literal["enum", "composite", "range", "base", "shell", "domain"]
    labels: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    base: Type | None = None
    constraints: tuple[Constraint, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFunction(Create):
    """CREATE FUNCTION and CREATE PROCEDURE; `body` is the text, `actions` what it does when it is called.

    `arguments` are the names of the input arguments, `settings` those of its SET clauses. `unread` says why the body
    could not be read.
    """

    language: str
    body: str
    returns: Type | None = None
    arguments: tuple[str, ...] = ()
    defaults: int = 0
    volatility: Literal["volatile", "stable", "immutable"] = "volatile"
    security_definer: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    unread: str | None = None
    signature: str = ""  # all else that makes its definition: names, modes, defaults, strictness, …


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTrigger(Create):
    """CREATE TRIGGER; `object.part` is its name, `function` what it calls."""

    function: Object
    timing: Literal["before", "after", "instead of"]
    events: tuple[str, ...]
    columns: tuple[str, ...] = ()  # of UPDATE OF, and those that WHEN reads
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePolicy(Create):
    """CREATE POLICY; `using` and `check` are None where not written."""

    command: Literal["all", "select", "insert", "update", "delete"]
    roles: tuple[str, ...]
    permissive: bool
    using: Expression | None
    check: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddColumn(Create):
    """ALTER TABLE … ADD COLUMN, also of a composite type."""

    column: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class AddConstraint(Create):
    """ALTER TABLE … ADD CONSTRAINT, ALTER DOMAIN … ADD CONSTRAINT; `named` is false where PostgreSQL chooses."""

    constraint: Constraint
    named: bool = True
    on_domain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEnumValue(Create):
    """ALTER TYPE … ADD VALUE; `object.part` is the label."""

    neighbour: str | None = None


# -- What is changed --------------------------------------------------------------------------------------------------


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


# -- What is written, asked and set -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Action):
    """Change the rows of a table; `values` are the strings in it, `functions` those that it calls."""

    object: Object
    functions: tuple[str, ...] = ()
    reads: tuple[Object, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert(Write):
    """INSERT; `on_conflict` says whether it has the clause, `tested` whether a WHERE NOT EXISTS guards it.

    `width` counts the values of a row, None where a query gives them. `defaults` are the places, from 0, where all rows
    of VALUES say DEFAULT; `overriding` is of OVERRIDING … VALUE.
    """

    columns: tuple[str, ...] = ()
    on_conflict: Literal["", "nothing", "update"] = ""
    tested: bool = False
    width: int | None = None
    defaults: tuple[int, ...] = ()
    overriding: Literal["", "user", "system"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Write):
    """UPDATE; `where` is None where all rows change."""

    columns: tuple[str, ...] = ()
    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(Write):
    """DELETE; `where` is None where all rows go."""

    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Write):
    """TRUNCATE, one action a table."""

    cascade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Write):
    """COPY … FROM."""

    from_client: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Write):
    """MERGE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Action):
    """SELECT, VALUES, CALL, PERFORM, COPY … TO: what it calls and reads, and the strings in it."""

    functions: tuple[str, ...] = ()
    reads: tuple[Object, ...] = ()
    values: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Action):
    """SET and RESET, and set_config() in a plain SELECT; `value` is None for RESET and TO DEFAULT."""

    name: str
    value: str | None
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTable(Action):
    """LOCK TABLE; `mode` is PostgreSQL's word, such as ACCESS EXCLUSIVE."""

    objects: tuple[Object, ...]
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintain(Action):
    """VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH; `object` is None where all of the database is meant."""

    verb: Literal["vacuum", "vacuum full", "analyze", "cluster", "reindex", "refresh"]
    object: Object | None
    concurrently: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread(Action):
    """What cannot be read: dynamic SQL that is put together, a body in another language, a body that is refused.

    `text` is the expression that makes the SQL, or the reason.
    """

    reason: Literal["dynamic", "body", "language"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer(Action):
    """What is used beside another action, and not known to all servers: `since` is the first major that has it.

    `function` is its name where it is a function, which a migration may have made for older servers.
    """

    since: int
    what: str
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Action):
    """All else, by its first words: `alter system`, `listen`, `discard all`."""

    words: str
