"""What was changed or dropped is as it was again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
from surefoot_lint.actions.creating import Create
from surefoot_lint.history import PARTS
from surefoot_lint.literals import literal
from surefoot_lint.objects import RELATIONS, ROUTINES, TYPES
from surefoot_lint.quoting import named, qualified, quoted
from surefoot_lint.regrant import Step, Unknown, undone_privileges
from surefoot_lint.undone.known import Known


def _drop(known: Known, action: Drop) -> Iterator[Step]:
    """Make again what was there."""
    of = action.object
    if action.cascade:
        yield Unknown(f"{of} is dropped with all that depends on it")
    elif not known.was_there(of):
        made_here = any(isinstance(one.action, Create) and one.action.object.same(of) for one in known.trip.forward)
        if not (made_here or action.guard):
            yield Unknown(f"{of} is dropped")
    else:
        yield from known.history.restoring(of, concurrently=action.concurrently) or (Unknown(f"{of} is dropped"),)


def _rename(known: Known, action: Rename) -> Iterator[Step]:
    """Give the old name back."""
    of, to = action.object, action.to
    if of.schema != to.schema:
        yield f"ALTER {of.kind.upper()} {named(to)} SET SCHEMA {quoted(of.schema)}"
    elif of.kind == "enum value":
        yield f"ALTER TYPE {qualified(of)} RENAME VALUE {literal(str(to.part))} TO {literal(str(of.part))}"
    elif of.kind in ("column", "constraint"):
        head = f"ALTER {'TABLE' if known.after.relation(of) else 'TYPE'} {qualified(of)}"
        yield f"{head} RENAME {of.kind.upper()} {quoted(str(to.part))} TO {quoted(str(of.part))}"
    elif of.kind in PARTS or of.kind in RELATIONS | ROUTINES | TYPES | {"schema", "role"}:
        old = quoted(str(of.part) if of.kind in PARTS else of.name)
        yield f"ALTER {of.kind.upper()} {named(to)} RENAME TO {old}"
    else:
        yield Unknown(f"{of} is renamed")


def _new_column(known: Known, action: SetDefault | SetNullable | ChangeType) -> Iterator[Step]:
    """Drop the default of a column that is new, where that may rest on what is dropped before the column."""
    of = action.object
    if not known.after.column(of) or not known.news.has(of):
        yield Unknown(f"the {action.aspect} of {of} is changed")
    elif isinstance(action, SetDefault) and action.default and action.default.functions:
        yield f"ALTER TABLE IF EXISTS {qualified(of)} ALTER COLUMN {quoted(str(of.part))} DROP DEFAULT"


def _change_column(known: Known, action: SetDefault | SetNullable | ChangeType) -> Iterator[Step]:
    """Give a column back its default, its type, or its being NOT NULL."""
    of = action.object
    column = known.before.column(of)
    if column is None:
        yield from _new_column(known, action)
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


def _set_row_security(known: Known, action: SetRowSecurity) -> Iterator[Step]:
    """Switch row security back."""
    of = action.object
    relation = known.before.relation(of)
    if relation is not None:
        forced = action.aspect != "row security"
        was = relation.forced_row_security if forced else relation.row_security
        words = ("FORCE" if was else "NO FORCE") if forced else ("ENABLE" if was else "DISABLE")
        yield f"ALTER TABLE {qualified(of)} {words} ROW LEVEL SECURITY"
    elif not known.news.has(of):
        yield Unknown(f"the {action.aspect} of {of} is switched")


def _validate(known: Known, action: Validate) -> Iterator[Step]:
    """Make a constraint anew as not valid, where this migration did not make it."""
    of = action.object
    constraint = known.before.constraint(of)
    if constraint and not constraint.valid and known.after.constraint(of):
        if again := known.history.restoring(of):
            yield from again
        else:
            yield Unknown(f"{of} is validated")


def _attach(known: Known, action: AttachPartition) -> Iterator[Step]:
    """Detach a partition; one that is new is dropped."""
    if action.object.kind == "index":
        yield Unknown(f"{action.partition} is attached to {action.object}")
    elif not known.news.has(action.partition):
        yield f"ALTER TABLE {qualified(action.object)} DETACH PARTITION {qualified(action.partition)}"


def _change(known: Known, action: Change) -> Iterator[Step]:
    """Say what is changed, where history keeps no more than that."""
    if not known.news.has(action.object):
        yield Unknown(f"the {action.aspect} of {action.object} is changed")


def _comment(known: Known, action: Comment) -> Iterator[Step]:
    """Write the comment of before."""
    of = action.object
    if known.news.has(of):
        return
    if of.kind == "constraint" and known.after.relation(of) is None:
        yield Unknown(f"the comment of {of} is changed")
        return
    text = known.before.note(of, "comment")
    if text is None and not known.was_there(of):
        yield Unknown(f"the comment of {of} is changed")
        return
    yield f"COMMENT ON {of.kind.upper()} {named(of)} IS {'NULL' if text is None else literal(text)}"


def _grant(known: Known, action: Grant) -> Iterator[Step]:
    """Grant and revoke what was granted before, and what was not."""
    yield from undone_privileges(action, known.before, [of for of in action.objects if not known.news.has(of)])


CHANGED: dict[type, Callable[[Known, Any], Iterator[Step]]] = {
    Drop: _drop,
    Rename: _rename,
    SetDefault: _change_column,
    SetNullable: _change_column,
    ChangeType: _change_column,
    SetRowSecurity: _set_row_security,
    Validate: _validate,
    AttachPartition: _attach,
    Change: _change,
    Comment: _comment,
    Grant: _grant,
}
