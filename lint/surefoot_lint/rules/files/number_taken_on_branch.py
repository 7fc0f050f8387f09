"""The number of a new migration is taken by another file on a branch that is not merged yet.

Whichever is merged second has a duplicate number, or one below the base, and must be renumbered then: after it was
reviewed, and perhaps after it was applied to a test database.

Agree on who is merged first; the other takes the next free number. Looked at are the branches of other repositories
as they were when they were fetched (`refs/remotes`), the 200 newest that HEAD does not hold, and of them the folder
that the migration is in. A file of the same name is the same migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import next_number
from surefoot_lint.rule import rule

BAD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "origin/dogs:002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_birds.sql": "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);  -- ← FS204",
}
GOOD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "origin/dogs:003_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_birds.sql": "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS bird;",
}


@rule("FS204", "number-taken-on-branch", Level.WARNING)
def number_taken_on_branch(files: FileSet) -> Iterator[Found]:
    """Find the new migrations whose number another branch has; of several branches the newest is named."""
    if not files.base:
        return
    units = {unit.name: unit for unit in files.units}
    names = [*files.base.migrations, *units, *(taken.file for taken in files.base.taken)]
    for taken in {taken.migration: taken for taken in reversed(files.base.taken)}.values():
        unit, free = units[taken.migration], next_number(names)
        names.append(free)
        message = (
            f"{unit.name} has the number {unit.number}, as {taken.file} has on {taken.branch}, which is not merged"
        )
        advice = f"agree on who is merged first; the other takes the next free number, {free}"
        yield Found(unit.place, message, unit.shown, advice)
