"""Migrations are numbered in more than one way: numbers padded to different widths, or timestamps beside a sequence.

Surefoot compares numbers as integers and is not misled, but people and other tools sort by name: `12_x` comes before
`2_x` and `002_x` after neither. Once timestamps and a sequence are mixed, every new number of the sequence is lower
than every timestamp, and so comes too late.

Stay with the way the project began with. Pad all numbers of a sequence to the same width; when it outgrows that,
longer numbers are fine. A single number 0 beside timestamps is the set-up that Diesel writes, and is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import digits_of, is_timestamp
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "02_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);  -- ← FS104",
    "003_create_emus.sql": "CREATE TABLE IF NOT EXISTS emu (id bigint PRIMARY KEY);",
    "20240229101500_create_gnus.sql": "CREATE TABLE IF NOT EXISTS gnu (id bigint PRIMARY KEY);  -- ← FS104",
}
GOOD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS dog;",
}


@rule("FS104", "mixed-numbering", Level.WARNING)
def mixed_numbering(files: FileSet) -> Iterator[Found]:
    """Find the numbers of another width than most, and the first number of another kind."""
    numbered = [unit for unit in files.units if unit.number is not None]
    yield from _other_widths([unit for unit in numbered if not is_timestamp(unit.number or 0)])
    yield from _other_kind([unit for unit in numbered if unit.number])


def _other_widths(sequence: list[Unit]) -> Iterator[Found]:
    widths = Counter(len(digits_of(unit.name)) for unit in sequence if _is_padded(unit))
    if not widths:
        return
    width = widths.most_common(1)[0][0]
    for unit in sequence:
        digits = digits_of(unit.name)
        if len(digits) < width or (_is_padded(unit) and len(digits) != width):
            advice = f"write the number as {digits.lstrip('0').zfill(width)}"
            message = f"the number {digits} is written with {len(digits)} digits, others with {width}"
            yield Found(unit.place, message, unit.shown, advice)


def _is_padded(unit: Unit) -> bool:
    return digits_of(unit.name).startswith("0")


def _other_kind(units: list[Unit]) -> Iterator[Found]:
    for unit in units:
        if is_timestamp(unit.number or 0) != is_timestamp(units[0].number or 0):
            kinds = ("a timestamp", "a sequence number")
            own, other = kinds if is_timestamp(unit.number or 0) else reversed(kinds)
            message = f"{unit.name} has {own}, while {units[0].name} has {other}"
            yield Found(unit.place, message, unit.shown, "number all migrations in the same way")
            return
