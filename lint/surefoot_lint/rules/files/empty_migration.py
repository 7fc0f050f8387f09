"""A migration holds no statement: it is empty, or all of it is comment.

It is applied and recorded like any other, and changes nothing. More often than not the SQL was forgotten, or was
commented out for a trial; databases that applied the file so will not get it later, when it is put back.

Write the SQL, or remove the migration. A file that has been applied must keep its content: then ignore the rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
-- CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);  -- ← FS305
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
"""


@rule("FS305", "empty-migration", Level.WARNING)
def empty_migration(unit: Unit) -> Iterator[Found]:
    """Find a migration without statements."""
    file = unit.migration
    if file and not file.pieces and not file.error:
        message = "the migration holds no statement"
        yield Found(Place(file.shown, 1, 1), message, file.shown, "write its SQL, or remove it from the project")
