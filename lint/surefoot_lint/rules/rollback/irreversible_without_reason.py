"""A migration is called irreversible, and no reason is given that helps anyone: `irreversible: yes`.

Who stands before the failed release at night must decide whether going on is safer than restoring the backup. The
reason is what they have to go by.

Say what is lost or done for good, and what to do instead of rolling back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: "yes"} # ← RB202
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
}
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: all later migrations rest on it; restore the backup}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
}
NO_REASON = re.compile(
    r"(?:yes|no|true|y|n/?a|none|todo|tbd|fixme|x+|because|irreversible"
    r"|(?:no|not) (?:rollback|needed|possible)|\W*)[.!]*",
    re.IGNORECASE,
)


@rule("RB202", "irreversible-without-reason", Level.ERROR)
def irreversible_without_reason(unit: Unit) -> Iterator[Found]:
    """Find a reason that is none."""
    reason = unit.entry.irreversible if unit.entry else None
    if reason is not None and NO_REASON.fullmatch(reason.strip()):
        message = f"{unit.name} is called irreversible, and {reason!r} is no reason"
        yield Found(unit.place, message, unit.shown, "say what is lost, and what to do instead of rolling back")
