"""Which defaults give each row a value of its own, so that ADD COLUMN has to write every row."""

from __future__ import annotations

from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.actions.writing import Query
from surefoot_lint.history import Catalog
from surefoot_lint.objects import DEFAULT_SCHEMA, Expression

# Volatile functions (pg_proc.provolatile) that a default may call: PostgreSQL's own up to 18, those of pgcrypto and
# uuid-ossp. now(), CURRENT_DATE and statement_timestamp() are stable: one value serves all rows.
OWN = frozenset(
    {
        "array_sample", "array_shuffle", "clock_timestamp", "currval", "gen_random_uuid", "lastval", "nextval",
        "random", "random_normal", "set_config", "setval", "timeofday", "uuidv4", "uuidv7",
    }
)  # fmt: skip
OF_EXTENSIONS = frozenset(
    {"gen_random_bytes", "gen_salt", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4"}
)


def volatile_call(expression: Expression, catalog: Catalog) -> str | None:
    """Name the first volatile function that an expression calls; none where all are stable, or not known.

    A function that migrations made is volatile unless it says otherwise (manual: xfunc-volatility).
    """
    return next((name for name in expression.functions if _is_volatile(name, catalog)), None)


def _is_volatile(name: str, catalog: Catalog) -> bool:
    schema, _, plain = name.rpartition(".")
    made = catalog.routines.get((schema or DEFAULT_SCHEMA, plain))
    if made:
        functions = [one for one in made.values() if isinstance(one, CreateFunction)]
        return any(one.volatility == "volatile" and not _is_inlined(one, catalog) for one in functions)
    return plain in OF_EXTENSIONS or (not schema and plain in OWN)


def _is_inlined(function: CreateFunction, catalog: Catalog) -> bool:
    """Tell whether a function is one SELECT without volatile calls: PostgreSQL then puts that in its place."""
    if function.language != "sql" or function.unread or len(function.actions) != 1:
        return False
    (query,) = function.actions
    is_plain = isinstance(query, Query) and not query.reads
    return is_plain and not any(_is_volatile(name, catalog) for name in getattr(query, "functions", ()))
