"""What PostgreSQL has learned since version 13, where it is used (manual: the release notes, appendix E)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from surefoot_lint.actions.unread import Newer
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.expressions import nodes
from surefoot_lint.read.names import words
from surefoot_lint.read.scope import Scope

# Words that stand in each statement that uses any of it: the tree of a statement without them is not looked through.
SIGNS = re.compile(
    r"\(select|access method|any_value|array_|at local|atomic|bit_count|casefold|compression|concurrently"
    r"|crc32|cycle|date_add|date_bin|date_subtract|distinct|enforced|erf|expression|finalize|gamma"
    r"|generated|inherit|json|maintain|merge|multirange|not null|out |overlaps|parameter|period|pg_input_"
    r"|publication|random|regexp_|replace trigger|return|search|security_invoker|set default|set null"
    r"|statistics|storage|string_to_table|to_bin|to_oct|trim_array|unicode_assigned|unistr|unlogged|uuid"
    r"|xmltext",
    re.IGNORECASE,
)
FUNCTIONS = {
    "array_reverse": 18, "array_sample": 16, "array_shuffle": 16, "array_sort": 18, "any_value": 16, "bit_count": 14,
    "casefold": 18, "crc32": 18, "crc32c": 18, "date_add": 16, "date_bin": 14, "date_subtract": 16, "erf": 16,
    "erfc": 16, "gamma": 18, "lgamma": 18, "pg_input_error_info": 16, "pg_input_is_valid": 16, "random_normal": 16,
    "regexp_count": 15, "regexp_instr": 15, "regexp_like": 15, "regexp_substr": 15, "string_to_table": 14,
    "to_bin": 17, "to_oct": 17, "trim_array": 14, "unicode_assigned": 17, "unistr": 14, "uuid_extract_timestamp": 17,
    "uuid_extract_version": 17, "uuidv4": 18, "uuidv7": 18, "xmltext": 17,
}  # fmt: skip
MULTIRANGES = frozenset(f"{name}multirange" for name in ("int4", "int8", "num", "date", "ts", "tstz"))
KINDS = {
    "CTECycleClause": (14, "CYCLE"),
    "CTESearchClause": (14, "SEARCH"),
    "MergeStmt": (15, "MERGE"),
    "JsonArrayAgg": (16, "JSON_ARRAYAGG"),
    "JsonArrayConstructor": (16, "JSON_ARRAY"),
    "JsonArrayQueryConstructor": (16, "JSON_ARRAY"),
    "JsonIsPredicate": (16, "IS JSON"),
    "JsonObjectAgg": (16, "JSON_OBJECTAGG"),
    "JsonObjectConstructor": (16, "JSON_OBJECT"),
    "JsonFuncExpr": (17, "JSON_EXISTS, JSON_QUERY and JSON_VALUE"),
    "JsonParseExpr": (17, "JSON()"),
    "JsonScalarExpr": (17, "JSON_SCALAR"),
    "JsonSerializeExpr": (17, "JSON_SERIALIZE"),
    "JsonTable": (17, "JSON_TABLE"),
    "MergeSupportFunc": (17, "merge_action()"),
    "ReturningOption": (18, "RETURNING WITH (OLD AS …)"),
}
COMMANDS = {
    "AT_DetachPartitionFinalize": (14, "DETACH PARTITION … FINALIZE"),
    "AT_SetCompression": (14, "SET COMPRESSION"),
    "AT_SetAccessMethod": (15, "SET ACCESS METHOD"),
    "AT_SetExpression": (17, "SET EXPRESSION"),
}
NOT_NULL, FOREIGN_KEY = "CONSTR_NOTNULL", "CONSTR_FOREIGN"


class Use(NamedTuple):
    """One use of what is not known to all servers; the place is the parser's, in bytes, 0 where it names none."""

    since: int
    what: str
    function: str = ""
    location: int = 0


def _enum(node: Node, field: str) -> str:
    values = node.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    return str(values[getattr(node, field)].name)


def _call(node: Node) -> Iterator[Use]:
    *schema, name = words(node.funcname)
    if name in FUNCTIONS and schema in ([], ["pg_catalog"]):
        yield Use(FUNCTIONS[name], f"{name}()", "" if schema else name, node.location)
    elif name == "timezone" and len(node.args) == 1 and _enum(node, "funcformat") == "COERCE_SQL_SYNTAX":
        yield Use(17, "AT LOCAL")
    elif name == "random" and len(node.args) == 2 and not schema:
        yield Use(17, "random() between two bounds", name, node.location)


def _constraint(node: Node) -> Iterator[Use]:
    kind, location = _enum(node, "contype"), node.location
    if node.nulls_not_distinct:
        yield Use(15, "NULLS NOT DISTINCT", location=location)
    if node.fk_del_set_cols:
        yield Use(15, "ON DELETE SET NULL or SET DEFAULT with columns", location=location)
    if kind == "CONSTR_GENERATED" and node.generated_kind == "v":
        yield Use(18, "a virtual generated column", location=location)
    if node.without_overlaps or node.fk_with_period:
        yield Use(18, "WITHOUT OVERLAPS" if node.without_overlaps else "PERIOD", location=location)
    if kind == NOT_NULL and node.keys:
        yield Use(18, "NOT NULL as a constraint of the table", location=location)
    if kind in ("CONSTR_ATTR_ENFORCED", "CONSTR_ATTR_NOT_ENFORCED") or (
        kind in ("CONSTR_CHECK", FOREIGN_KEY) and not node.is_enforced
    ):
        yield Use(18, "NOT ENFORCED", location=location)


