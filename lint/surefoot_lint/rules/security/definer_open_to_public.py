"""Everyone may call a SECURITY DEFINER function: nothing says who else.

EXECUTE on a new function belongs to PUBLIC. This one runs with its owner's rights, so every role that can connect, and
through an API every client, does what the owner may do, as far as the function goes.

Say `REVOKE ALL ON FUNCTION … FROM PUBLIC`, then GRANT EXECUTE to those who need it, in the same migration. Where it is
meant for all, say that: GRANT EXECUTE … TO PUBLIC. Functions of triggers are no matter: nobody can call them.
REVOKE in ALTER DEFAULT PRIVILEGES does it for all functions to come, but not with IN SCHEMA: what PUBLIC has by itself
cannot be taken away for one schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.definers import definers_made
from surefoot_lint.finding import Found, Level
from surefoot_lint.privileges import is_settled
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION count_cats() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER -- ← SE110
SET search_path = '' AS $$ SELECT count(*) FROM public.cat $$;
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION count_cats() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$ SELECT count(*) FROM public.cat $$;
REVOKE ALL ON FUNCTION count_cats() FROM PUBLIC;
"""
OF_TRIGGERS = ("trigger", "event_trigger")


@rule("SE110", "definer-open-to-public", Level.WARNING)
def definer_open_to_public(trip: RoundTrip) -> Iterator[Found]:
    """Find functions of which no migration says who may call them; quiet where this one cannot be read whole."""
    for one in definers_made(trip):
        returns = one.function.returns.name if one.function.returns else ""
        if returns not in OF_TRIGGERS and not trip.is_unread and not is_settled(trip.after, one.object):
            message = f"everyone may call {one.object}, which runs with its owner's rights"
            advice = "REVOKE ALL ON FUNCTION … FROM PUBLIC, then GRANT EXECUTE to those who need it"
            yield trip.found(one.made.place, message, advice, object=one.object)
