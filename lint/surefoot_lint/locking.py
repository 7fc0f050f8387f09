"""Which lock a statement takes on the table that it is about; docs/locks.md has the same, as measured on servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import AttachPartition, Change, DetachPartition, Drop, Rename, SetTriggers
from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    Create,
    CreateIndex,
    CreatePolicy,
    CreateTable,
    CreateTrigger,
)
from surefoot_lint.actions.session import LockTable, Maintain
from surefoot_lint.actions.writing import Truncate
from surefoot_lint.context import Moment
from surefoot_lint.finding import Level
from surefoot_lint.history import Catalog
from surefoot_lint.objects import Object

ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
SHARE = "SHARE"
CLOSING = frozenset({ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, "EXCLUSIVE", SHARE})  # others cannot write meanwhile
# Changes that leave readers and writers alone: SHARE UPDATE EXCLUSIVE (manual: sql-altertable, explicit-locking).
GENTLE = frozenset({"clustering", "options", "partition", "statistics target", "validity"})
OF_TABLES = frozenset({"table", "foreign table", "column", "constraint", "policy", "trigger", "rule"})


class Held(NamedTuple):
    """A table, and the mode of the lock that is held on it to the end of the transaction."""

    table: Object
    mode: str


def locks_of(action: Action, catalog: Catalog) -> Iterator[Held]:
    """List the locks that an action takes on tables, of those that keep others from writing, or from reading too.

    Tables that come along are left out: those that foreign keys lead to, the partitions of a table, those with a
    column of a domain, those within a schema. A parent is named where a partition comes or goes.
    """
    if isinstance(action, LockTable):
        yield from (Held(table, action.mode) for table in action.objects)
    elif isinstance(action, CreateIndex | Drop) and _is_index(action):
        yield from _of_index(action, catalog)
    elif isinstance(action, AttachPartition | DetachPartition):
        yield from _of_partition(action)
    elif isinstance(action, CreateTable) and action.partition_of:
        yield Held(action.partition_of, ACCESS_EXCLUSIVE)
    elif isinstance(action, Maintain) and action.verb == "reindex":
        yield from _of_reindex(action, catalog)
    elif (mode := _mode(action)) and (table := _table(action, catalog)):
        yield Held(table, mode)
        if isinstance(action, Drop) and action.object.kind == "table" and (parent := _parent(table, catalog)):
            yield Held(parent, mode)


def _is_index(action: CreateIndex | Drop) -> bool:
    return action.object.kind == "index"


def _of_index(action: CreateIndex | Drop, catalog: Catalog) -> Iterator[Held]:
    index = action if isinstance(action, CreateIndex) else catalog.index(action.object)
    if index and not action.concurrently:
        yield Held(index.table, SHARE if isinstance(action, CreateIndex) else ACCESS_EXCLUSIVE)


def _parent(table: Object, catalog: Catalog) -> Object | None:
    relation = catalog.relation(table)
    return relation.partition_of if relation else None


def _of_reindex(action: Maintain, catalog: Catalog) -> Iterator[Held]:
    index = catalog.index(action.object) if action.object else None
    table = index.table if index else action.object
    if table and table.kind == "table" and not action.concurrently:
        yield Held(table, SHARE)


def _of_partition(action: AttachPartition | DetachPartition) -> Iterator[Held]:
    if action.object.kind == "index":
        return
    yield Held(action.partition, ACCESS_EXCLUSIVE)
    if isinstance(action, DetachPartition) and not (action.concurrently or action.finalize):
        yield Held(action.object, ACCESS_EXCLUSIVE)


def _mode(action: Action) -> str | None:
    if isinstance(action, CreateTrigger | SetTriggers):
        return ACCESS_EXCLUSIVE if is_of_rules(action) else SHARE_ROW_EXCLUSIVE
    if isinstance(action, AddConstraint):
        if action.on_domain:
            return None
        return SHARE_ROW_EXCLUSIVE if action.constraint.kind == "foreign key" else ACCESS_EXCLUSIVE
    if isinstance(action, Change):
        return None if action.aspect in GENTLE else ACCESS_EXCLUSIVE
    if isinstance(action, AddColumn | CreatePolicy | Drop | Rename | Truncate):
        return ACCESS_EXCLUSIVE
    is_rule = isinstance(action, Create) and action.object.kind == "rule"
    is_clustered = isinstance(action, Maintain) and action.verb in ("cluster", "vacuum full")
    return ACCESS_EXCLUSIVE if is_rule or is_clustered else None


def is_of_rules(action: Action) -> bool:
    """Tell whether rules are switched, not triggers."""
    return isinstance(action, SetTriggers) and action.aspect == "rules"


def _table(action: Action, catalog: Catalog) -> Object | None:
    """Find the table that an action is about, whole or in part; none for views and for what is no relation."""
    of: Object | None = getattr(action, "object", None)
    if of is None or of.kind not in OF_TABLES or (of.schema, of.name) in catalog.types:
        return None
    relation = catalog.relation(of)
    return None if relation and relation.view else of.owner


def level_in(moment: Moment[Any]) -> Level | None:
    """Give the level where it is not the rule's own: a warning in a rollback.

    A rollback is one file, and cannot put back in three releases what its migration took away.
    """
    return Level.WARNING if moment.is_rollback else None


def is_own(moment: Moment[Any], table: Object) -> bool:
    """Tell whether this migration made a table, though it may have dropped it again: nobody else sees it."""
    was_made = moment.earlier(CreateTable, lambda made: made.object[1:3] == table[1:3])
    return moment.is_new(table) or (moment.before.relation(table) is None and any(was_made))


def is_first(moment: Moment[Any], locks: Callable[[Action], bool]) -> bool:
    """Tell whether an action takes a lock of some sort, and none before it in its file did on the same table."""

    def on_same_table(action: Action) -> bool:
        of: Object | None = getattr(action, "object", None)
        return of is not None and of[1:3] == moment.action.object[1:3] and locks(action)

    return locks(moment.action) and not any(moment.earlier(Action, on_same_table))


def is_partitioned(moment: Moment[Any], table: Object) -> bool:
    """Tell whether a table is known to be the parent of partitions."""
    relation = moment.relation(table)
    return relation is not None and bool(relation.partitioned_by)