def _index(node: Node) -> Iterator[Use]:
    if node.nulls_not_distinct:
        yield Use(15, "NULLS NOT DISTINCT")


def _command(node: Node) -> Iterator[Use]:
    name = _enum(node, "subtype")
    if name in COMMANDS:
        yield Use(*COMMANDS[name])
    elif name == "AT_DetachPartition" and content(getattr(node, "def")).concurrent:
        yield Use(14, "DETACH PARTITION CONCURRENTLY")


def _constraint_command(node: Node) -> Iterator[Use]:
    if node.alter_enforceability or node.alter_inheritability:
        yield Use(18, "ALTER CONSTRAINT … ENFORCED or INHERIT")


def _column(node: Node) -> Iterator[Use]:
    if node.compression:
        yield Use(14, "COMPRESSION", location=node.location)
    if node.storage_name:
        yield Use(16, "STORAGE of a column in CREATE TABLE", location=node.location)


def _type(node: Node) -> Iterator[Use]:
    if words(node.names)[-1:] and words(node.names)[-1] in MULTIRANGES:
        yield Use(14, f"the type {words(node.names)[-1]}", location=node.location)


def _range(node: Node) -> Iterator[Use]:
    if any(content(option).defname == "multirange_type_name" for option in node.params):
        yield Use(14, "multirange_type_name")


def _view(node: Node) -> Iterator[Use]:
    if any(content(option).defname == "security_invoker" for option in node.options):
        yield Use(15, "security_invoker")


def _trigger(node: Node) -> Iterator[Use]:
    if node.replace:
        yield Use(14, "CREATE OR REPLACE TRIGGER")


def _function(node: Node) -> Iterator[Use]:
    if node.HasField("sql_body"):
        yield Use(14, "the body as BEGIN ATOMIC or RETURN")
    if node.is_procedure and any(_enum(content(one), "mode") == "FUNC_PARAM_OUT" for one in node.parameters):
        yield Use(14, "an OUT argument of a procedure")


def _statistics(node: Node) -> Iterator[Use]:
    if any(content(element).HasField("expr") for element in node.exprs):
        yield Use(14, "CREATE STATISTICS on expressions")
    if not node.defnames:
        yield Use(16, "CREATE STATISTICS without a name")


def _select(node: Node) -> Iterator[Use]:
    if node.group_distinct:
        yield Use(14, "GROUP BY DISTINCT")


def _subselect(node: Node) -> Iterator[Use]:
    if not node.HasField("alias"):
        yield Use(16, "a subquery in FROM without a name")


def _merge(node: Node) -> Iterator[Use]:
    if node.HasField("returning_clause"):
        yield Use(17, "RETURNING in MERGE")


def _merge_clause(node: Node) -> Iterator[Use]:
    if _enum(node, "match_kind") == "MERGE_WHEN_NOT_MATCHED_BY_SOURCE":
        yield Use(17, "WHEN NOT MATCHED BY SOURCE")


def _grant_role(node: Node) -> Iterator[Use]:
    if any(content(option).defname in ("inherit", "set") for option in node.opt):
        yield Use(16, "GRANT … WITH INHERIT or SET")


def _grant(node: Node) -> Iterator[Use]:
    if _enum(node, "objtype") == "OBJECT_PARAMETER_ACL":
        yield Use(15, "GRANT … ON PARAMETER")
    if any(content(privilege).priv_name == "maintain" for privilege in node.privileges):
        yield Use(17, "MAINTAIN")


def _published(node: Node) -> Iterator[Use]:
    if _enum(node, "pubobjtype") != "PUBLICATIONOBJ_TABLE":
        yield Use(15, "TABLES IN SCHEMA")
    elif node.pubtable.columns or node.pubtable.HasField("where_clause"):
        yield Use(15, "a publication of some columns or rows")


def _sequence(node: Node) -> Iterator[Use]:
    if node.sequence.relpersistence == "u":
        yield Use(15, "CREATE UNLOGGED SEQUENCE")


FINDERS: dict[str, Callable[[Node], Iterator[Use]]] = {
    "ATAlterConstraint": _constraint_command,
    "AlterTableCmd": _command,
    "ColumnDef": _column,
    "Constraint": _constraint,
    "CreateFunctionStmt": _function,
    "CreateRangeStmt": _range,
    "CreateSeqStmt": _sequence,
    "CreateStatsStmt": _statistics,
    "CreateTrigStmt": _trigger,
    "FuncCall": _call,
    "GrantRoleStmt": _grant_role,
    "GrantStmt": _grant,
    "IndexStmt": _index,
    "MergeStmt": _merge,
    "MergeWhenClause": _merge_clause,
    "PublicationObjSpec": _published,
    "RangeSubselect": _subselect,
    "SelectStmt": _select,
    "TypeName": _type,
    "ViewStmt": _view,
}


def newer(tree: Node, scope: Scope) -> Iterator[Newer]:
    """Find what a parsed statement uses that PostgreSQL 13 did not have."""
    if not SIGNS.search(scope.text):
        return
    for node in nodes(tree):
        kind = kind_of(node)
        if kind in KINDS:
            since, what = KINDS[kind]
            yield Newer(since=since, what=what, **scope.common(location=max(getattr(node, "location", 0), 0)))
        for use in FINDERS[kind](node) if kind in FINDERS else ():
            common = scope.common(location=use.location)
            yield Newer(since=use.since, what=use.what, function=use.function, **common)
