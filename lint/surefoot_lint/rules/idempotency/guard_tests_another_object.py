"""A DO block asks whether one object is missing, and then makes another.

The guard is none: where the first object is missing and the second is there, the block fails; where the first is there
and the second is missing, it makes nothing, and nobody is told. It is mostly a copied block, of which one name was
changed and one was not.

Ask for the very object that is made, with its schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.creating import Create
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'breed') THEN
        CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell'); -- ← ID202
    END IF;
END
$$;
"""
GOOD = """\
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'coat' AND typnamespace = 'public'::regnamespace) THEN
        CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell');
    END IF;
END
$$;
"""
NAME = re.compile(r'[\w$]{2,}(?:\."?[\w$ ]+"?)*')
SPEAKING = re.compile(r"[\w$]+")
# What conditions hold besides the name of an object.
USUAL = frozenset({"public", "base", "table", "check", "foreign", "primary", "key", "unique", "view", "yes", "no"})


@rule("ID202", "guard-tests-another-object", Level.WARNING)
def guard_tests_another_object(moment: Moment[Create]) -> Iterator[Found]:
    """Find what is made where something else is missing."""
    action, absent = moment.action, moment.action.guard.absent
    if moment.is_rollback or not absent or not all(absent):
        return
    named = [text for text in absent if NAME.fullmatch(text) and text.lower() not in {*USUAL, action.object.schema}]
    in_block = [one for one in moment.facts.actions if isinstance(one, Create) and one.guard.absent == absent]
    if named and not any(_is_asked_for(one, absent) for one in (action, *in_block)):
        message = f"{action.object} is made where {named[0]} is missing"
        yield moment.found(message, f"ask whether {action.object} is missing")


def _is_asked_for(made: Create, tests: tuple[str, ...]) -> bool:
    """Tell whether a test names the object, its table or one of its parts."""
    names = {name.lower() for name in (made.object.name, made.object.part) if name}
    table = getattr(made, "table", None)
    if table is not None:
        names.add(table.name.lower())
    asked = {word.lower() for text in tests for word in SPEAKING.findall(text)}
    return any(set(SPEAKING.findall(name)) <= asked for name in names)
