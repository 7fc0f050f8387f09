"""Policies, grants, roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change, ChangePolicy, Drop, Grant
from surefoot_lint.actions.creating import Create, CreatePolicy
from surefoot_lint.actions.session import Other
from surefoot_lint.objects import Kind, Object
from surefoot_lint.parse import Node, content
from surefoot_lint.read.drops import target_of
from surefoot_lint.read.expressions import read_expression
from surefoot_lint.read.kinds import kind_of_object
from surefoot_lint.read.names import words
from surefoot_lint.read.scope import Reader, Scope

SPECIAL_ROLES = {2: "current_role", 3: "current_user", 4: "session_user", 5: "public"}
ALL_IN_SCHEMA, DEFAULTS = 2, 3
HIDDEN = "set"  # in place of a password: reports show values


def role_names(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Name the roles of RoleSpecs."""
    return tuple(role_name(content(node)) for node in nodes)


def role_name(node: Node) -> str:
    """Name the role of a RoleSpec."""
    return str(node.rolename) or SPECIAL_ROLES.get(node.roletype, "")


def create_policy(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE POLICY."""
    yield CreatePolicy(
        object=scope.part(node.table, "policy", node.policy_name),
        command=cast("Any", node.cmd_name or "all"),
        roles=role_names(node.roles),
        permissive=node.permissive,
        using=read_expression(node.qual, scope) if node.HasField("qual") else None,
        check=read_expression(node.with_check, scope) if node.HasField("with_check") else None,
        **scope.common(location=node.table.location),
    )


def alter_policy(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER POLICY."""
    yield ChangePolicy(
        object=scope.part(node.table, "policy", node.policy_name),
        aspect="definition",
        roles=role_names(node.roles) if node.roles else None,
        using=read_expression(node.qual, scope) if node.HasField("qual") else None,
        check=read_expression(node.with_check, scope) if node.HasField("with_check") else None,
        **scope.common(location=node.table.location),
    )


def grant(node: Node, scope: Scope, *, by_default: bool = False) -> Iterator[Action]:
    """Read GRANT and REVOKE on objects."""
    kind = kind_of_object(node, "objtype")
    privileges = [content(privilege) for privilege in node.privileges]
    names = tuple(str(privilege.priv_name).lower() or "all" for privilege in privileges) or ("all",)
    in_schemas = node.targtype == ALL_IN_SCHEMA
    yield Grant(
        revoke=not node.is_grant,
        privileges=names,
        columns=tuple(name for privilege in privileges for name in words(privilege.cols)),
        objects=tuple(target_of(target, "schema" if in_schemas else kind, scope) for target in node.objects),
        grantees=role_names(node.grantees),
        grant_option=node.grant_option,
        everything=kind if in_schemas or node.targtype == DEFAULTS else "",
        by_default=by_default,
        **scope.common(),
    )


def default_privileges(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER DEFAULT PRIVILEGES; the objects are the schemas that it names."""
    options = {content(option).defname: content(option).arg for option in node.options}
    schemas = words(content(options["schemas"]).items) if "schemas" in options else []
    roles = role_names(content(options["roles"]).items) if "roles" in options else ()
    targets = tuple(Object("schema", "", name, ", ".join(roles) or None) for name in schemas)
    (action,) = grant(node.action, scope, by_default=True)
    if isinstance(action, Grant):
        yield Grant(
            revoke=action.revoke,
            privileges=action.privileges,
            columns=(),
            objects=targets,
            grantees=action.grantees,
            grant_option=action.grant_option,
            everything=action.everything,
            by_default=True,
            **scope.common(),
        )


def grant_role(node: Node, scope: Scope) -> Iterator[Action]:
    """Read GRANT and REVOKE of roles."""
    granted = tuple(Object("role", "", content(role).priv_name) for role in node.granted_roles)
    options = {content(option).defname: content(content(option).arg) for option in node.opt}
    yield Grant(
        revoke=not node.is_grant,
        privileges=("member",),
        columns=(),
        objects=granted,
        grantees=role_names(node.grantee_roles),
        grant_option="admin" in options and bool(getattr(options["admin"], "boolval", True)),
        **scope.common(),
    )


def create_role(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE ROLE, with its attributes as changes."""
    role = Object("role", "", node.role)
    yield Create(object=role, **scope.common())
    yield from _attributes(node.options, role, scope)


def alter_role(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER ROLE."""
    role = Object("role", "", role_name(node.role))
    yield from _attributes(node.options, role, scope)


def _attributes(options: Iterable[Node], role: Object, scope: Scope) -> Iterator[Action]:
    for option in map(content, options):
        value = content(option.arg)
        text = getattr(value, "sval", None) or str(getattr(value, "boolval", "")).lower() or None
        if option.defname == "password" and text:
            text = HIDDEN
        yield Change(object=role, aspect=str(option.defname), value=text, **scope.common(location=option.location))


def alter_role_settings(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER ROLE … SET."""
    name = role_name(node.role) if node.HasField("role") else "all"
    yield Change(object=Object("role", "", name), aspect=f"setting {node.setstmt.name}", **scope.common())


def drop_role(node: Node, scope: Scope) -> Iterator[Action]:
    """Read DROP ROLE."""
    for name in role_names(node.roles):
        yield Drop(object=Object("role", "", name), **scope.common(exists=node.missing_ok))


def drop_owned(_node: Node, scope: Scope) -> Iterator[Action]:
    """Read DROP OWNED."""
    yield Other(words="drop owned", **scope.common())


def reassign_owned(_node: Node, scope: Scope) -> Iterator[Action]:
    """Read REASSIGN OWNED."""
    yield Other(words="reassign owned", **scope.common())


def _create(kind: Kind, field: str, guard: str = "") -> Reader:
    def read(node: Node, scope: Scope) -> Iterator[Action]:
        exists = bool(guard and getattr(node, guard))
        replace = kind == "language" and node.replace
        yield Create(object=Object(kind, "", getattr(node, field)), **scope.common(exists=exists, replace=replace))

    return read


def _drop(kind: Kind, field: str) -> Reader:
    def read(node: Node, scope: Scope) -> Iterator[Action]:
        yield Drop(object=Object(kind, "", getattr(node, field)), **scope.common(exists=node.missing_ok))

    return read


def _alter(kind: Kind, field: str) -> Reader:
    def read(node: Node, scope: Scope) -> Iterator[Action]:
        yield Change(object=Object(kind, "", getattr(node, field)), aspect="options", **scope.common())

    return read


def user_mapping(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE USER MAPPING."""
    name = f"{role_name(node.user)} on {node.servername}"
    yield Create(object=Object("user mapping", "", name), **scope.common(exists=node.if_not_exists))


def drop_user_mapping(node: Node, scope: Scope) -> Iterator[Action]:
    """Read DROP USER MAPPING."""
    name = f"{role_name(node.user)} on {node.servername}"
    yield Drop(object=Object("user mapping", "", name), **scope.common(exists=node.missing_ok))


READERS: dict[str, Reader] = {
    "create_policy_stmt": create_policy,
    "alter_policy_stmt": alter_policy,
    "grant_stmt": grant,
    "alter_default_privileges_stmt": default_privileges,
    "grant_role_stmt": grant_role,
    "create_role_stmt": create_role,
    "alter_role_stmt": alter_role,
    "alter_role_set_stmt": alter_role_settings,
    "drop_role_stmt": drop_role,
    "drop_owned_stmt": drop_owned,
    "reassign_owned_stmt": reassign_owned,
    "create_extension_stmt": _create("extension", "extname", "if_not_exists"),
    "alter_extension_stmt": _alter("extension", "extname"),
    "alter_extension_contents_stmt": _alter("extension", "extname"),
    "createdb_stmt": _create("database", "dbname"),
    "dropdb_stmt": _drop("database", "dbname"),
    "alter_database_stmt": _alter("database", "dbname"),
    "alter_database_set_stmt": _alter("database", "dbname"),
    "create_table_space_stmt": _create("tablespace", "tablespacename"),
    "drop_table_space_stmt": _drop("tablespace", "tablespacename"),
    "create_publication_stmt": _create("publication", "pubname"),
    "alter_publication_stmt": _alter("publication", "pubname"),
    "create_subscription_stmt": _create("subscription", "subname"),
    "alter_subscription_stmt": _alter("subscription", "subname"),
    "drop_subscription_stmt": _drop("subscription", "subname"),
    "create_event_trig_stmt": _create("event trigger", "trigname"),
    "alter_event_trig_stmt": _alter("event trigger", "trigname"),
    "create_fdw_stmt": _create("foreign data wrapper", "fdwname"),
    "alter_fdw_stmt": _alter("foreign data wrapper", "fdwname"),
    "create_foreign_server_stmt": _create("server", "servername", "if_not_exists"),
    "alter_foreign_server_stmt": _alter("server", "servername"),
    "create_user_mapping_stmt": user_mapping,
    "drop_user_mapping_stmt": drop_user_mapping,
    "create_am_stmt": _create("access method", "amname"),
    "create_plang_stmt": _create("language", "plname"),
}
