"""How many objects there must be, all of them or those with names like a pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from surefoot_lint.document import AnyOf, Integer, Key, Keys, ListOf, Shape, Text
from surefoot_lint.every_table import OWN, SCHEMAS
from surefoot_lint.invariant import Invariant, Sound
from surefoot_lint.literals import array, literal

MOST = 1_000_000
OWN_TABLE = (
    f"n.nspname = ANY ({{schemas}}) AND c.relname LIKE {{like}} AND {OWN.format(catalog='pg_class', oid='c.oid')}"
)


def _relations(kinds: str) -> str:
    return (
        "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace\n"
        f"WHERE {OWN_TABLE} AND c.relkind IN ({kinds})"
    )


def _of_tables(catalog: str, table: str) -> str:
    return (
        f"FROM pg_catalog.{catalog} AS o JOIN pg_catalog.pg_class AS c ON c.oid = o.{table}\n"
        f"JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace\nWHERE {OWN_TABLE}"
    )


def _of_schemas(catalog: str, prefix: str) -> str:
    return (
        f"FROM pg_catalog.{catalog} AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.{prefix}namespace\n"
        f"WHERE n.nspname = ANY ({{schemas}}) AND o.{prefix}name LIKE {{like}}\n"
        f"    AND {OWN.format(catalog=catalog, oid='o.oid')}"
    )


COUNTED = {
    "tables": _relations("'r', 'p'"),
    "views": _relations("'v'"),
    "materialized_views": _relations("'m'"),
    "sequences": _relations("'S'"),
    "indexes": _of_tables("pg_index", "indrelid"),
    "policies": _of_tables("pg_policy", "polrelid"),
    "triggers": _of_tables("pg_trigger", "tgrelid") + " AND NOT o.tgisinternal",
    "functions": _of_schemas("pg_proc", "pro"),
    "enums": _of_schemas("pg_type", "typ") + " AND o.typtype = 'e'",
}


class Between(NamedTuple):
    """How many of a kind there may be."""

    least: int
    most: int

    def __str__(self) -> str:
        """Say it in words."""
        if self.least == self.most:
            return str(self.least)
        return f"{self.least} or more" if self.most == MOST else f"{self.least} to {self.most}"


class Counts(NamedTuple):
    """How many objects there must be, of those whose table (or, without one, whose own name) is like a pattern."""

    wanted: Mapping[str, Between]
    like: str
    schemas: tuple[str, ...]


EXACT = Integer(0, MOST)
BETWEEN = Keys(
    {"min": Key(EXACT, "the fewest", default=0), "max": Key(EXACT, "the most", default=MOST)},
    lambda **said: Between(said["min"], said["max"]),
)


def _number(node: Node) -> Shape:
    return BETWEEN if isinstance(node, MappingNode) else EXACT


def _empty(value: int | Between) -> str | None:
    is_empty = isinstance(value, Between) and value.least > value.most
    return "min is greater than max" if is_empty else None


NUMBER = Sound(AnyOf((EXACT, BETWEEN), _number), _empty)


def _counted(**said: Any) -> Counts:
    numbers = {kind: said[kind] for kind in COUNTED if said[kind] is not None}
    wanted = {kind: one if isinstance(one, Between) else Between(one, one) for kind, one in numbers.items()}
    return Counts(wanted, said["like"], said["schemas"])


COUNT = Keys(
    {kind: Key(NUMBER, f"how many {kind.replace('_', ' ')}") for kind in COUNTED}
    | {"like": Key(Text(), "the tables, or objects without one, whose names are LIKE this", default="%")}
    | SCHEMAS,
    _counted,
)
SEVERAL = ListOf(COUNT)


def _either(node: Node) -> Shape:
    return SEVERAL if isinstance(node, SequenceNode) else COUNT


def _queries(said: Counts | Sequence[Counts]) -> Iterable[tuple[str, str]]:
    for one in [said] if isinstance(said, Counts) else said:
        which = "" if one.like == "%" else f" like {one.like}"
        which += "" if one.schemas == ("public",) else f" in {', '.join(one.schemas)}"
        if one.wanted:
            yield which, " UNION ALL ".join(_query(kind, number, which, one) for kind, number in one.wanted.items())


def _query(kind: str, number: Between, which: str, counts: Counts) -> str:
    counted = COUNTED[kind].format(schemas=array(counts.schemas), like=literal(counts.like))
    words = kind.replace("_", " ")
    return (
        f"SELECT concat(count(*), {literal(f' {words}{which}, and not {number}')})\n"
        f"{counted}\nHAVING count(*) NOT BETWEEN {number.least} AND {number.most}"
    )


INVARIANT = Invariant(
    doc="how many objects there must be",
    example="{tables: 2, indexes: {min: 13}}",
    shape=AnyOf((COUNT, SEVERAL), _either),
    queries=_queries,
    next_step="surefoot drift names what is missing and what was added by hand; or correct the number in the manifest",
)
