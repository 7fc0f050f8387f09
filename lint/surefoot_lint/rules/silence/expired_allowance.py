"""The time of an allowance is over, or what follows `until` is no date.

It allows nothing any more: what was put off until then is due.

Do what was put off. Or give another date, with the reason why.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.silence import Allowances

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
-- surefoot: allow index-not-concurrent: few cats, until 2020-01-31 -- ← SU104
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""
GOOD = """\
-- surefoot: allow index-not-concurrent: there are forty cats
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""


@rule("SU104", "expired-allowance", Level.ERROR)
def expired_allowance(allowances: Allowances) -> Iterator[Found]:
    """Find allowances that are out of date."""
    for allowance in allowances.all:
        if allowance.is_expired(allowances.today):
            is_date = not isinstance(allowance.until, str)
            message = f"this was allowed until {allowance.until}" if is_date else f"{allowance.until} is no date"
            advice = "do what was put off, or write a later date" if is_date else "write it as 2027-01-31"
            yield Found(allowance.place, message, allowance.place.path, advice)
