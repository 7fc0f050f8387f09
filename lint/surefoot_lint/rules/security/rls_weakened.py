"""Row security of a table in use is switched off or no longer forced, or a restrictive policy is dropped.

DISABLE ROW LEVEL SECURITY opens all rows to whoever has privileges on the table, at once and for every client; its
policies stay listed, and do nothing. NO FORCE lets the table's owner past them. A restrictive policy narrows what all
others allow: without it they allow it all.

Change the policies instead, and make the new one in the same migration. To change many rows past row security, do it
in a role with BYPASSRLS.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop, SetRowSecurity
from surefoot_lint.actions.creating import CreatePolicy
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.history import Relation
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user);
"""
BAD = "ALTER TABLE cat DISABLE ROW LEVEL SECURITY; -- ← SE203"
GOOD = "UPDATE cat SET owner = 'keeper' WHERE owner IS NULL;"


@rule("SE203", "rls-weakened", Level.ERROR)
def rls_weakened(trip: RoundTrip) -> Iterator[Found]:
    """Find what opens rows of tables that were there before, as it is at the end of the migration."""
    for one in trip.forward:
        action = one.action
        if not isinstance(action, SetRowSecurity | Drop):
            continue
        was, now = trip.before.relation(action.object), trip.after.relation(action.object)
        is_new = was is None and now is not None and now.is_whole
        weaker = now is not None and not is_new and not action.object.is_temporary and _weaker(one, was, now)
        if weaker:
            evidence: Evidence = "history" if was else "static"
            yield trip.found(one.place, weaker, "change the policies instead", object=action.object, evidence=evidence)


def _weaker(one: Located[Action], was: Relation | None, now: Relation) -> str:
    """Say how the table is less safe than it was; where its past is not known, take it for safe."""
    action = one.action
    if isinstance(action, SetRowSecurity) and not action.on:
        is_forced = action.aspect != "row security"
        was_on = was is None or not was.is_whole or (was.forced_row_security if is_forced else was.row_security)
        if was_on and not (now.forced_row_security if is_forced else now.row_security):
            what = "is past the policies for its owner" if is_forced else "is open to all who have privileges on it"
            return f"{action.object.shown} {what}"
    if isinstance(action, Drop) and action.object.kind == "policy" and was:
        policy = was.policies.get(str(action.object.part))
        left = (other for other in now.policies.values() if not other.permissive)
        if policy and not policy.permissive and now.row_security and not any(_replaces(new, policy) for new in left):
            return f'the restrictive policy "{policy.object.part}" on {now.object.shown} is gone'
    return ""


def _replaces(new: CreatePolicy, old: CreatePolicy) -> bool:
    return new.command in (old.command, "all")
