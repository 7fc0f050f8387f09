"""A rollback does nothing: it holds comments, or only statements that ask and change nothing, such as SELECT.

It runs, succeeds, and is recorded: the ledger says that the migration was undone, while all that it made is still
there. The next run applies it again, onto what was left.

Write what undoes the migration. Where there is no way back, remove the file and say `irreversible:` with the reason
in the manifest. A SELECT that calls a function is not found: the function may do the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from surefoot_lint.errors import Place
from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import MetaCommand, Statement
from surefoot_lint.rule import rule
from surefoot_lint.transaction import controls_transaction

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": """\
-- Not needed so far.  -- ← RB102
SELECT 'nothing to undo';
""",
}
GOOD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}
ASKING = frozenset({"select", "values", "table", "show"})
KNOWN_FUNCTIONS = frozenset({"avg", "coalesce", "concat", "count", "format", "max", "min", "now", "sum", "version"})
BEFORE_PARENTHESES = frozenset({"all", "and", "any", "as", "by", "exists", "from", "in", "not", "on", "or", "over"})
HARMLESS = ASKING | KNOWN_FUNCTIONS | BEFORE_PARENTHESES | {"then", "using", "when", "where"}


@rule("RB102", "empty-rollback", Level.ERROR)
def empty_rollback(unit: Unit) -> Iterator[Found]:
    """Find a rollback of which no statement changes anything."""
    file = unit.rollback
    if file and not file.error and not any(map(_may_change, file.pieces)):
        advice = "write what undoes the migration, or say irreversible: and why in the manifest"
        yield Found(Place(file.shown, 1, 1), f"the rollback of {unit.name} changes nothing", file.shown, advice)


def _may_change(piece: Statement | MetaCommand) -> bool:
    """Tell whether a statement may change something: all but questions, and the marks of transactions."""
    if isinstance(piece, MetaCommand):
        return True
    return not controls_transaction(piece) and (not ASKING & set(piece.words[:1]) or _writes(piece))


def _writes(question: Statement) -> bool:
    """Tell whether a question makes a table, or calls a function that may do anything."""
    code = list(tokens(question.text))
    named = (before for before, after in pairwise(code) if after.text == "(" and before.kind in ("word", "identifier"))
    return any(token.word == "into" for token in code) or any(token.word not in HARMLESS for token in named)
