"""An allowance allows everything, or very many rules at once.

It also allows what nobody has seen yet: the next edit of the statement, and the rules of the next version.

Name the rules, each with the reason why it does not matter here.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.silence import Allowances

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
-- surefoot: allow all: we know what we do -- ← SU105
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""
GOOD = """\
-- surefoot: allow index-not-concurrent: there are forty cats
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""
MANY = 5


@rule("SU105", "blanket-allowance", Level.WARNING)
def blanket_allowance(allowances: Allowances) -> Iterator[Found]:
    """Find allowances of everything, and of more rules than anyone has weighed."""
    for allowance in allowances.all:
        if allowance.is_blanket or len(allowance.rules) > MANY:
            message = f"this allows {'everything' if allowance.is_blanket else f'{len(allowance.rules)} rules at once'}"
            yield Found(allowance.place, message, allowance.place.path, "name the rules that this is about")
