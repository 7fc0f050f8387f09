r"""A file holds a command of psql: a line that begins with a backslash.

These commands are obeyed by psql and unknown to the server. A runner that does not use psql cannot run them, and what
`\i`, `\copy` or `\gexec` would have done is not done. The runner refuses such a file. `\restrict` and `\unrestrict`,
which pg_dump writes since 2025, change nothing and are skipped.

Write SQL: the content of the included file, `COPY … FROM stdin` with its data, a DO block with EXECUTE.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.pieces import IGNORED_COMMANDS, MetaCommand
from surefoot_lint.rule import rule

BAD = r"""
\set ON_ERROR_STOP on  -- ← AN104
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
"""
GOOD = r"""
\restrict dGhlIGtleSBvZiBhIGR1bXA
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
\unrestrict dGhlIGtleSBvZiBhIGR1bXA
"""


@rule("AN104", "psql-meta-command", Level.ERROR)
def psql_meta_command(unit: Unit) -> Iterator[Found]:
    """Find the commands of psql that the runner does not skip."""
    for file in unit.files:
        for piece in file.pieces:
            if isinstance(piece, MetaCommand) and piece.name not in IGNORED_COMMANDS:
                message = f"\\{piece.name} is a command of psql, which the server does not know"
                yield Found(file.at(piece), message, file.shown, "write it in SQL, or remove it")
