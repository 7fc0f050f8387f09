"""The rollback drops something while something else still depends on it: a table before the foreign keys that point
to it, a type before its columns, a function before its triggers and policies.

The server refuses the statement (SQLSTATE 2BP01) and the rollback fails, at the very moment when it is needed.

Drop in the reverse order of making: policies, triggers and views first, then tables, the pointing ones before those
that they point to, then functions, then types.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.dependants import dependants_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner_id bigint NOT NULL REFERENCES owner (id));
""",
    "rollback_001.sql": """\
DROP TABLE IF EXISTS owner; -- ← RB106
DROP TABLE IF EXISTS cat;
""",
}
GOOD = {
    "001_create_cats.sql": """\
SET LOCAL lock_timeout = '5s';
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner_id bigint NOT NULL REFERENCES owner (id));
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
""",
    "rollback_001.sql": """\
SET LOCAL lock_timeout = '5s';
DROP TABLE IF EXISTS cat;
DROP TABLE IF EXISTS owner;
""",
}
BAD_ERROR = "2BP01"


@rule("RB106", "rollback-order", Level.ERROR)
def rollback_order(moment: Moment[Drop]) -> Iterator[Found]:
    """Find a DROP, without CASCADE, of what others still depend on."""
    action = moment.action
    if not moment.is_rollback or action.cascade:
        return
    together = [one.object for one in moment.facts.actions if isinstance(one, Drop)]
    for dependant in dependants_of(moment.catalog, action.object):
        if not any(dependant.same(one) or _lies_within(dependant, one) for one in together):
            message = f"{action.object} is dropped while {dependant} still depends on it"
            yield moment.found(message, f"drop {dependant} first")
            return


def _lies_within(part: Object, whole: Object) -> bool:
    return whole.part is None and part[1:3] == whole[1:3]
