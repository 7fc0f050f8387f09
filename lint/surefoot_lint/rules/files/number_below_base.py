"""A new migration has a number that is not above every number in the base.

Databases that are at the base have passed that number. The runner refuses the migration there as out of order, while a
new database applies it at its place among the others: the two are made in different ways. It happens when a branch
takes the next number and others are merged before it.

Give the migration the next free number, in its file name and its rollback's, and in the manifest.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath

from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import NAMELESS_FILES, next_number, number_of, words_of
from surefoot_lint.rule import rule

BAD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "main:003_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_birds.sql": "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);  -- ← FS203",
    "003_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
}
GOOD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "main:002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "003_create_birds.sql": "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS dog;",
    "rollback_003.sql": "DROP TABLE IF EXISTS bird;",
}


@rule("FS203", "number-below-base", Level.ERROR)
def number_below_base(files: FileSet) -> Iterator[Found]:
    """Find the new migrations whose number is not the highest."""
    if not files.base:
        return
    merged = {number: name for name in files.base.migrations if (number := number_of(name)) is not None}
    highest = max(merged, default=-1)
    names = [*files.base.migrations, *(unit.name for unit in files.units)]
    for unit in files.units:
        if unit.name in files.base.added and unit.number is not None and unit.number <= highest:
            free = next_number(names)
            names.append(free)
            passed = merged.get(unit.number, merged[highest])
            message = f"{unit.name} has the number {unit.number}, and {files.base.ref} has {passed} already"
            yield Found(unit.place, message, unit.shown, _advice(unit, free))


def _advice(unit: Unit, free: str) -> str:
    old = PurePosixPath(unit.shown)
    home = old.parent if old.name in NAMELESS_FILES else old
    new = home.with_name(f"{free}{words_of(unit.name)}{'' if home != old else old.suffix}")
    moved = shlex.join(["git", "mv", str(home), str(new)])
    return f"give it the next free number, {free}: {moved}, the same for its rollback, and in the manifest"
