"""Settings, locks and upkeep."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.session import LockTable, Maintain, Other, Set
from surefoot_lint.objects import Kind, Object
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.expressions import constant
from surefoot_lint.read.scope import Reader, Scope

LOCK_MODES = (
    "", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE", "ACCESS EXCLUSIVE",
)  # fmt: skip
VAR_SET_VALUE = 1
REINDEXED: dict[int, Kind] = {1: "index", 2: "table", 3: "schema", 4: "database", 5: "database"}


def set_variable(node: Node, scope: Scope) -> Iterator[Action]:
    """Read SET and RESET; SET TRANSACTION and its like are settings of their name."""
    value = ", ".join(map(_value, node.args)) if node.kind == VAR_SET_VALUE else None
    if node.name == "search_path":
        scope.path.set(value)
    yield Set(name=node.name or "all", value=value, local=node.is_local, **scope.common())


def _value(node: Node) -> str:
    inner = content(node)
    if kind_of(inner) == "TypeCast":
        inner = content(inner.arg)
    return (constant(inner) or "") if kind_of(inner) == "A_Const" else ""


def lock(node: Node, scope: Scope) -> Iterator[Action]:
    """Read LOCK TABLE."""
    tables = tuple(scope.relation(content(relation)) for relation in node.relations)
    yield LockTable(objects=tables, mode=LOCK_MODES[node.mode], **scope.common())


def vacuum(node: Node, scope: Scope) -> Iterator[Action]:
    """Read VACUUM and ANALYZE, one action a table."""
    options = {content(option).defname: content(option).arg for option in node.options}
    full = "full" in options and _is_on(options["full"])
    for target in [content(relation) for relation in node.rels] or [None]:
        table = scope.relation(target.relation) if target is not None else None
        verb = ("vacuum full" if full else "vacuum") if node.is_vacuumcmd else "analyze"
        yield Maintain(verb=verb, object=table, **scope.common())  # type: ignore[arg-type]


def _is_on(argument: Node) -> bool:
    inner = content(argument)
    return inner is None or str(getattr(inner, "sval", getattr(inner, "ival", "on"))).lower() in ("on", "true", "1")


def cluster(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CLUSTER."""
    table = scope.relation(node.relation) if node.HasField("relation") else None
    yield Maintain(verb="cluster", object=table, **scope.common())


def reindex(node: Node, scope: Scope) -> Iterator[Action]:
    """Read REINDEX."""
    kind = REINDEXED.get(node.kind, "index")
    target = scope.relation(node.relation, kind) if node.HasField("relation") else Object(kind, "", node.name)
    concurrently = any(content(option).defname == "concurrently" for option in node.params)
    yield Maintain(verb="reindex", object=target, concurrently=concurrently, **scope.common())


def refresh(node: Node, scope: Scope) -> Iterator[Action]:
    """Read REFRESH MATERIALIZED VIEW."""
    view = scope.relation(node.relation, "materialized view")
    yield Maintain(verb="refresh", object=view, concurrently=node.concurrent, **scope.common())


def _other(words: str) -> Reader:
    def read(_node: Node, scope: Scope) -> Iterator[Action]:
        yield Other(words=words, **scope.common())

    return read


READERS: dict[str, Reader] = {
    "variable_set_stmt": set_variable,
    "lock_stmt": lock,
    "vacuum_stmt": vacuum,
    "cluster_stmt": cluster,
    "reindex_stmt": reindex,
    "refresh_mat_view_stmt": refresh,
    "alter_system_stmt": _other("alter system"),
    "check_point_stmt": _other("checkpoint"),
    "discard_stmt": _other("discard"),
    "listen_stmt": _other("listen"),
    "load_stmt": _other("load"),
    "import_foreign_schema_stmt": _other("import foreign schema"),
    "alter_table_move_all_stmt": _other("alter table all in tablespace"),
}
