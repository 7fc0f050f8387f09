"""The number and the name of a migration, both taken from its file's name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# A date in groups (2019-02-26-002946), or a timestamp that goes on after a separator (20240131_093000); else one run.
NUMBER_PATTERN = re.compile(
    r"""(?: (?:19|20)\d\d (?:[-_]\d\d(?![0-9A-Za-z])){2} | \d{8,} ) (?:[-_]\d+(?![0-9A-Za-z]))* | \d+""", re.VERBOSE
)
LEAST_TIMESTAMP = 10**7
SECOND = re.compile(r"(?:19|20)\d{12}")  # of a day: 20240131093000
NAMELESS_FILES = frozenset({"up.sql", "down.sql", "migration.sql"})


@cache
def unit_name(path: str) -> str:
    """Name the migration that a file holds: its file name without `.sql`, or its folder's for `up.sql`.

    `003_add_user.sql` → `003_add_user`; `2019-02-26-002946_x/up.sql` → `2019-02-26-002946_x`.
    """
    file = PurePosixPath(path)
    if file.name in NAMELESS_FILES:
        return file.parent.name
    return file.name.removesuffix(".sql")


@cache
def digits_of(path: str) -> str:
    """Read the number of a migration file as it is written; empty where its name does not begin with digits.

    Groups of digits joined by `-` or `_` are one number where they begin as a date or a timestamp:
    `2019-02-26-002946_x` is 20190226002946, while `003_2_factor` is 003.
    """
    match = NUMBER_PATTERN.match(unit_name(path))
    return re.sub(r"[-_]", "", match.group()) if match else ""


def words_of(path: str) -> str:
    """Give the name of a migration without its number: `_add_user` of `003_add_user.sql`."""
    name = unit_name(path)
    match = NUMBER_PATTERN.match(name)
    return name[match.end() :] if match else name


def number_of(path: str) -> int | None:
    """Read the number of a migration file, or nothing where its name does not begin with digits."""
    digits = digits_of(path)
    return int(digits) if digits else None


def is_timestamp(number: int) -> bool:
    """Tell whether a number is a point in time, with eight digits or more, and not one of a sequence."""
    return number >= LEAST_TIMESTAMP


def duplicates(paths: Iterable[str]) -> dict[int, list[str]]:
    """Gather the numbers that more than one file has, with the files in the order given."""
    files: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        number = number_of(path)
        if number is not None:
            files[number].append(path)
    return {number: group for number, group in files.items() if len(group) > 1}


def next_number(paths: Iterable[str]) -> str:
    """Give the number after the highest, written as wide as the names in use (three digits at least)."""
    numbers = [digits for path in paths if (digits := digits_of(path))]
    return str(max(map(int, numbers), default=0) + 1).zfill(max([3, *map(len, numbers)]))


def number_at(paths: Iterable[str], moment: datetime) -> str:
    """Give the number of a migration made at a moment: that second where numbers are such, else `next_number`."""
    following = next_number(paths)
    return max(following, f"{moment:%Y%m%d%H%M%S}") if SECOND.fullmatch(following) else following
