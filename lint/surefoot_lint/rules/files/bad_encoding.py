r"""A SQL file is not plain UTF-8 text: a byte that is not UTF-8, a byte order mark, a carriage return that is no line
end, or a character that changes the direction of text.

The server refuses the first two, or stores other characters than were meant. Direction controls show a reviewer
other SQL than the server runs. Files that cannot be read at all are found under this rule too.

Save the file as UTF-8 without a byte order mark. Where such a character is wanted in data, write it as an escape:
`U&'\202E'` or `E'\r'`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place, SourceError
from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    is_admin boolean /* \u202e } \u2066 checked by the application */  -- ← FS306
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    is_admin boolean /* checked by the application */
);
"""


@rule("FS306", "bad-encoding", Level.ERROR)
def bad_encoding(unit: Unit) -> Iterator[Found]:
    """Find the files that cannot be read as text."""
    for file in unit.files:
        if isinstance(file.error, SourceError):
            yield Found(file.error.where or Place(file.shown), file.error.what, file.shown, file.error.next_step)
