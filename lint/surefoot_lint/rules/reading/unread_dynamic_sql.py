"""A block or a function that is called runs SQL that it puts together itself, or is written in another language.

What it does cannot be read in the file. No rule has judged it, a table that it may have filled counts as filled, and
what it makes is not known to the rules about later migrations. Silence about it says nothing.

Write the statement out, once for each object: a migration need not be general. Where the text is put together from
constants alone, by `||` or format(), it is read. Else look at what runs with `surefoot prove`, and say why it is safe:
`-- surefoot: allow unread-dynamic-sql: it changes owners alone`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.unread import Unread
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.rules.reading.invalid_function_body import SYNTAX

BAD = """\
DO $$
DECLARE
    cat_table text;
BEGIN
    FOR cat_table IN SELECT tablename FROM pg_tables WHERE schemaname = 'cattery' LOOP
        EXECUTE format('ALTER TABLE cattery.%I OWNER TO CURRENT_USER', cat_table); -- ← AN101
    END LOOP;
END
$$;
"""
GOOD = """\
DO $$
BEGIN
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', 'public', 'where the cats are');
END
$$;
"""
LONGEST = 60


@rule("AN101", "unread-dynamic-sql", Level.WARNING)
def unread_dynamic_sql(moment: Moment[Unread]) -> Iterator[Found]:
    """Find what runs and cannot be read."""
    action = moment.action
    advice = "write the statement out, or say why what it runs is safe"
    if action.reason == "dynamic":
        text = " ".join(action.text.split())
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        yield moment.found(f"what EXECUTE {shown} runs cannot be read", advice)
    elif action.reason == "language":
        yield moment.found(f"what {action.text} does cannot be read", advice)
    elif not SYNTAX.match(action.text):
        yield moment.found(f"what this block does cannot be read: {action.text}", advice)
