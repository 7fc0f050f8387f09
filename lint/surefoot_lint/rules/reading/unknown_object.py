"""A statement is about a table or view that no migration has made, though the migrations begin with the first.

The server refuses it with 42P01 (undefined_table): most often the name is misspelt, lies in another schema, or belongs
to a table that was renamed or dropped by an earlier migration. Where it does exist, someone made it by hand, and a new
database will not have it.

Correct the name, or make the table in a migration before. What an extension or the platform made, and what a block or
function made that cannot be read, is not reported; nor is anything where the migrations begin later than with 1, have
made no table so far, or where the first of them is itself about tables that were there before.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change, Drop, Rename
from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    CreateIndex,
    CreatePolicy,
    CreateTable,
    CreateTrigger,
    CreateView,
)
from surefoot_lint.actions.writing import Write
from surefoot_lint.context import Moment
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.history import Catalog
from surefoot_lint.objects import DEFAULT_SCHEMA, Object
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "UPDATE cats SET name = 'Tom' WHERE id = 1; -- ← AN107"
BAD_ERROR = "42P01"
GOOD = "UPDATE cat SET name = 'Tom' WHERE id = 1;"

PARTS = frozenset({"column", "constraint", "policy", "rule", "trigger"})
RELATIONS = frozenset({"table", "view", "materialized view", "foreign table"})
# Schemas that hostings and extensions make (the Supabase CLI lists the same).
OF_THE_PLATFORM = frozenset(
    {
        "_analytics", "_realtime", "_supavisor", "auth", "cron", "dbdev", "extensions", "graphql", "graphql_public",
        "information_schema", "net", "partman", "pgbouncer", "pgmq", "pgmq_public", "pgsodium", "pgsodium_masks",
        "pgtle", "realtime", "repack", "storage", "supabase_functions", "supabase_migrations", "surefoot", "tiger",
        "tiger_data", "timescaledb_information", "topology", "vault",
    }
)  # fmt: skip
# Extensions that make no table or view (manual: contrib).
WITHOUT_TABLES = frozenset(
    {
        "btree_gin", "btree_gist", "citext", "cube", "dblink", "earthdistance", "fuzzystrmatch", "hstore", "intarray",
        "isn", "ltree", "moddatetime", "pg_trgm", "pgcrypto", "plpgsql", "postgres_fdw", "seg", "tablefunc",
        "unaccent", "uuid-ossp", "vector",
    }
)  # fmt: skip
ABOUT_TABLES = (
    Write, Drop, Rename, Change, CreateIndex, AddColumn, AddConstraint, CreatePolicy,
    CreateTrigger,
)  # fmt: skip


@rule("AN107", "unknown-object", Level.WARNING)
def unknown_object(
    moment: Moment[
        Write | Drop | Rename | Change | CreateIndex | AddColumn | AddConstraint | CreatePolicy | CreateTrigger
    ],
) -> Iterator[Found]:
    """Find statements about tables that are not there."""
    table = _table(moment.action)
    if table is None or _is_guarded(moment.action) or _is_known(moment.catalog, table):
        return
    if moment.is_rollback and any(moment.earlier(Drop, lambda gone: gone.object[1:3] == table[1:3])):
        return  # RB106's matter
    begins_empty = bool(moment.before.relations) and _begins_empty(moment.walk.fileset, moment.unit)
    if begins_empty and _knows_all(moment.catalog) and _is_of_migrations(moment.catalog, table):
        message = f"no migration has made {table.shown}"
        advice = "correct the name, or make it in a migration before"
        yield moment.found(message, advice, object=table, evidence="history")


def _table(action: Action) -> Object | None:
    """Name the table that has to be there."""
    if isinstance(action, CreateIndex):
        return action.table
    of: Object | None = getattr(action, "object", None)
    if of is None:
        return None
    if of.kind in PARTS:
        return of.owner
    return of if of.kind in RELATIONS else None


def _is_guarded(action: Action) -> bool:
    """Tell whether it does nothing, or is not reached, where the table is not there."""
    guard = action.guard
    if guard.table or guard.tests or guard.catches:
        return True
    within_alter = isinstance(action, Drop) and action.object.kind in ("column", "constraint")
    return guard.exists and isinstance(action, Drop | Rename) and not within_alter


def _is_known(catalog: Catalog, table: Object) -> bool:
    """Tell whether anything of this name is there, in whichever schema: a search_path may lead to it."""
    if table.is_temporary or catalog.relation(table):
        return True
    known = (catalog.relations, catalog.indexes, catalog.types)
    return any(name == table.name for names in known for _, name in names)


def _knows_all(catalog: Catalog) -> bool:
    extensions = {of.name for of in catalog.others if of.kind == "extension"}
    return catalog.is_closed and extensions <= WITHOUT_TABLES


def _is_of_migrations(catalog: Catalog, table: Object) -> bool:
    """Tell whether migrations make what lies in a schema."""
    if table.schema in OF_THE_PLATFORM or table.schema.startswith("pg_"):
        return False
    return table.schema == DEFAULT_SCHEMA or Object("schema", "", table.schema) in catalog.others


def _begins_empty(fileset: FileSet, unit: Unit) -> bool:
    """Tell whether the migrations begin with the first, on a database without tables of its own."""
    first = fileset.units[0]
    if first is unit or first.number is None or first.number > 1 or first.migration is None:
        return False
    return not _is_about_others(fileset)


def _is_about_others(fileset: FileSet) -> bool:
    """Tell whether the first migration is about tables that it did not make."""
    first = fileset.units[0].migration
    actions = [action for facts in first.facts for action in facts.actions] if first else []
    made = {action.object.name for action in actions if isinstance(action, CreateTable | CreateView)}
    asked = (_table(action) for action in actions if isinstance(action, ABOUT_TABLES) and not _is_guarded(action))
    return any(table.schema == DEFAULT_SCHEMA and table.name not in made for table in asked if table)
