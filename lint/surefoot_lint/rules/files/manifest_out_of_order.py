"""The manifest lists a migration after one with a higher number.

The order of the list is the order of application. People, `--to NUMBER` and rollbacks go by the numbers: "roll back
to 5" would leave a later file with number 4 applied, or undo one that something else needs. Databases that were
built when the order was another differ from those that are built now.

List the migrations in the order of their numbers. If this one must come later, give it the next free number.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import next_number
from surefoot_lint.rule import rule

BAD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 002_create_dogs.sql, irreversible: an example}
  - {file: 001_create_cats.sql, irreversible: an example}  # ← FS303
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
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_create_dogs.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
}


@rule("FS303", "manifest-out-of-order", Level.ERROR)
def manifest_out_of_order(files: FileSet) -> Iterator[Found]:
    """Find the entries whose number is lower than one before."""
    free = next_number(unit.name for unit in files.units)
    highest, number_of_highest = "", -1
    for unit in files.units if files.manifest else ():
        number = unit.number
        if number is None:
            continue
        if number < number_of_highest:
            advice = f"move it before {highest}, or give it the next free number, {free}"
            yield Found(unit.place, f"{unit.name} is listed after {highest}", unit.shown, advice)
        else:
            highest, number_of_highest = unit.name, number
