"""Invariants of all tables of some schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from yaml.nodes import MappingNode, Node

from surefoot_lint.document import AnyOf, Flag, Key, Keys, ListOf, Shape, Text
from surefoot_lint.invariant import NAME
from surefoot_lint.literals import array

# Not those of an extension, which answers for its own.
OWN = """NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.{catalog}'::regclass AND d.objid = {oid} AND d.deptype = 'e'
    )"""
TABLES = f"""
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ({{schemas}}) AND c.relkind IN ('r', 'p')
    AND c.relname::text <> ALL ({{left_out}}) AND concat(n.nspname, '.', c.relname) <> ALL ({{left_out}})
    AND {OWN.format(catalog="pg_class", oid="c.oid")}
"""
# A schema whose name is misspelt must not look like one in which all is well.
NOWHERE = """
UNION ALL
SELECT format('there is no schema %I', wanted.name) FROM unnest({schemas}) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_namespace AS n WHERE n.nspname = wanted.name)
"""


class Scope(NamedTuple):
    """Where an invariant must hold: in all tables of some schemas, but for some tables."""

    schemas: tuple[str, ...] = ("public",)
    left_out: tuple[str, ...] = ()


SCHEMAS = {"schemas": Key(ListOf(Text()), "the schemas to look into", default=("public",))}
SCOPE = Keys(
    SCHEMAS | {"except": Key(ListOf(NAME), "tables that need not", default=())},
    lambda **said: Scope(said["schemas"], said["except"]),
)
WHETHER = Flag()


def _either(node: Node) -> Shape:
    return SCOPE if isinstance(node, MappingNode) else WHETHER


EVERYWHERE = AnyOf((WHETHER, SCOPE), _either)


def in_every_table(query: str) -> Callable[[bool | Scope], Iterable[tuple[str, str]]]:
    """Give what completes a query for where the invariant must hold: `true` is the schema public, `false` nowhere.

    The query has `{schemas}` and `{left_out}` for the arrays of names, most often within TABLES.
    """

    def queries(said: bool | Scope) -> Iterable[tuple[str, str]]:
        scope = Scope() if said is True else said
        if scope:
            yield "", (query + NOWHERE).format(schemas=array(scope.schemas), left_out=array(scope.left_out))

    return queries
