"""An allowance gives no reason.

It allows nothing: nobody can tell later whether it was thought about, and whether it still holds.

Write the reason behind a colon: `-- surefoot: allow index-not-concurrent: forty rows`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.silence import Allowances

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
-- surefoot: allow index-not-concurrent -- ← SU103
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""
GOOD = """\
-- surefoot: allow index-not-concurrent: there are forty cats
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""


@rule("SU103", "allowance-without-reason", Level.ERROR)
def allowance_without_reason(allowances: Allowances) -> Iterator[Found]:
    """Find allowances without a reason."""
    for allowance in allowances.all:
        if not allowance.reason:
            message = f"no reason is given to allow {', '.join(allowance.rules) or 'this'}, so it is not allowed"
            yield Found(allowance.place, message, allowance.place.path, "write the reason behind a colon")
