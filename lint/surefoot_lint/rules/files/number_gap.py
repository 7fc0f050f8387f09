"""A number is missing in a sequence: 003 is followed by 005.

Nothing fails at once, but a gap nearly always means a lost file: one that was never committed, was deleted, or is
still on another branch. When it comes later it has a number that databases have already passed, and it is refused or
applied out of order.

Find the missing file, or close the gap by renumbering what no database has seen yet. A project that leaves gaps on
purpose says `lint: {gaps: allow}` in its manifest. Timestamps (eight digits or more) always leave gaps and are not
looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import digits_of, is_timestamp
from surefoot_lint.rule import rule

BAD = {
    "003_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "005_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);  -- ← FS102",
}
GOOD = {
    "003_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "004_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_003.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_004.sql": "DROP TABLE IF EXISTS dog;",
}


@rule("FS102", "number-gap", Level.ERROR)
def number_gap(files: FileSet) -> Iterator[Found]:
    """Find the migrations before which numbers are missing."""
    if files.settings.gaps == "allow":
        return
    sequence = {number: unit for unit in files.units if (number := unit.number) is not None}
    for before, after in pairwise(sorted(number for number in sequence if not is_timestamp(number))):
        if after - before > 1:
            earlier, unit = sequence[before], sequence[after]
            width = len(digits_of(unit.name))
            first, last = str(before + 1).zfill(width), str(after - 1).zfill(width)
            missing = f"{first} is" if first == last else f"{first} to {last} are"
            yield Found(
                unit.place,
                f"{missing} missing between {earlier.name} and {unit.name}",
                unit.shown,
                "find the missing file, renumber this one, or say gaps: allow under lint in the manifest",
            )
