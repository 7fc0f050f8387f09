"""A foreign key does not say what happens when the row that it points to is deleted.

Without it the DELETE fails as long as a row points there. That may be right; it may also be that nobody has thought
of it, and the first deletion of an account fails in production.

Say it: ON DELETE CASCADE, SET NULL, RESTRICT, or NO ACTION, which is what PostgreSQL does anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.lexer import tokens
from surefoot_lint.references import Reference, references_made
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint REFERENCES owner (id) -- ← SD106
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint REFERENCES owner (id) ON DELETE NO ACTION
);
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
"""


@rule("SD106", "foreign-key-without-on-delete", Level.OFF)
def foreign_key_without_on_delete(trip: RoundTrip) -> Iterator[Found]:
    """Find foreign keys without ON DELETE, as written."""
    for reference in references_made(trip.forward):
        if reference.constraint.on_delete == "no action" and not _says_it(reference):
            message = f"{reference.shown} does not say what happens when the row that it points to is deleted"
            yield trip.found(
                reference.place, message, "ON DELETE CASCADE, SET NULL, RESTRICT or NO ACTION", object=reference.object
            )


def _says_it(reference: Reference) -> bool:
    """Look for ON DELETE up to the end of the constraint: a comma or a parenthesis that closes its list."""
    depth, words = 0, []
    for token in tokens(reference.made.statement.text[reference.constraint.offset :]):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0 or (depth == 0 and token.text == ","):
            break
        words.append(token.text.lower())
    return ("on", "delete") in pairwise(words)
