"""A privilege is given to PUBLIC: to every role there is, and to every one that is ever made.

A role for a report, a monitoring tool or a contractor then has it too, without anyone deciding so. It cannot be taken
from one role: REVOKE from that role changes nothing as long as PUBLIC has it.

Grant to a role that stands for a task, and make the roles that need it members of it. EXECUTE on functions that run
with the rights of their caller, and USAGE of types and languages, are everyone's from the start, and are no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Grant
from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import ROUTINES, TYPES, Object
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "GRANT SELECT ON cat TO PUBLIC; -- ← SE201"
GOOD = "GRANT SELECT ON cat TO pg_monitor;"


@rule("SE201", "grant-to-public", Level.WARNING)
def grant_to_public(moment: Moment[Grant]) -> Iterator[Found]:
    """Find what a migration gives to everyone; a rollback gives back what was taken."""
    grant = moment.action
    if moment.is_rollback or grant.revoke or "public" not in grant.grantees:
        return
    targets = [of for of in grant.objects if not _is_everyones(moment, of)]
    if not targets and (grant.objects or grant.everything in (*ROUTINES, *TYPES)):
        return
    what = f"{', '.join(grant.privileges)} on {_shown(grant, targets)}"
    yield moment.found(
        f"every role gets {what}", "grant to a role for the task", object=targets[0] if targets else "role public"
    )


def _is_everyones(moment: Moment[Grant], of: Object) -> bool:
    if of.kind in ROUTINES:
        function = moment.catalog.routine(of)
        return isinstance(function, CreateFunction) and not function.security_definer
    return of.kind in (*TYPES, "language") or of.is_temporary


def _shown(grant: Grant, targets: list[Object]) -> str:
    names = ", ".join(of.shown for of in targets)
    if not grant.everything:
        return names
    kind = f"all {grant.everything}s" if not grant.by_default else f"{grant.everything}s to come"
    return f"{kind} in {names}" if names else kind
