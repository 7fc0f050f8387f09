"""Actions of a migration → the SQL that undoes them, as far as history tells what there was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import (
    AttachPartition,
    Change,
    ChangeType,
    Comment,
    Drop,
    Grant,
    Rename,
    SetDefault,
    SetNullable,
    SetRowSecurity,
    Validate,
)
from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    Create,
    CreateFunction,
    CreateIndex,
    CreateView,
)
from surefoot_lint.actions.session import Other
from surefoot_lint.actions.unread import Unread
from surefoot_lint.actions.writing import Query, Update, Write
from surefoot_lint.context import Located, RoundTrip, called_name
from surefoot_lint.definitions import Definitions
from surefoot_lint.history import PARTS
from surefoot_lint.literals import literal
from surefoot_lint.news import News
from surefoot_lint.objects import RELATIONS, ROUTINES, TYPES, Kind, Object
from surefoot_lint.quoting import named, qualified, quoted
from surefoot_lint.regrant import Step, Unknown, undone_privileges
from surefoot_lint.undoing import found_there

# What CREATE makes and DROP … IF EXISTS name drops again.
DROPPABLE: frozenset[Kind] = frozenset(
    {
        "aggregate", "collation", "domain", "event trigger", "extension", "foreign data wrapper", "foreign table",
        "function", "language", "materialized view", "policy", "procedure", "publication", "role", "rule", "schema",
        "sequence", "server", "statistics", "table", "trigger", "type", "view",
    }
)  # fmt: skip
HARMLESS = frozenset({"count", "current_setting", "exists", "format", "now", "set_config", "to_regclass", "to_regtype"})
OF_TRANSACTIONS = frozenset({"begin", "commit", "end", "release", "rollback", "savepoint", "start"})


class Undo:
    """One migration, and what undoes each of its actions."""

    def __init__(self, trip: RoundTrip) -> None:
        self.trip = trip
        self.before, self.after = trip.before, trip.after
        self.history = Definitions(trip)
        self.news = News(trip)

    def steps(self, actions: Iterable[Located[Action]]) -> tuple[Step, ...]:
        """Write what undoes some actions of the migration, the last one first."""
        found = [step for one in reversed(list(actions)) for step in self._of(one.action)]
        return tuple(step for step, _ in groupby(found))

    def _of(self, action: Action) -> Iterator[Step]:
        of = getattr(action, "object", None)
        if isinstance(of, Object) and of.is_temporary:
            return
        for kind in type(action).__mro__:
            if undo := UNDO.get(kind):
                yield from undo(self, action)
                return

    # -- What was made ------------------------------------------------------------------------------------------------

    def create(self, action: Create) -> Iterator[Step]:
        """Drop an object, or give it back the definition that it had."""
        of = action.object
        if id(action) in found_there(self.trip):
            if action.guard.replace and self.before.has(of):
                yield self._replaced(of, action)
        elif of.kind not in DROPPABLE:
            yield Unknown(f"{of} is made")
        elif (self.after.has(of) or of in self.after.others) and not self.news.goes_with_table(of):
            yield f"DROP {of.kind.upper()} IF EXISTS {named(of)}"

    def _replaced(self, of: Object, action: Create) -> Step:
        before, after = self.before.relation(of), self.after.relation(of)
        other_columns = (
            isinstance(action, CreateView) and before and after and list(before.columns) != list(after.columns)
        )
        text = None if other_columns else self.history.replacing(of)
        return text or Unknown(f"{of} is replaced")

    def create_index(self, action: CreateIndex) -> Iterator[Step]:
        """Drop an index; it goes with a table that is new."""
        if (
            self.after.has(action.object)
            and not self.news.has(action.table)
            and id(action) not in found_there(self.trip)
        ):
            yield f"DROP INDEX {'CONCURRENTLY ' * action.concurrently}IF EXISTS {named(action.object)}"

    def add_column(self, action: AddColumn) -> Iterator[Step]:
        """Drop a column, or an attribute of a type."""
        of = action.object
        made = self.after.types.get((of.schema, of.name))
        if made and made.form == "composite":
            yield f"ALTER TYPE {qualified(of)} DROP ATTRIBUTE IF EXISTS {quoted(str(of.part))}"
        elif id(action) not in found_there(self.trip) and self.after.has(of) and not self.news.goes_with_table(of):
            yield f"ALTER TABLE IF EXISTS {qualified(of)} DROP COLUMN IF EXISTS {quoted(str(of.part))}"

    def add_constraint(self, action: AddConstraint) -> Iterator[Step]:
        """Drop a constraint of a table or of a domain."""
        of = action.object
        if self.after.constraint(of) and not self.before.constraint(of) and not self.news.goes_with_table(of):
            head = "TABLE IF EXISTS" if self.after.relation(of) else "DOMAIN"
            yield f"ALTER {head} {qualified(of)} DROP CONSTRAINT IF EXISTS {quoted(str(of.part))}"
            yield from self._around_key(action)

    def _around_key(self, action: AddConstraint) -> Iterator[Step]:
        """Make the index again that a key took over, and let the columns of a primary key be null as before."""
        of, constraint = action.object, self.after.constraint(action.object)
        if constraint and constraint.using_index:
            index = Object("index", of.schema, constraint.using_index)
            concurrently = not self.trip.unit.transaction
            yield from self.history.restoring(index, concurrently=concurrently) or (Unknown(f"{of} takes {index}"),)
        if constraint and constraint.kind == "primary key" and not self.news.has(of.owner):
            for name in constraint.columns:
                column = self.before.column(of._replace(kind="column", part=name))
                if column and not column.not_null:
                    yield f"ALTER TABLE {qualified(of)} ALTER COLUMN {quoted(name)} DROP NOT NULL"

    def add_enum_value(self, action: AddEnumValue) -> Iterator[Step]:
        """Say that a label stays."""
        there = self.before.type(action.object)
        if there and action.object.part not in there.labels:
            yield Unknown(f"the value {action.object.shown} is added, and no statement takes it out again")

    # -- What was dropped or changed ----------------------------------------------------------------------------------

    def drop(self, action: Drop) -> Iterator[Step]:
        """Make again what was there."""
        of = action.object
        if action.cascade:
            yield Unknown(f"{of} is dropped with all that depends on it")
        elif not self._was_there(of):
            made_here = any(isinstance(one.action, Create) and one.action.object.same(of) for one in self.trip.forward)
            if not (made_here or action.guard):
                yield Unknown(f"{of} is dropped")
        else:
            yield from self.history.restoring(of, concurrently=action.concurrently) or (Unknown(f"{of} is dropped"),)

    def _was_there(self, of: Object) -> bool:
        return self.before.has(of) or of in self.before.others

    def rename(self, action: Rename) -> Iterator[Step]:
        """Give the old name back."""
        of, to = action.object, action.to
        if of.schema != to.schema:
            yield f"ALTER {of.kind.upper()} {named(to)} SET SCHEMA {quoted(of.schema)}"
        elif of.kind == "enum value":
            yield f"ALTER TYPE {qualified(of)} RENAME VALUE {literal(str(to.part))} TO {literal(str(of.part))}"
        elif of.kind in ("column", "constraint"):
            head = f"ALTER {'TABLE' if self.after.relation(of) else 'TYPE'} {qualified(of)}"
            yield f"{head} RENAME {of.kind.upper()} {quoted(str(to.part))} TO {quoted(str(of.part))}"
        elif of.kind in PARTS or of.kind in RELATIONS | ROUTINES | TYPES | {"schema", "role"}:
            old = quoted(str(of.part) if of.kind in PARTS else of.name)
            yield f"ALTER {of.kind.upper()} {named(to)} RENAME TO {old}"
        else:
            yield Unknown(f"{of} is renamed")

    def change_column(self, action: SetDefault | SetNullable | ChangeType) -> Iterator[Step]:
        """Give a column back its default, its type, or its being NOT NULL."""
        of = action.object
        column = self.before.column(of)
        if column is None:
            yield from self._new_column(action)
            return
        head = f"ALTER TABLE {qualified(of)} ALTER COLUMN {quoted(column.name)}"
        if column.type.serial or column.identity or column.generated or column.collation:
            yield Unknown(f"the {action.aspect} of {of} is changed")
        elif isinstance(action, SetDefault):
            yield f"{head} SET DEFAULT {column.default.text}" if column.default else f"{head} DROP DEFAULT"
        elif isinstance(action, SetNullable):
            yield f"{head} {'SET' if column.not_null else 'DROP'} NOT NULL"
        else:
            yield f"{head} TYPE {column.type.shown} USING {quoted(column.name)}::{column.type.shown}"

    def _new_column(self, action: SetDefault | SetNullable | ChangeType) -> Iterator[Step]:
        """Drop the default of a column that is new, where that may rest on what is dropped before the column."""
        of = action.object
        if not self.after.column(of) or not self.news.has(of):
            yield Unknown(f"the {action.aspect} of {of} is changed")
        elif isinstance(action, SetDefault) and action.default and action.default.functions:
            yield f"ALTER TABLE IF EXISTS {qualified(of)} ALTER COLUMN {quoted(str(of.part))} DROP DEFAULT"

    def set_row_security(self, action: SetRowSecurity) -> Iterator[Step]:
        """Switch row security back."""
        of = action.object
        relation = self.before.relation(of)
        if relation is not None:
            forced = action.aspect != "row security"
            was = relation.forced_row_security if forced else relation.row_security
            words = ("FORCE" if was else "NO FORCE") if forced else ("ENABLE" if was else "DISABLE")
            yield f"ALTER TABLE {qualified(of)} {words} ROW LEVEL SECURITY"
        elif not self.news.has(of):
            yield Unknown(f"the {action.aspect} of {of} is switched")

    def validate(self, action: Validate) -> Iterator[Step]:
        """Make a constraint anew as not valid, where this migration did not make it."""
        of = action.object
        constraint = self.before.constraint(of)
        if constraint and not constraint.valid and self.after.constraint(of):
            if again := self.history.restoring(of):
                yield from again
            else:
                yield Unknown(f"{of} is validated")

    def attach(self, action: AttachPartition) -> Iterator[Step]:
        """Detach a partition; one that is new is dropped."""
        if action.object.kind == "index":
            yield Unknown(f"{action.partition} is attached to {action.object}")
        elif not self.news.has(action.partition):
            yield f"ALTER TABLE {qualified(action.object)} DETACH PARTITION {qualified(action.partition)}"

    def change(self, action: Change) -> Iterator[Step]:
        """Say what is changed, where history keeps no more than that."""
        if not self.news.has(action.object):
            yield Unknown(f"the {action.aspect} of {action.object} is changed")

    def comment(self, action: Comment) -> Iterator[Step]:
        """Write the comment of before."""
        of = action.object
        if self.news.has(of):
            return
        if of.kind == "constraint" and self.after.relation(of) is None:
            yield Unknown(f"the comment of {of} is changed")
            return
        text = self.before.note(of, "comment")
        if text is None and not self._was_there(of):
            yield Unknown(f"the comment of {of} is changed")
            return
        yield f"COMMENT ON {of.kind.upper()} {named(of)} IS {'NULL' if text is None else literal(text)}"

    def grant(self, action: Grant) -> Iterator[Step]:
        """Grant and revoke what was granted before, and what was not."""
        yield from undone_privileges(action, self.before, [of for of in action.objects if not self.news.has(of)])

    # -- What was written and asked -----------------------------------------------------------------------------------

    def write(self, action: Write) -> Iterator[Step]:
        """Say which rows are changed; those of a table or a column that is new go with it."""
        of = action.object
        columns = action.columns if isinstance(action, Update) else ()
        fresh = bool(columns) and all(not self._had_column(of, name) for name in columns)
        if not (self.news.has(of) or fresh):
            yield Unknown(f"rows of {of.shown} are changed: {type(action).__name__.upper()}")

    def _had_column(self, of: Object, name: str) -> bool:
        added = (one.action for one in self.trip.forward if isinstance(one.action, AddColumn))
        return not any((one.object[1:3], one.object.part) == (of[1:3], name) for one in added)

    def query(self, action: Query) -> Iterator[Step]:
        """Say which functions are called that may do something; of those made here the body tells."""
        made = {called_name(one.action.object) for one in self.trip.forward if isinstance(one.action, CreateFunction)}
        called = [name for name in action.functions if name not in made | HARMLESS]
        if called:
            yield Unknown(f"{', '.join(called)} is called")

    def other(self, action: Other) -> Iterator[Step]:
        """Name what is not known."""
        if action.words.split()[:1] and action.words.split()[0] not in OF_TRANSACTIONS:
            yield Unknown(f"{action.words.upper()} is run")

    def unread(self, action: Unread) -> Iterator[Step]:
        """Say that something is done that cannot be read."""
        yield Unknown(f"what cannot be read is run: {action.reason}")


UNDO: dict[type, Callable[[Undo, Any], Iterator[Step]]] = {
    Create: Undo.create,
    CreateIndex: Undo.create_index,
    AddColumn: Undo.add_column,
    AddConstraint: Undo.add_constraint,
    AddEnumValue: Undo.add_enum_value,
    Drop: Undo.drop,
    Rename: Undo.rename,
    SetDefault: Undo.change_column,
    SetNullable: Undo.change_column,
    ChangeType: Undo.change_column,
    SetRowSecurity: Undo.set_row_security,
    Validate: Undo.validate,
    AttachPartition: Undo.attach,
    Change: Undo.change,
    Comment: Undo.comment,
    Grant: Undo.grant,
    Write: Undo.write,
    Query: Undo.query,
    Other: Undo.other,
    Unread: Undo.unread,
}
