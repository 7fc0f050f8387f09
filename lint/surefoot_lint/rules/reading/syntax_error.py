"""A statement is not SQL as PostgreSQL understands it, or a file cannot be cut into statements: a quote, comment,
parenthesis or block is open, or a psql command stands in the middle of a line of SQL.

The server refuses the statement, and the migration fails. A file that cannot be cut is refused by the runner before
anything runs: it cannot tell where the statement ends. All other statements are judged all the same; of a file that
cannot be cut, those before.

Correct what the excerpt shows. In a string a quote is written twice: `'it''s'`. The grammar is that of PostgreSQL 18;
what an older server refuses is AN106.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place, SplitError
from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.pieces import Statement
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
UPDATE cat SET name = 'Tom's' WHERE name = 'Tom';  -- ← AN102
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
UPDATE cat SET name = 'Tom''s' WHERE name = 'Tom';
"""


KIND_TEXT = 500  # characters: the kind stands at the front


@rule("AN102", "syntax-error", Level.ERROR)
def syntax_error(unit: Unit) -> Iterator[Found]:
    """Find the files that cannot be cut to their end, and the statements that the grammar refuses."""
    for file in unit.files:
        if isinstance(file.error, SplitError):
            yield Found(file.error.where or Place(file.shown), file.error.what, file.shown, file.error.next_step)
        for facts in file.facts:
            if facts.refusal:
                yield _refused(file, facts.statement, *facts.refusal)


def _refused(file: SqlFile, statement: Statement, reason: str, position: int | None) -> Found:
    kind = refused_kind(statement.text)
    about = f"this {kind}" if kind else "this statement"
    place = Place(file.shown, *statement.locate(position or 1))
    return Found(
        place, f"PostgreSQL refuses {about}: {reason}", file.shown, "write it as the manual of PostgreSQL does"
    )


def refused_kind(text: str) -> str:
    """Name the kind of a statement that the grammar refuses, by its first words; nothing where they tell none."""
    import sqlparse

    parsed = sqlparse.parse(text[:KIND_TEXT])
    kind = parsed[0].get_type() if parsed else None  # type: ignore[no-untyped-call]
    return "" if kind in (None, "UNKNOWN") else str(kind)
