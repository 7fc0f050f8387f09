"""An allowance allows nothing: its rule finds nothing there.

It stays when the code around it changes, and one day hides a finding that nobody has looked at.

Remove it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.silence import Allowances

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
-- surefoot: allow index-not-concurrent: there are forty cats -- ← SU102
COMMENT ON TABLE cat IS 'Felis catus';
"""
GOOD = """\
-- surefoot: allow index-not-concurrent: there are forty cats
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""


@rule("SU102", "unused-allowance", Level.WARNING)
def unused_allowance(allowances: Allowances) -> Iterator[Found]:
    """Find allowances that no finding needs."""
    for allowance in allowances.all:
        if allowances.found_nothing(allowance):
            message = f"nothing is found here for {', '.join(allowance.rules)} to allow"
            yield Found(allowance.place, message, allowance.place.path, "remove this comment")
