"""DROP, RENAME, SET SCHEMA, OWNER TO and COMMENT ON, whatever they are about."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change, Comment, Drop, Rename
from surefoot_lint.actions.creating import Create
from surefoot_lint.objects import ROUTINES, Kind, Object
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.kinds import GLOBAL, PARTS, kind_of_object
from surefoot_lint.read.names import chosen_name, object_name, read_type, routine, words
from surefoot_lint.read.scope import Reader, Scope

CASCADE = 2


def drop(node: Node, scope: Scope) -> Iterator[Action]:
    """Read DROP of most kinds, one action an object."""
    kind = kind_of_object(node, "remove_type")
    for target in node.objects:
        yield Drop(
            object=target_of(target, kind, scope),
            cascade=node.behavior == CASCADE,
            concurrently=node.concurrent,
            **scope.common(location=_location(target), exists=node.missing_ok),
        )


def target_of(node: Node, kind: Kind, scope: Scope) -> Object:
    """Name the object that a statement is about."""
    inner = content(node)
    if kind_of(inner) == "ObjectWithArgs" and kind in ROUTINES:
        return routine(inner, kind, scope)
    if kind == "cast":
        source, target = (read_type(content(item)).shown for item in inner.items)
        return Object("cast", "", f"{source} AS {target}")
    names = object_name(node)
    if kind in GLOBAL:
        return Object(kind, "", names[-1] if names else "")
    if kind in PARTS and len(names) > 1:
        return scope.named(kind, names[:-1], names[-1])
    return scope.named(kind, names or [""])


def _location(node: Node) -> int:
    inner = content(node)
    return int(getattr(inner, "location", 0)) if inner is not None else 0


def rename(node: Node, scope: Scope) -> Iterator[Action]:
    """Read RENAME of tables, columns, constraints, and all else."""
    kind = kind_of_object(node, "rename_type")
    common = scope.common(exists=node.missing_ok)
    if kind in PARTS:
        outer = scope.relation(node.relation) if node.HasField("relation") else target_of(node.object, "type", scope)
        one = outer._replace(kind=kind, part=node.subname)
        yield Rename(object=one, to=one._replace(part=node.newname), **common)
        return
    one = scope.relation(node.relation, kind) if node.HasField("relation") else _plain(node, kind, scope)
    yield Rename(object=one, to=one._replace(name=node.newname), **common)


def _plain(node: Node, kind: Kind, scope: Scope) -> Object:
    if node.HasField("object"):
        return target_of(node.object, kind, scope)
    return Object(kind, "", node.subname)


def set_schema(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER … SET SCHEMA: the object is another afterwards."""
    kind = kind_of_object(node, "object_type")
    one = scope.relation(node.relation, kind) if node.HasField("relation") else target_of(node.object, kind, scope)
    yield Rename(object=one, to=one._replace(schema=node.newschema), **scope.common(exists=node.missing_ok))


def owner(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER … OWNER TO."""
    kind = kind_of_object(node, "object_type")
    one = scope.relation(node.relation, kind) if node.HasField("relation") else target_of(node.object, kind, scope)
    yield Change(object=one, aspect="owner", value=node.newowner.rolename, **scope.common())


def comment(node: Node, scope: Scope) -> Iterator[Action]:
    """Read COMMENT ON."""
    kind = kind_of_object(node, "objtype")
    text = node.comment or None
    yield Comment(object=target_of(node.object, kind, scope), text=text, **scope.common())


def create_rule(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE RULE."""
    target = scope.part(node.relation, "rule", node.rulename)
    yield Create(object=target, **scope.common(replace=node.replace))


def create_statistics(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE STATISTICS."""
    yield Create(
        object=scope.named("statistics", words(node.defnames) or _chosen(node)),
        **scope.common(exists=node.if_not_exists),
    )


def _chosen(node: Node) -> list[str]:
    """Name statistics as PostgreSQL does where no name is written: after the table and what they are of."""
    table = content(node.relations[0])
    parts = [content(element).name or "expr" for element in node.exprs]
    return [name for name in (table.schemaname, chosen_name(table.relname, parts, "stat")) if name]


READERS: dict[str, Reader] = {
    "drop_stmt": drop,
    "rename_stmt": rename,
    "alter_object_schema_stmt": set_schema,
    "alter_owner_stmt": owner,
    "comment_stmt": comment,
    "rule_stmt": create_rule,
    "create_stats_stmt": create_statistics,
}
