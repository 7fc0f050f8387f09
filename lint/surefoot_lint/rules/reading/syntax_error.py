"""A file cannot be cut into statements: a quote, comment, parenthesis or block is open, or a psql command stands in
the middle of a line of SQL.

The runner sends statement by statement, and cannot tell where this one ends: it refuses the file before anything
runs. What stands before is judged all the same; what comes after is not.

Close what the excerpt shows. In a string a quote is written twice: `'it''s'`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place, SplitError
from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
UPDATE cat SET name = 'Tom's' WHERE name = 'Tom';  -- ← AN102
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
UPDATE cat SET name = 'Tom''s' WHERE name = 'Tom';
"""


@rule("AN102", "syntax-error", Level.ERROR)
def syntax_error(unit: Unit) -> Iterator[Found]:
    """Find the files that cannot be cut to their end."""
    for file in unit.files:
        if isinstance(file.error, SplitError):
            yield Found(file.error.where or Place(file.shown), file.error.what, file.shown, file.error.next_step)
