"""What was made is dropped; what it took the place of is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from surefoot_lint.actions.creating import AddColumn, AddConstraint, AddEnumValue, Create, CreateIndex, CreateView
from surefoot_lint.objects import Kind, Object
from surefoot_lint.quoting import named, qualified, quoted
from surefoot_lint.regrant import Step, Unknown
from surefoot_lint.undoing import found_there
from surefoot_lint.undone.known import Known

# What CREATE makes and DROP … IF EXISTS name drops again.
DROPPABLE: frozenset[Kind] = frozenset(
    {
        "aggregate", "collation", "domain", "event trigger", "extension", "foreign data wrapper", "foreign table",
        "function", "language", "materialized view", "policy", "procedure", "publication", "role", "rule", "schema",
        "sequence", "server", "statistics", "table", "trigger", "type", "view",
    }
)  # fmt: skip


def _replaced(known: Known, of: Object, action: Create) -> Step:
    before, after = known.before.relation(of), known.after.relation(of)
    other_columns = isinstance(action, CreateView) and before and after and list(before.columns) != list(after.columns)
    text = None if other_columns else known.history.replacing(of)
    return text or Unknown(f"{of} is replaced")


def _create(known: Known, action: Create) -> Iterator[Step]:
    """Drop an object, or give it back the definition that it had."""
    of = action.object
    if id(action) in found_there(known.trip):
        if action.guard.replace and known.before.has(of):
            yield _replaced(known, of, action)
    elif of.kind not in DROPPABLE:
        yield Unknown(f"{of} is made")
    elif (known.after.has(of) or of in known.after.others) and not known.news.goes_with_table(of):
        yield f"DROP {of.kind.upper()} IF EXISTS {named(of)}"


def _create_index(known: Known, action: CreateIndex) -> Iterator[Step]:
    """Drop an index; it goes with a table that is new."""
    if (
        known.after.has(action.object)
        and not known.news.has(action.table)
        and id(action) not in found_there(known.trip)
    ):
        yield f"DROP INDEX {'CONCURRENTLY ' * action.concurrently}IF EXISTS {named(action.object)}"


def _add_column(known: Known, action: AddColumn) -> Iterator[Step]:
    """Drop a column, or an attribute of a type."""
    of = action.object
    made = known.after.types.get((of.schema, of.name))
    if made and made.form == "composite":
        yield f"ALTER TYPE {qualified(of)} DROP ATTRIBUTE IF EXISTS {quoted(str(of.part))}"
    elif id(action) not in found_there(known.trip) and known.after.has(of) and not known.news.goes_with_table(of):
        yield f"ALTER TABLE IF EXISTS {qualified(of)} DROP COLUMN IF EXISTS {quoted(str(of.part))}"


def _around_key(known: Known, action: AddConstraint) -> Iterator[Step]:
    """Make the index again that a key took over, and let the columns of a primary key be null as before."""
    of, constraint = action.object, known.after.constraint(action.object)
    if constraint and constraint.using_index:
        index = Object("index", of.schema, constraint.using_index)
        concurrently = not known.trip.unit.transaction
        yield from known.history.restoring(index, concurrently=concurrently) or (Unknown(f"{of} takes {index}"),)
    if constraint and constraint.kind == "primary key" and not known.news.has(of.owner):
        for name in constraint.columns:
            column = known.before.column(of._replace(kind="column", part=name))
            if column and not column.not_null:
                yield f"ALTER TABLE {qualified(of)} ALTER COLUMN {quoted(name)} DROP NOT NULL"


def _add_constraint(known: Known, action: AddConstraint) -> Iterator[Step]:
    """Drop a constraint of a table or of a domain."""
    of = action.object
    if known.after.constraint(of) and not known.before.constraint(of) and not known.news.goes_with_table(of):
        head = "TABLE IF EXISTS" if known.after.relation(of) else "DOMAIN"
        yield f"ALTER {head} {qualified(of)} DROP CONSTRAINT IF EXISTS {quoted(str(of.part))}"
        yield from _around_key(known, action)


def _add_enum_value(known: Known, action: AddEnumValue) -> Iterator[Step]:
    """Say that a label stays."""
    there = known.before.type(action.object)
    if there and action.object.part not in there.labels:
        yield Unknown(f"the value {action.object.shown} is added, and no statement takes it out again")


MADE: dict[type, Callable[[Known, Any], Iterator[Step]]] = {
    Create: _create,
    CreateIndex: _create_index,
    AddColumn: _add_column,
    AddConstraint: _add_constraint,
    AddEnumValue: _add_enum_value,
}
