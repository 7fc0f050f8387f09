"""A migration's file name does not begin with a number.

The number is what a migration is called in the ledger, in `--to` and in rollbacks: a file without one cannot be
applied. Where the order of application comes from the names, it has no place in that order either.

Begin the name with the next free number: `008_add_cats.sql`. A file called `up.sql`, `down.sql` or `migration.sql`
takes the name of its folder, which must then begin with a number. A file that is no migration belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import next_number, unit_name
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);  -- ← FS103",
}
GOOD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS dog;",
}


@rule("FS103", "malformed-file-name", Level.ERROR)
def malformed_file_name(files: FileSet) -> Iterator[Found]:
    """Find the migrations without a number."""
    free = next_number(unit.name for unit in files.units)
    for unit in files.units:
        if unit.number is None:
            advice = f"call it {free}_{unit_name(unit.name)}, or move it elsewhere if it is no migration"
            yield Found(unit.place, f"{unit.name} does not begin with a number", unit.shown, advice)
