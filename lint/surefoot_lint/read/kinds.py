"""PostgreSQL's ObjectType → the kinds that we speak of."""

from __future__ import annotations

from surefoot_lint.objects import Kind
from surefoot_lint.parse import Node

KINDS: dict[str, Kind] = {
    "OBJECT_ACCESS_METHOD": "access method",
    "OBJECT_AGGREGATE": "aggregate",
    "OBJECT_ATTRIBUTE": "column",
    "OBJECT_CAST": "cast",
    "OBJECT_COLLATION": "collation",
    "OBJECT_COLUMN": "column",
    "OBJECT_CONVERSION": "conversion",
    "OBJECT_DATABASE": "database",
    "OBJECT_DOMAIN": "domain",
    "OBJECT_DOMCONSTRAINT": "constraint",
    "OBJECT_EVENT_TRIGGER": "event trigger",
    "OBJECT_EXTENSION": "extension",
    "OBJECT_FDW": "foreign data wrapper",
    "OBJECT_FOREIGN_SERVER": "server",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_FUNCTION": "function",
    "OBJECT_INDEX": "index",
    "OBJECT_LANGUAGE": "language",
    "OBJECT_LARGEOBJECT": "large object",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_OPCLASS": "operator class",
    "OBJECT_OPERATOR": "operator",
    "OBJECT_OPFAMILY": "operator family",
    "OBJECT_POLICY": "policy",
    "OBJECT_PROCEDURE": "procedure",
    "OBJECT_PUBLICATION": "publication",
    "OBJECT_ROLE": "role",
    "OBJECT_ROUTINE": "routine",
    "OBJECT_RULE": "rule",
    "OBJECT_SCHEMA": "schema",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_STATISTIC_EXT": "statistics",
    "OBJECT_SUBSCRIPTION": "subscription",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_TABLE": "table",
    "OBJECT_TABLESPACE": "tablespace",
    "OBJECT_TRANSFORM": "transform",
    "OBJECT_TRIGGER": "trigger",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_TSPARSER": "text search parser",
    "OBJECT_TSTEMPLATE": "text search template",
    "OBJECT_TYPE": "type",
    "OBJECT_USER_MAPPING": "user mapping",
    "OBJECT_VIEW": "view",
}
# What lies in no schema.
GLOBAL: frozenset[Kind] = frozenset(
    {
        "access method", "cast", "database", "event trigger", "extension", "foreign data wrapper", "language",
        "large object", "publication", "role", "schema", "server", "subscription", "tablespace", "transform",
        "user mapping",
    }
)  # fmt: skip
PARTS: frozenset[Kind] = frozenset({"column", "constraint", "policy", "rule", "trigger"})


def kind_of_object(node: Node, field: str, default: Kind = "table") -> Kind:
    """Read the kind of object that a statement is about from one of its fields."""
    values = node.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    return KINDS.get(values[getattr(node, field)].name, default)
