"""A privilege is given with GRANT OPTION, or a role with ADMIN OPTION: whoever gets it may pass it on.

From then on the migrations no longer say who has what. What was passed on cannot be seen in them, and stands in the
way of a rollback: REVOKE fails without CASCADE as long as others hold it from there.

Grant without the option, and let migrations make each grant.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Grant
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "GRANT SELECT ON cat TO pg_monitor WITH GRANT OPTION; -- ← SE202"
GOOD = "GRANT SELECT ON cat TO pg_monitor;"


@rule("SE202", "grant-option", Level.WARNING)
def grant_option(moment: Moment[Grant]) -> Iterator[Found]:
    """Find what may be passed on."""
    grant = moment.action
    if grant.grant_option and not grant.revoke and not moment.is_rollback:
        what = ", ".join(of.shown for of in grant.objects) or grant.everything
        message = f"{' and '.join(grant.grantees)} may pass on {', '.join(grant.privileges)} of {what}"
        yield moment.found(message, "leave the option out", object=str(grant.objects[0]) if grant.objects else None)
