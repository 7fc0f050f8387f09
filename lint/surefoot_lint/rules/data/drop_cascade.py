"""Something is dropped with CASCADE.

PostgreSQL drops all that depends on it too, at any depth: views, foreign keys, policies, defaults, columns of a dropped
type, triggers of a dropped function, all tables of an extension. Only a NOTICE names them. On another database it may
be more than on the one where it was tried.

Drop what depends on it by name, before, and leave CASCADE out: what was forgotten then stops the migration, and is
not lost. Nothing depends on a trigger, a policy or a rule; there CASCADE is only a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.dependants import dependants_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
CREATE OR REPLACE FUNCTION shout(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(word) $$;
"""
BAD = "DROP FUNCTION IF EXISTS shout(text) CASCADE; -- ← DL102"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS nickname text;"
WITHOUT_DEPENDANTS = frozenset({"trigger", "policy", "rule", "schema"})  # a schema is DL103's matter
MANY = 3


@rule("DL102", "drop-cascade", Level.ERROR)
def drop_cascade(moment: Moment[Drop]) -> Iterator[Found]:
    """Find CASCADE in a migration, but for what this migration made; RB107 looks at rollbacks."""
    action = moment.action
    of = action.object
    if moment.is_rollback or not action.cascade or of.kind in WITHOUT_DEPENDANTS or moment.is_made_here(of):
        return
    known = sorted({str(one) for one in dependants_of(moment.catalog, of)})
    named = f": {', '.join(known[:MANY])}{' and more' if len(known) > MANY else ''}" if known else ", unnamed"
    yield moment.found(
        f"CASCADE takes whatever depends on {of}{named}",
        "drop what depends on it by name, before",
        evidence="history" if known else "static",
    )
