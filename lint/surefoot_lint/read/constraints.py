"""Columns and constraints, as CREATE TABLE and ALTER TABLE write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, cast

from surefoot_lint.actions.columns import Column, Constraint, ConstraintKind
from surefoot_lint.objects import Expression, Object
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.expressions import read_expression
from surefoot_lint.read.names import constraint_name, read_type, words
from surefoot_lint.read.scope import Scope

CONSTR_NOTNULL, CONSTR_DEFAULT, CONSTR_IDENTITY, CONSTR_GENERATED, CONSTR_CHECK = 2, 3, 4, 5, 6
CONSTR_PRIMARY, CONSTR_UNIQUE, CONSTR_EXCLUSION, CONSTR_FOREIGN = 7, 8, 9, 10
CONSTR_DEFERRABLE = 11
AND, NOT = 1, 3  # primnodes.h: BoolExprType, NullTestType, as libpg_query numbers them
IS_NULL, IS_NOT_NULL = 1, 2
KINDS: dict[int, ConstraintKind] = {
    CONSTR_NOTNULL: "not null",
    CONSTR_CHECK: "check",
    CONSTR_PRIMARY: "primary key",
    CONSTR_UNIQUE: "unique",
    CONSTR_EXCLUSION: "exclude",
    CONSTR_FOREIGN: "foreign key",
}
REFERENTIAL = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
GENERATED: dict[str, Literal["stored", "virtual"]] = {"s": "stored", "v": "virtual"}
IDENTITY: dict[str, Literal["always", "by default"]] = {"a": "always", "d": "by default"}


def read_constraint(node: Node, scope: Scope, column: str | None = None) -> Constraint | None:
    """Read a Constraint; `column` is the one that it is written at. Nothing for what is none, such as DEFAULT."""
    kind = KINDS.get(node.contype)
    if kind is None:
        return None
    expression = read_expression(node.raw_expr, scope) if node.HasField("raw_expr") else None
    return Constraint(
        kind=kind,
        name=node.conname or None,
        columns=(column,) if column else _columns(node, expression),
        expression=expression,
        references=scope.relation(node.pktable) if node.HasField("pktable") else None,
        referenced=tuple(words(node.pk_attrs)),
        on_delete=REFERENTIAL.get(node.fk_del_action, "no action"),
        on_update=REFERENTIAL.get(node.fk_upd_action, "no action"),
        set_columns=tuple(words(node.fk_del_set_cols)),
        using_index=node.indexname or None,
        valid=not node.skip_validation,
        deferrable=node.deferrable,
        no_inherit=node.is_no_inherit,
        method=node.access_method,
        proves=tuple(_proved(content(node.raw_expr))) if node.contype == CONSTR_CHECK else (),
        offset=scope.at(node.location),
    )


def _proved(tree: Node) -> Iterator[str]:
    """Find the columns that cannot be null where a CHECK holds: `a IS NOT NULL`, `NOT a IS NULL`, joined by AND."""
    if kind_of(tree) == "BoolExpr" and tree.boolop == AND:
        for part in tree.args:
            yield from _proved(content(part))
    elif kind_of(tree) == "BoolExpr" and tree.boolop == NOT:
        yield from _tested(content(tree.args[0]), IS_NULL)
    else:
        yield from _tested(tree, IS_NOT_NULL)


def _tested(tree: Node, test: int) -> list[str]:
    if kind_of(tree) != "NullTest" or tree.nulltesttype != test or kind_of(content(tree.arg)) != "ColumnRef":
        return []
    return words(content(tree.arg).fields)[-1:]


def _columns(node: Node, expression: Expression | None) -> tuple[str, ...]:
    if node.contype == CONSTR_FOREIGN:
        return tuple(words(node.fk_attrs))
    if node.contype == CONSTR_EXCLUSION:
        elements = (content(content(pair).items[0]) for pair in node.exclusions)
        return tuple(element.name for element in elements if element.name)
    if expression:
        return expression.columns
    return tuple(words(node.keys))


def read_column(node: Node, scope: Scope) -> Column:
    """Read a ColumnDef with its constraints; those of serial and identity columns are said too."""
    written_type = read_type(node.type_name)
    nodes = [content(constraint) for constraint in node.constraints]
    found = (read_constraint(constraint, scope, node.colname) for constraint in nodes)
    constraints = tuple(constraint for constraint in found if constraint)
    constraints = _deferred(nodes, constraints)
    generated = next((GENERATED[_kind(one)] for one in nodes if one.contype == CONSTR_GENERATED), "")
    identity = next((IDENTITY[one.generated_when] for one in nodes if one.contype == CONSTR_IDENTITY), "")
    implied = written_type.serial or bool(identity)
    return Column(
        name=node.colname,
        type=written_type,
        not_null=implied or any(one.kind in ("not null", "primary key") for one in constraints),
        default=_default(nodes, scope),
        generated=cast("Literal['', 'stored', 'virtual']", generated),
        identity=cast("Literal['', 'always', 'by default']", identity),
        collation=".".join(words(node.coll_clause.collname)) if node.HasField("coll_clause") else "",
        constraints=constraints,
        offset=scope.at(node.location),
    )


def _kind(generated: Node) -> str:
    return str(generated.generated_kind or "s")


def _default(nodes: Iterable[Node], scope: Scope) -> Expression | None:
    """Read DEFAULT, or the expression of a generated column."""
    for node in nodes:
        if node.contype in (CONSTR_DEFAULT, CONSTR_GENERATED):
            return read_expression(node.raw_expr, scope)
    return None


def _deferred(nodes: Iterable[Node], constraints: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    if any(node.contype == CONSTR_DEFERRABLE for node in nodes) and constraints:
        return (*constraints[:-1], constraints[-1]._replace(deferrable=True))
    return constraints


def named_constraints(table: Object, constraints: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Give each constraint the name that it will have."""
    taken: set[str] = {constraint.name for constraint in constraints if constraint.name}
    named = []
    for constraint in constraints:
        name = constraint_name(table.name, constraint, () if constraint.name else taken)
        taken.add(name)
        named.append(constraint._replace(name=name))
    return tuple(named)
