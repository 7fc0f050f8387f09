"""How many objects there must be, all of them or those with names like a pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from surefoot_lint.document import Integer, Key, Keys, Text
from surefoot_lint.invariants.shapes import SCHEMAS, text, texts

MOST = 1_000_000
WITHIN = "n.nspname = ANY (ARRAY[{schemas}]::text[])"
RELATIONS = (
    "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
    f"WHERE {WITHIN} AND c.relname LIKE {{like}} AND c.relkind "
)
OF_TABLES = (
    "JOIN pg_catalog.pg_class AS c ON c.oid = {table} JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
    f"WHERE {WITHIN} AND c.relname LIKE {{like}}"
)
COUNTED = {
    "tables": RELATIONS + "IN ('r', 'p')",
    "views": RELATIONS + "= 'v'",
    "materialized_views": RELATIONS + "= 'm'",
    "sequences": RELATIONS + "= 'S'",
    "indexes": "FROM pg_catalog.pg_index AS x " + OF_TABLES.replace("{table}", "x.indrelid"),
    "policies": "FROM pg_catalog.pg_policy AS p " + OF_TABLES.replace("{table}", "p.polrelid"),
    "triggers": "FROM pg_catalog.pg_trigger AS t "
    + OF_TABLES.replace("{table}", "t.tgrelid")
    + " AND NOT t.tgisinternal",
    "functions": "FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace "
    f"WHERE {WITHIN} AND p.proname LIKE {{like}}",
    "enums": "FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace "
    f"WHERE {WITHIN} AND t.typname LIKE {{like}} AND t.typtype = 'e'",
}


class Counts(NamedTuple):
    """How many objects there must be, of those whose table (or, without one, whose own name) is like a pattern."""

    wanted: Mapping[str, int]
    like: str
    schemas: tuple[str, ...]


def _counted(**said: Any) -> Counts:
    wanted = {kind: said[kind] for kind in COUNTED if said[kind] is not None}
    return Counts(wanted, said["like"], said["schemas"])


COUNT = Keys(
    {kind: Key(Integer(0, MOST), f"how many {kind.replace('_', ' ')}") for kind in COUNTED}
    | {"like": Key(Text(), "the tables, or objects without one, whose names are LIKE this", default="%")}
    | SCHEMAS,
    _counted,
)


def count(name: str, several: Sequence[Counts]) -> Iterable[tuple[str, str]]:
    """List the kinds of which there are more or fewer."""
    for one in several:
        reach = {"schemas": texts(one.schemas), "like": text(one.like)}
        rows = (
            f"SELECT {text(kind.replace('_', ' '))}, {wanted}, (SELECT count(*) {COUNTED[kind].format(**reach)})"
            for kind, wanted in one.wanted.items()
        )
        which = "" if one.like == "%" else f" like {one.like}"
        sql = (
            f"SELECT concat(f.found, ' ', f.kind, {text(which)}, ', and not ', f.wanted)\n"
            f"FROM ({' UNION ALL '.join(rows)}) AS f (kind, wanted, found)\nWHERE f.found <> f.wanted ORDER BY f.kind"
        )
        yield f"{name}{which}", sql
