"""An allowance names a rule that there is not.

It allows nothing, and whoever wrote it believes that it does: mostly the name is misspelt.

Write the rule's name or code as `surefoot-lint rules` lists it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.document import nearest
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.silence import EVERYTHING, Allowances

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
-- surefoot: allow tabel-without-keys: it is a log -- ← SU101
COMMENT ON TABLE cat IS 'Felis catus';
"""
GOOD = """\
-- surefoot: allow index-not-concurrent: there are forty cats
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""


@rule("SU101", "unknown-rule-allowed", Level.ERROR)
def unknown_rule_allowed(allowances: Allowances) -> Iterator[Found]:
    """Find names that no rule has."""
    for allowance in allowances.all:
        for name in allowance.rules:
            if name not in allowances.known | EVERYTHING:
                advice = nearest(name, tuple(sorted(allowances.known))) or "surefoot-lint rules lists them"
                yield Found(allowance.place, f"there is no rule {name} to be allowed", allowance.place.path, advice)
        if not allowance.rules:
            advice = "name the rule: -- surefoot: allow NAME: reason"
            yield Found(allowance.place, "this allowance names no rule", allowance.place.path, advice)
