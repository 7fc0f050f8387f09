"""A SECURITY DEFINER function has no search_path of its own.

It runs with the rights of its owner, and looks its names up in the search_path of the caller. Who makes a table,
function or operator of the right name in a schema of their own, or a temporary one, makes the function use that, as
its owner.

Add `SET search_path = ''` and write every name with its schema; pg_catalog is found all the same. Or name schemas in
which only trusted roles may create, with pg_temp at the end. Functions in SQL with BEGIN ATOMIC look no name up.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.definers import definers_made
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION count_cats() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER -- ← SE108
AS $$ SELECT count(*) FROM public.cat $$;
REVOKE ALL ON FUNCTION count_cats() FROM PUBLIC;
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION count_cats() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$ SELECT count(*) FROM public.cat $$;
REVOKE ALL ON FUNCTION count_cats() FROM PUBLIC;
"""


@rule("SE108", "definer-without-search-path", Level.ERROR)
def definer_without_search_path(trip: RoundTrip) -> Iterator[Found]:
    """Find functions that the caller's search_path leads; it may be set by ALTER FUNCTION too."""
    for one in definers_made(trip):
        if one.search_path is None and not one.is_bound:
            message = f"the caller's search_path decides which objects {one.object} uses with its owner's rights"
            yield trip.found(
                one.made.place, message, "SET search_path = '', and schemas before all names", object=one.object
            )
