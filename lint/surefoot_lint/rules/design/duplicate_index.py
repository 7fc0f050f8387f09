"""An index has the same keys as another, or is the beginning of another: it answers no query that the other does not.

Each row that is written is written into both, both lie on disk and in memory, and VACUUM goes through both. It often
comes of indexing a key that PRIMARY KEY or UNIQUE has indexed already.

Leave it out, or drop the other one, with CONCURRENTLY, in this migration or a later one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.columns import IndexKey
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import Outcome, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner text, name text);
CREATE INDEX IF NOT EXISTS cat_owner_name_idx ON cat (owner, name);
CREATE INDEX IF NOT EXISTS cat_owner_idx ON cat (owner); -- ← SD103
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner text, name text);
CREATE INDEX IF NOT EXISTS cat_owner_name_idx ON cat (owner, name);
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""


class Shape(NamedTuple):
    """What an index does: two of the same shape answer the same queries."""

    keys: tuple[tuple[str, str], ...]
    include: frozenset[str]
    method: str
    where: str
    unique: str  # with what it treats as the same, or nothing


@rule("SD103", "duplicate-index", Level.WARNING)
def duplicate_index(outcome: Outcome) -> Iterator[Found]:
    """Find indexes that are still there after the last migration beside one that does all that they do."""
    made: dict[str, set[Object]] = defaultdict(set)
    for one in actions_of(outcome.forward, CreateIndex):
        made[one.file.shown].add(one.action.object)
    for one in actions_of(outcome.forward, CreateIndex):
        index, relation = one.action, outcome.catalog.relation(one.action.table)
        if index.table.is_temporary or outcome.catalog.index(index.object) is not index:
            continue
        others = (*_keys(relation), *_others(outcome.catalog, index, made[one.file.shown]))
        found = next(((name, how) for name, other in others if (how := _superfluous(_shape(index), other))), None)
        if found:
            message = f"index {index.object.shown} {found[1]} {found[0]}"
            advice = "leave it out, or drop the other one"
            yield outcome.found(one.place, message, advice, object=index.object, evidence="history")


def _keys(relation: Relation | None) -> Iterator[tuple[str, Shape]]:
    """List the indexes of a table's constraints."""
    for constraint in relation.constraints.values() if relation else ():
        if constraint.kind in ("primary key", "unique") and constraint.columns:
            keys = tuple((column, "") for column in constraint.columns)
            yield f"that of constraint {constraint.name}", Shape(keys, frozenset(), "btree", "", "distinct")


def _others(catalog: Catalog, index: CreateIndex, beside: set[Object]) -> Iterator[tuple[str, Shape]]:
    """List the indexes that were made before it, and those after it in the same file that are not its equals.

    Where a later migration makes an equal one, that one is told; where it makes a wider one, this may be kept for
    its size.
    """
    is_earlier = True
    for other in catalog.indexes_on(index.table):
        if other.object == index.object:
            is_earlier = False
        elif is_earlier or (other.object in beside and _shape(other) != _shape(index)):
            yield f"index {other.object.shown}", _shape(other)


def _superfluous(one: Shape, other: Shape) -> str:
    """Say how another index does all that one does; nothing where it does not."""
    if (one.method, one.where) != (other.method, other.where) or (one.unique and one.unique != other.unique):
        return ""
    stored = other.include | {name for name, _ in other.keys}
    if one.include > stored or not one.include <= stored:
        return ""
    if one.keys == other.keys:
        return "does what is done by"
    is_beginning = one.method == "btree" and not one.unique and other.keys[: len(one.keys)] == one.keys
    return "is the beginning of" if is_beginning else ""


def _shape(index: CreateIndex) -> Shape:
    unique = "" if not index.unique else "not distinct" if index.nulls_not_distinct else "distinct"
    where = index.where.text if index.where else ""
    return Shape(tuple(map(_key, index.keys)), frozenset(index.include), index.method, where, unique)


def _key(key: IndexKey) -> tuple[str, str]:
    return key.column or f"({key.expression.text if key.expression else ''})", key.options
