"""CREATE INDEX."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.columns import IndexKey
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.objects import Object
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.expressions import function_name, read_expression
from surefoot_lint.read.names import chosen_name, cut_name, words
from surefoot_lint.read.scope import Reader, Scope

ORDERS = {2: "asc", 3: "desc"}
NULLS = {2: "nulls first", 3: "nulls last"}


def create_index(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE INDEX; an index lies in the schema of its table."""
    table = scope.relation(node.relation)
    elements = [content(element) for element in node.index_params]
    name = cut_name(node.idxname) or chosen_name(table.name, list(map(_name, elements)), "idx")
    yield CreateIndex(
        object=Object("index", table.schema, name),
        table=table,
        keys=tuple(_key(element, scope) for element in elements),
        include=tuple(content(element).name for element in node.index_including_params),
        unique=node.unique,
        concurrently=node.concurrent,
        method=node.access_method or "btree",
        where=read_expression(node.where_clause, scope) if node.HasField("where_clause") else None,
        only=not node.relation.inh,
        nulls_not_distinct=node.nulls_not_distinct,
        named=bool(node.idxname),
        **scope.common(exists=node.if_not_exists),
    )


def _key(element: Node, scope: Scope) -> IndexKey:
    options = (*words(element.opclass), *words(element.collation), ORDERS.get(element.ordering, ""))
    written_options = " ".join(filter(None, (*options, NULLS.get(element.nulls_ordering, "")))).replace(" asc", "")
    expression = read_expression(element.expr, scope) if element.HasField("expr") else None
    return IndexKey(element.name or None, expression, "" if written_options == "asc" else written_options)


def _name(element: Node) -> str:
    """Name a key as ChooseIndexColumnNames does: the column, the function called, or `expr`."""
    if element.name:
        return str(element.name)
    inner = content(element.expr)
    return function_name(inner).rpartition(".")[2] if kind_of(inner) == "FuncCall" else "expr"


READERS: dict[str, Reader] = {"index_stmt": create_index}
