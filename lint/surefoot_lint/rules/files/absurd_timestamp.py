"""A number looks like a timestamp, but its first eight digits are no date, or one that lies in the future.

Migrations are put in order by their numbers. One that is dated 2204 instead of 2024 comes after all that will be
written in this century: each of them is then out of order, and refused.

Write the time at which the file was made, as `YYYYMMDDHHMMSS`. What follows the date may be a counter. Seconds or
milliseconds since 1970 (10 or 13 digits) are fine too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import is_timestamp
from surefoot_lint.rule import rule

FIRST = datetime(1990, 1, 1, tzinfo=UTC)
MARGIN = timedelta(days=2)
SECONDS_DIGITS, MILLISECONDS_DIGITS = 10, 13
BAD = {
    "20240131120000_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "20241331120000_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);  -- ← FS105",
    "22040131120000_create_emus.sql": "CREATE TABLE IF NOT EXISTS emu (id bigint PRIMARY KEY);  -- ← FS105",
}
GOOD = {
    "20240131120000_create_cats.up.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "20240131120000_create_cats.down.sql": "DROP TABLE IF EXISTS cat;",
}


@rule("FS105", "absurd-timestamp", Level.WARNING)
def absurd_timestamp(files: FileSet) -> Iterator[Found]:
    """Find the timestamps that no clock can have shown."""
    latest = datetime.now(UTC) + MARGIN
    for unit in files.units:
        number = unit.number or 0
        if not is_timestamp(number) or any(FIRST <= time <= latest for time in _readings(str(number))):
            continue
        date = _date(str(number))
        what = (
            f"the date {date:%Y-%m-%d}, which is {'past' if date < FIRST else 'in the future'}" if date else "no date"
        )
        advice = "begin the name with the time at which it was written, as YYYYMMDDHHMMSS"
        yield Found(unit.place, f"the number {number} begins with {what}", unit.shown, advice)


def _readings(digits: str) -> Iterator[datetime]:
    """Give the points in time that a number may stand for."""
    if date := _date(digits):
        yield date
    if len(digits) in (SECONDS_DIGITS, MILLISECONDS_DIGITS):
        yield datetime.fromtimestamp(int(digits[:SECONDS_DIGITS]), UTC)


def _date(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
