"""A value is added to an enum and used in the same transaction: in a default, a CHECK, an INSERT, an index, a view.

PostgreSQL refuses it (SQLSTATE 55P04, unsafe use of new value): the value may be used when the transaction that added
it is committed. Only the values of a type that the same transaction made are free at once.

Use the value in the next migration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import NamedTuple

from surefoot_lint.actions.action import Action, Guard
from surefoot_lint.actions.changing import Comment, Grant
from surefoot_lint.actions.columns import Column
from surefoot_lint.actions.creating import AddColumn, AddEnumValue, CreateFunction, CreateTable, CreateType, CreateView
from surefoot_lint.actions.session import Other, Set
from surefoot_lint.actions.unread import Unread
from surefoot_lint.actions.writing import Insert, Update
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import Expression, Object
from surefoot_lint.rule import rule
from surefoot_lint.state import objects_in

SETUP = """\
CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell');
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, coat coat);
"""
BAD = """\
ALTER TYPE coat ADD VALUE IF NOT EXISTS 'calico';
ALTER TABLE cat ALTER COLUMN coat SET DEFAULT 'calico'; -- ← TX107
"""
BAD_ERROR = "55P04"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_calico.sql, irreversible: a value of an enum cannot be removed}
  - {file: 003_count_calicos.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": """\
DO $$
BEGIN
    CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, coat coat);
""",
    "migrations/002_calico.sql": "ALTER TYPE coat ADD VALUE IF NOT EXISTS 'calico';",
    "migrations/003_count_calicos.sql": "SELECT count(*) FROM cat WHERE coat = 'calico';",
}
SILENT = (AddEnumValue, Comment, Grant, Set, Unread, Other)
CATALOGS = ("pg_catalog", "information_schema")


@rule("TX107", "enum-value-used-at-once", Level.ERROR)
def enum_value_used_at_once(trip: RoundTrip) -> Iterator[Found]:
    """Find the use of a value that the same transaction added to a type of before."""
    if trip.unit.transaction:
        yield from _used(trip, trip.forward, Known(trip.before, trip.after))
        yield from _used(trip, trip.back, Known(trip.after, trip.restored))


class Known(NamedTuple):
    """The catalogs before and after a file."""

    before: Catalog
    after: Catalog

    def relation(self, of: Object) -> Relation | None:
        """Find a relation in either."""
        return self.after.relation(of) or self.before.relation(of)


def _used(trip: RoundTrip, side: Iterable[Located[Action]], known: Known) -> Iterator[Found]:
    """List the statements of one file that use a value added before them."""
    added: dict[Object, None] = {}
    made: set[tuple[str, str]] = set()
    for one in side:
        action = one.action
        if isinstance(action, CreateType):
            made.add((action.object.schema, action.object.name))
        if isinstance(action, AddEnumValue) and _was_there(known, action.object, made):
            added[action.object] = None
        elif added and not isinstance(action, SILENT) and not _is_read_when_called(action):
            strings = set(_strings(action))
            for value in (value for value in added if value.part in strings and not _is_text(one, value)):
                level = _level(known, one, value)
                if level is not None:
                    message = f"'{value.part}' is used in the transaction that adds it to {value.owner.shown}"
                    yield trip.found(one.place, message, "use it in the next migration", object=value, level=level)
                    break


def _level(known: Known, one: Located[Action], value: Object) -> Level | None:
    if _is_of_type(known, one, value):
        return Level.ERROR
    return Level.WARNING if _may_be_of_type(known, one.action, value) else None


def _is_read_when_called(action: Action) -> bool:
    """Tell a function whose body the server does not look into before it runs."""
    return isinstance(action, CreateFunction) and action.language != "sql"


def _is_text(one: Located[Action], value: Object) -> bool:
    """Tell whether the value is written only where it is compared with text."""
    written = f"'{value.part}'"
    compared = rf"::\s*(?:text|varchar)\s*(?:=|<>|!=|(?:not\s+)?in\s*\()[^;()]*?{re.escape(written)}"
    text = one.statement.text
    return written in text and written not in re.sub(compared, "", text, flags=re.IGNORECASE)


def _was_there(known: Known, value: Object, made: set[tuple[str, str]]) -> bool:
    """Tell whether a type is older than this file, and did not have the value before."""
    name = (value.schema, value.name)
    before = known.before.types.get(name)
    return value.part not in before.labels if before else name not in made


def _strings(part: object) -> Iterator[str]:
    """List the strings in an action, in all its expressions."""
    if isinstance(part, Expression):
        yield from part.values
    elif isinstance(part, CreateView):
        yield from part.query.split("'")[1::2]
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            yield from value if field.name == "values" else _strings(value)
    elif isinstance(part, tuple) and not isinstance(part, Object | Guard):
        for inner in part:
            yield from _strings(inner)


def _is_of_type(known: Known, one: Located[Action], value: Object) -> bool:
    """Tell whether a statement casts to the type, or speaks of columns of that type."""
    name = rf'(?:"?\w+"?\.)?"?{re.escape(value.name)}\b'
    cast = rf"::\s*{name}|'{re.escape(str(value.part))}'\s+as\s+{name}"
    is_cast = re.search(cast, one.statement.text, re.IGNORECASE) is not None
    return is_cast or any(_has_type(column, value) for column in _columns(known, one.action))


def _may_be_of_type(known: Known, action: Action, value: Object) -> bool:
    """Tell whether history knows neither the type nor the tables."""
    tables = [table for table in _tables(action) if table.schema not in CATALOGS]
    is_known = (value.schema, value.name) in known.before.types or any(map(known.before.relation, tables))
    return bool(tables) and not is_known


def _tables(action: Action) -> Iterator[Object]:
    yield from (of for of in objects_in(action) if of.kind in ("table", "column", "constraint"))
    yield from getattr(action, "reads", ())


def _columns(known: Known, action: Action) -> Iterator[Column]:
    """List the columns that an action may put the value into, or compare with it."""
    if isinstance(action, CreateTable):
        yield from action.columns
    if isinstance(action, AddColumn):
        yield action.column
    for table in _tables(action):
        relation = known.relation(table) if table.schema not in CATALOGS else None
        for column in relation.columns.values() if relation else ():
            if _is_meant(action, column, table):
                yield column


def _is_meant(action: Action, column: Column, table: Object) -> bool:
    """Leave out the columns that a statement does not write, where it says which it does."""
    if isinstance(action, Insert) and action.columns and table == action.object:
        return column.name in action.columns
    if isinstance(action, Update) and table == action.object:
        return column.name in {*action.columns, *(action.where.columns if action.where else ())}
    return table.kind != "column" or column.name == table.part


def _has_type(column: Column, value: Object) -> bool:
    return column.type.name == value.name and column.type.schema in ("", value.schema)
