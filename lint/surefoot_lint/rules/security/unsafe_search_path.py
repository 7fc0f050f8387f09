"""The search_path of a SECURITY DEFINER function leads through schemas in which its callers may create.

Temporary tables are looked up first of all, unless pg_temp is named; "$user" is a schema of the caller's own. Who
makes a table of the right name there makes the function read or write that, with its owner's rights. The manual
recommends pg_temp at the end (sql-createfunction, "Writing SECURITY DEFINER Functions Safely").

Write `SET search_path = ''` and every name with its schema, or put pg_temp at the end: `app, pg_temp`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.definers import definers_made
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION count_cats() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER -- ← SE109
SET search_path = public AS $$ SELECT count(*) FROM cat $$;
REVOKE ALL ON FUNCTION count_cats() FROM PUBLIC;
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION count_cats() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT count(*) FROM cat $$;
REVOKE ALL ON FUNCTION count_cats() FROM PUBLIC;
"""


@rule("SE109", "unsafe-search-path", Level.WARNING)
def unsafe_search_path(trip: RoundTrip) -> Iterator[Found]:
    """Find paths through the schemas of callers; a path of pg_catalog alone, or of nothing, needs names in full."""
    for one in definers_made(trip):
        schemas = [name.strip().strip('"') for name in (one.search_path or "").split(",")]
        why = _why(schemas)
        if why and not one.is_bound:
            message = f"the search_path of {one.object} {why}, where its callers may create"
            advice = "SET search_path = '', or pg_temp at the end of the path"
            yield trip.found(one.made.place, message, advice, object=one.object)


def _why(schemas: list[str]) -> str:
    if "$user" in schemas:
        return 'leads through "$user"'
    if set(schemas) <= {"", "pg_catalog"} or schemas[-1] == "pg_temp":
        return ""
    return "looks into pg_temp first" if "pg_temp" not in schemas else "does not have pg_temp at its end"
