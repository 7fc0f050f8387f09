"""Two migrations have the same number. Numbers are compared as integers: `88` and `088` are the same.

Which of the two is meant by "number 3" is then a matter of chance: their order differs between machines, the ledger
cannot tell them apart, and a rollback to that number undoes one of them or both. It usually happens when two branches
each take the next number and are then merged.

Give the later one, which fewer databases have seen, the next free number, in its file name and its rollback's, and
in the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import duplicates, next_number
from surefoot_lint.rule import rule

BAD = {
    "007_add_vaccines.sql": "CREATE TABLE IF NOT EXISTS vaccine (id bigint PRIMARY KEY);",
    "07_add_visits.sql": "CREATE TABLE IF NOT EXISTS visit (id bigint PRIMARY KEY);  -- ← FS101",
}
GOOD = {
    "007_add_vaccines.sql": "CREATE TABLE IF NOT EXISTS vaccine (id bigint PRIMARY KEY);",
    "008_add_visits.sql": "CREATE TABLE IF NOT EXISTS visit (id bigint PRIMARY KEY);",
    "rollback_007.sql": "DROP TABLE IF EXISTS vaccine;",
    "rollback_008.sql": "DROP TABLE IF EXISTS visit;",
}


@rule("FS101", "duplicate-number", Level.ERROR)
def duplicate_number(files: FileSet) -> Iterator[Found]:
    """Find the migrations whose number an earlier one has."""
    units = {unit.name: unit for unit in files.units}
    names = [unit.name for unit in files.units]
    for number, (first, *others) in duplicates(names).items():
        for name in others:
            free = next_number(names)
            names.append(free)
            message = f"{name} has the number {number}, as {first} has"
            yield Found(units[name].place, message, units[name].shown, f"give it the next free number, {free}")
