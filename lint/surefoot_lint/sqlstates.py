"""Which error a statement raises where its work is done already, and whether the block around it catches that."""

from __future__ import annotations

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop, Rename
from surefoot_lint.actions.creating import AddConstraint, Create
from surefoot_lint.actions.writing import Insert
from surefoot_lint.objects import RELATIONS, ROUTINES, Object

# Names and codes: PostgreSQL manual, errcodes-appendix. A name whose code ends in 000 stands for its whole class.
CODES = {
    "duplicate_object": "42710",
    "duplicate_table": "42P07",
    "duplicate_column": "42701",
    "duplicate_schema": "42P06",
    "duplicate_function": "42723",
    "duplicate_database": "42P04",
    "invalid_table_definition": "42P16",
    "undefined_object": "42704",
    "undefined_table": "42P01",
    "undefined_column": "42703",
    "undefined_function": "42883",
    "undefined_database": "3D000",
    "invalid_schema_name": "3F000",
    "invalid_parameter_value": "22023",
    "unique_violation": "23505",
}
CLASSES = {
    "22": "data_exception",
    "23": "integrity_constraint_violation",
    "3D": "invalid_catalog_name",
    "3F": "invalid_schema_name",
    "42": "syntax_error_or_access_rule_violation",
}
MADE_TWICE = {
    "column": "duplicate_column",
    "schema": "duplicate_schema",
    "database": "duplicate_database",
    "operator": "duplicate_function",
}
INDEXED = {"unique": "duplicate_table", "exclude": "duplicate_table", "primary key": "invalid_table_definition"}
MISSING = {
    "column": "undefined_column",
    "schema": "invalid_schema_name",
    "database": "undefined_database",
    "operator": "undefined_function",
    "enum value": "invalid_parameter_value",
}


def error_again(action: Action) -> str:
    """Name the error that an action raises when its work is done already."""
    if isinstance(action, Insert):
        return "unique_violation"
    if isinstance(action, AddConstraint):
        return INDEXED.get(action.constraint.kind, "duplicate_object")
    if isinstance(action, Create):
        return MADE_TWICE.get(action.object.kind) or _by_class(action.object, "duplicate")
    if isinstance(action, Drop | Rename):
        return MISSING.get(action.object.kind) or _by_class(action.object, "undefined")
    return ""


def _by_class(of: Object, word: str) -> str:
    kind = "table" if of.kind in RELATIONS else "function" if of.kind in ROUTINES else "object"
    return f"{word}_{kind}"


def is_caught(action: Action) -> bool:
    """Tell whether a block around an action catches the error that it raises the second time."""
    error = error_again(action)
    if not error:
        return False
    code = CODES[error]
    return bool({error, code, "others", CLASSES[code[:2]], f"{code[:2]}000"} & set(action.guard.catches))
