"""A view, function, type, sequence or extension is dropped that was there before.

Code that is still running asks for it, and fails until the last of it is replaced. So do bodies of functions, which
name what they use as text: PostgreSQL does not refuse the drop for their sake.

First release code that does without it. To change it, use CREATE OR REPLACE; where its arguments or columns do not
allow that, make it again in the same migration, so that nobody ever misses it: then nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop, Rename
from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import ROUTINES, Object
from surefoot_lint.rule import rule

SETUP = "CREATE OR REPLACE FUNCTION purr() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'purr' $$;"
BAD = "DROP FUNCTION IF EXISTS purr(); -- ← BC202"
GOOD = "CREATE OR REPLACE FUNCTION purr() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'purrr' $$;"
USED = frozenset(
    {
        "aggregate", "cast", "collation", "domain", "extension", "function", "materialized view", "operator",
        "procedure", "routine", "sequence", "server", "text search configuration", "type", "view",
    }
)  # fmt: skip


@rule("BC202", "drop-object", Level.WARNING)
def drop_object(moment: Moment[Drop]) -> Iterator[Found]:
    """Find the drop of what code uses by name, but for tables and columns, which are DL's matter."""
    of = moment.action.object
    if moment.is_rollback or of.kind not in USED or moment.is_made_here(of) or _is_replaced(moment, of):
        return
    yield moment.found(f"code that is running may use {of}", "release code that does without it first")


def _is_replaced(moment: Moment[Drop], of: Object) -> bool:
    """Tell whether it is made again, or had a new name already, so that it is not what code uses."""
    if moment.is_made_again(of) or any(moment.earlier(Rename, lambda one: one.to.same(of))):
        return True
    return of.kind in ROUTINES and any(
        moment.later(CreateFunction, lambda one: one.object[1:3] == of[1:3] and _takes(one, of.part))
    )


def _takes(made: CreateFunction, old: str | None) -> bool:
    """Tell whether a function can be called with the arguments of an old one: those it has more have defaults."""
    if old is None:
        return True
    was, takes = (text.split(", ") if text else [] for text in (old, made.object.part or ""))
    return takes[: len(was)] == was and len(takes) - len(was) <= made.defaults
