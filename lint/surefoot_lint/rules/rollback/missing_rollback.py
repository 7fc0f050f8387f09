"""A migration has no rollback: none is listed and no reason is given, or the listed file is not there.

When the release goes wrong there is nothing to go back with. What must be undone is then worked out by hand, in a
hurry, on the production database.

Write the rollback, and list it: `rollback: rollback_003.sql`. Where there is no way back, say why:
`irreversible: the letters have been sent`. In a folder without a manifest the rollback of `003_x.sql` is
`rollback_003.sql`, beside it or in the folder `rollbacks`; that of `003_x.up.sql` is `003_x.down.sql`, and that of
`003_x/up.sql` is `003_x/down.sql`.
"""

from __future__ import annotations

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
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}  # ← RB101
  - {file: 002_create_dogs.sql}                              # ← RB101
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
}
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_anonymise_owners.sql, irreversible: the names are forgotten on purpose}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner text);",
    "migrations/002_anonymise_owners.sql": "UPDATE cat SET owner = NULL WHERE owner IS NOT NULL;",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}


@rule("RB101", "missing-rollback", Level.ERROR)
def missing_rollback(unit: Unit) -> Iterator[Found]:
    """Find a migration that cannot be undone, without a reason."""
    if unit.rollback or (unit.entry and unit.entry.irreversible):
        return
    if unit.entry and unit.entry.rollback:
        message = f"the rollback of {unit.name}, {unit.entry.rollback}, is not there"
        advice = "write it, or bring it back"
    else:
        message = f"{unit.name} has no rollback"
        advice = "write one" if unit.entry is None else "write one and list it, or say irreversible: and why"
    yield Found(unit.place, message, unit.shown, advice)
