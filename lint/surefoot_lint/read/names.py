"""Names that the parser gives in pieces, types, and those names that PostgreSQL chooses where none is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from surefoot_lint.actions.columns import Constraint
from surefoot_lint.objects import Kind, Object, Type
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.scope import Scope

# Other names of PostgreSQL's own types → the one that format_type() gives (manual: datatype).
TYPE_NAMES = {
    "bit": "bit",
    "bool": "boolean",
    "bpchar": "character",
    "char": '"char"',
    "decimal": "numeric",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
SERIALS = {
    "bigserial": "bigint",
    "serial": "integer",
    "serial2": "smallint",
    "serial4": "integer",
    "serial8": "bigint",
    "smallserial": "smallint",
}
NAME_LENGTH = 63  # bytes: NAMEDATALEN - 1
SUFFIXES = {"primary key": "pkey", "unique": "key", "foreign key": "fkey", "check": "check", "exclude": "excl"}
INTERVAL = "interval"


def words(nodes: Iterable[Node]) -> list[str]:
    """List the strings of a list of Nodes."""
    return [str(node.string.sval) for node in nodes if node.HasField("string")]


def read_type(node: Node) -> Type:
    """Read a TypeName; the types of PostgreSQL get the names that it shows them by."""
    *schema, name = words(node.names)
    dimensions = len(node.array_bounds)
    of_postgres = not schema or schema == ["pg_catalog"]
    if of_postgres and not schema and name in SERIALS:
        return Type(SERIALS[name], dimensions=dimensions, serial=True)
    modifiers = tuple(filter(None, map(_modifier, node.typmods)))
    if not of_postgres:
        return Type(name, schema[-1], modifiers, dimensions, setof=node.setof)
    if name == INTERVAL:
        modifiers = ()
    if name == "bpchar" and not modifiers and schema:
        modifiers = ("1",)
    return Type(TYPE_NAMES.get(name, name), "", modifiers, dimensions, setof=node.setof)


def _modifier(node: Node) -> str:
    inner = content(node)
    if kind_of(inner) == "A_Const":
        value = inner.WhichOneof("val")
        if value == "ival":
            return str(inner.ival.ival)
        return str(getattr(getattr(inner, value), value, "")) if value else ""
    return words(inner.fields)[-1] if kind_of(inner) == "ColumnRef" else ""


def type_object(node: Node, scope: Scope, kind: Kind = "type") -> Object:
    """Name the type of a TypeName as an object."""
    return scope.named(kind, words(node.names))


def object_name(node: Node) -> list[str]:
    """List the words of an object's name, however the parser holds it."""
    inner = content(node)
    kind = kind_of(inner)
    if kind == "List":
        return words(inner.items)
    if kind == "TypeName":
        return words(inner.names)
    if kind == "ObjectWithArgs":
        return words(inner.objname)
    if kind == "String":
        return [str(inner.sval)]
    return [name for name in (inner.schemaname, inner.relname) if name]


def arguments(node: Node) -> str | None:
    """Write the types of the arguments that tell a routine from others of its name; None where left out."""
    if node.args_unspecified:
        return None
    return signature(content(argument) for argument in node.objargs if argument.HasField("type_name"))


def signature(types: Iterable[Node]) -> str:
    """Write the types of arguments as they tell routines apart: without modifiers."""
    return ", ".join(read_type(node)._replace(modifiers=(), setof=False).shown for node in types)


def routine(node: Node, kind: Kind, scope: Scope) -> Object:
    """Name the routine of an ObjectWithArgs."""
    return scope.named(kind, words(node.objname), arguments(node))


def cut_name(name: str) -> str:
    """Cut a name as the server does, at 63 bytes, between characters."""
    return name.encode()[:NAME_LENGTH].decode(errors="ignore")


def chosen_name(table: str, columns: Sequence[str], suffix: str, taken: Iterable[str] = ()) -> str:
    """Choose the name of a constraint, index or sequence as PostgreSQL does (makeObjectName, ChooseRelationName)."""
    middle = "_".join(columns)
    number, used = 0, set(taken)
    while True:
        end = f"{suffix}{number or ''}"
        first, second = _shortened(table, middle, NAME_LENGTH - len(end) - 1 - bool(middle))
        name = "_".join(filter(None, (first, second, end)))
        if name not in used:
            return name
        number += 1


def _shortened(first: str, second: str, room: int) -> tuple[str, str]:
    """Take bytes from the longer of two names until both fit."""
    one, two = first.encode(), second.encode()
    while len(one) + len(two) > room:
        if len(one) > len(two):
            one = one[:-1]
        else:
            two = two[:-1]
    return one.decode(errors="ignore"), two.decode(errors="ignore")


def constraint_name(table: str, constraint: Constraint, taken: Iterable[str] = ()) -> str:
    """Say what a constraint is called: as written, or as PostgreSQL will choose."""
    if constraint.name:
        return cut_name(constraint.name)
    if constraint.kind == "primary key":
        return chosen_name(table, (), "pkey", taken)
    if constraint.kind == "not null":
        return chosen_name(table, constraint.columns, "not_null", taken)
    columns = constraint.columns
    if constraint.kind == "check" and len(columns) != 1:
        columns = ()
    return chosen_name(table, columns, SUFFIXES[constraint.kind], taken)
