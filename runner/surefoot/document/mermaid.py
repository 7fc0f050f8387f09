"""Entity-relationship diagrams in the language of Mermaid, which GitHub and GitLab draw."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from surefoot.document.model import Column, Key, Table, shown

PLAIN = re.compile(r"[A-Za-z][\w-]*")
QUOTED = re.compile(r'"((?:[^"]|"")*)"')
NOT_IN_A_NAME = re.compile(r"[%\\\x00-\x1f\x7f]")
NOT_IN_A_TYPE = re.compile(r"[^\w\[\]()-]+")
SHORT = {
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "double precision": "float8",
    "character varying": "varchar",
}
# How many rows of the table referred to belong to a row, and how many rows to one of those.
ONE_AT_MOST, ONE = "|o", "||"
OF_MANY, OF_ONE = "o{", "o|"


def diagram(tables: Sequence[Table], relationships: Sequence[Key], *, has_columns: bool) -> str:
    """Draw tables and the relationships that begin at them, with their keys, or by their names alone.

    Other tables that they refer to are drawn by their names. Mermaid's documentation: Entity Relationship Diagrams.
    """
    return "\n".join(["erDiagram", *_lines(tables, relationships, has_columns=has_columns)])


def _lines(tables: Sequence[Table], relationships: Sequence[Key], *, has_columns: bool) -> Iterator[str]:
    drawn = {table.name for table in tables}
    mine = [key for key in relationships if key.table in drawn]
    linked = {name for key in mine for name in (key.table, key.other)}
    for table in tables:
        keys = [(column, _marks(table, column)) for column in table.columns] if has_columns else []
        if rows := [f"        {_type(column)} {_word(column.name)} {marks}" for column, marks in keys if marks]:
            yield f"    {_entity(table.name)} {{"
            yield from rows
            yield "    }"
        elif table.name not in linked:
            yield f"    {_entity(table.name)}"
    for key in mine:
        left = ONE_AT_MOST if key.is_optional else ONE
        right = OF_ONE if key.is_one else OF_MANY
        label = _unquoted(", ".join(key.columns))
        yield f'    {_entity(str(key.other))} {left}--{right} {_entity(key.table)} : "{label}"'


def _marks(table: Table, column: Column) -> str:
    """Say of which keys a column is a part."""
    foreign: Collection[str] = {name for key in table.keys if key.kind == "f" for name in key.columns}
    single = {key.columns[0] for key in table.keys if key.kind == "u" and len(key.columns) == 1}
    found = ["PK"] if column.name in table.primary else []
    found += ["FK"] if column.name in foreign else []
    return ", ".join([*found, *(["UK"] if column.name in single else [])])


def _entity(name: str) -> str:
    said = shown(name)
    return said if PLAIN.fullmatch(said) else f'"{_unquoted(said)}"'


def _unquoted(said: str) -> str:
    """Write names without their quotes, and with a stand-in for what Mermaid reads in no name, quoted or not."""
    return NOT_IN_A_NAME.sub("_", QUOTED.sub(lambda found: found[1].replace('""', "'"), said))


def _type(column: Column) -> str:
    """Write a type as one word that Mermaid reads: `numeric(10,2)` is `numeric`."""
    name, _, size = shown(column.type).partition("(")
    word = SHORT.get(name, name) + ("[]" if size.endswith("[]") else "")
    return _begun(NOT_IN_A_TYPE.sub("_", word.replace('"', "")))


def _word(name: str) -> str:
    return _begun(re.sub(r"[^\w-]", "_", name.strip('"')))


def _begun(word: str) -> str:
    """Let a word begin as Mermaid wants it: with a letter or an underscore."""
    return word if re.match(r"[^\W\d]", word) else f"_{word}"
