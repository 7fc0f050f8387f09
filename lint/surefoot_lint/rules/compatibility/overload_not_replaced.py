"""CREATE OR REPLACE FUNCTION names other arguments than the function that is there, and so replaces nothing.

A function is known by its name and the types of its arguments. With others a second one is made, and the old one
stays: callers with the old arguments still run the old body, and where the new one has defaults, their calls may
become ambiguous and fail with 42725 (ambiguous_function).

Drop the old one in the same migration where the new one is meant in its place. Where both are meant, say so:
`-- surefoot: allow overload-not-replaced: callers choose by the type`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = """\
CREATE OR REPLACE FUNCTION feed(cat bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'fed ' || cat $$;
"""
BAD = """\
CREATE OR REPLACE FUNCTION feed(cat bigint, grams integer) RETURNS text -- ← BC307
LANGUAGE sql STABLE AS $$ SELECT 'fed ' || cat || ' with ' || grams $$;
"""
GOOD = """\
DROP FUNCTION IF EXISTS feed(bigint);
CREATE OR REPLACE FUNCTION feed(cat bigint, grams integer DEFAULT 100) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT 'fed ' || cat || ' with ' || grams $$;
"""


@rule("BC307", "overload-not-replaced", Level.WARNING)
def overload_not_replaced(moment: Moment[CreateFunction]) -> Iterator[Found]:
    """Find OR REPLACE where history knows one other function of the name, and it stays."""
    action = moment.action
    name = (action.object.schema, action.object.name)
    overloads = moment.catalog.routines.get(name, {})
    if moment.is_rollback or not action.guard.replace or len(overloads) != 1 or action.object.part in overloads:
        return
    (old,) = overloads.values()
    stays = moment.before.has(old.object) and not any(moment.later(Drop, lambda one: one.object.same(old.object)))
    if stays and isinstance(old, CreateFunction):
        message = f"{action.object.shown} is made beside {old.object.shown}, which stays"
        yield moment.found(message, f"drop {old.object.shown} in the same migration", evidence="history")
