"""The body of a function, procedure or DO block is not PL/pgSQL or SQL as PostgreSQL understands it.

The server refuses the function when it is made (42601), and the migration fails; with check_function_bodies off, as
pg_dump sets it, the function is made and fails at its first call.

Correct the body. What the parser of this linter cannot look up, such as types of other schemas, is not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.actions.unread import Unread
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE OR REPLACE FUNCTION purr(times integer) RETURNS text LANGUAGE plpgsql AS $$ -- ← AN108
BEGIN
    IF times > 3 THEN
        RETURN 'asleep';
    RETURN 'purr';
END
$$;
"""
BAD_ERROR = "42601"
GOOD = """\
CREATE OR REPLACE FUNCTION purr(times integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF times > 3 THEN
        RETURN 'asleep';
    END IF;
    RETURN 'purr';
END
$$;
"""
# The parser knows no catalog: of what it says, only this is of the text alone.
SYNTAX = re.compile(
    r"syntax error at|missing |mismatched |unterminated |unexpected end of|incomplete data type declaration"
    r"|duplicate declaration|.* is not a known variable|RETURN cannot have a parameter"
    r"|(?:EXIT|CONTINUE) cannot be used outside|there is no label|end label "
)


@rule("AN108", "invalid-function-body", Level.WARNING)
def invalid_function_body(moment: Moment[CreateFunction | Unread]) -> Iterator[Found]:
    """Find bodies that the server refuses."""
    action = moment.action
    if isinstance(action, Unread):
        if action.reason == "body" and SYNTAX.match(action.text):
            yield _found(moment, "a block", action.text, action.offset)
        return
    if action.unread and SYNTAX.match(action.unread):
        yield _found(moment, action.object.shown, action.unread, action.offset)
    for inner in action.actions:
        if isinstance(inner, Unread) and inner.reason == "body" and SYNTAX.match(inner.text):
            yield _found(moment, action.object.shown, inner.text, inner.offset)


def _found(moment: Moment[CreateFunction | Unread], about: str, reason: str, offset: int) -> Found:
    message = f"the body of {about} cannot be read: {reason}"
    return moment.found(message, "correct the body", place=moment.at(offset))
