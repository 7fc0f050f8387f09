"""Rows come by COPY, from the file itself or from a file on the server.

The rows are not looked at: no rule tells whether they fit the table, are there already, or should be in a migration
at all. COPY has no ON CONFLICT, so a second run fails or doubles the rows. COPY from a file of the server needs that
file, and a superuser or pg_read_server_files, in every environment.

For a few rows write INSERT … ON CONFLICT DO NOTHING. Load many into a temporary table by COPY, and INSERT from there.
This is for information: a load into a new table is what COPY is for.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.writing import Copy
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
COPY cat (id, name) FROM stdin; -- ← AN105
1\tTom
\\.
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
INSERT INTO cat (id, name) VALUES (1, 'Tom') ON CONFLICT (id) DO NOTHING;
"""


@rule("AN105", "copy-data", Level.INFORMATION)
def copy_data(moment: Moment[Copy]) -> Iterator[Found]:
    """Find rows that come by COPY, but for those into a temporary table."""
    action = moment.action
    if not action.object.is_temporary:
        source = "in this file" if action.from_client else "in a file of the server"
        message = f"the rows {source} that COPY puts into {action.object.shown} are not looked at"
        yield moment.found(message, "write INSERT … ON CONFLICT DO NOTHING for a few rows")
