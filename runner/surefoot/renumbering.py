"""Pure: which migrations get another number, and what the ledger must then be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from surefoot.errors import Refused
from surefoot.ledger import Applied
from surefoot_lint.manifest import Entry, Manifest
from surefoot_lint.numbering import NAMELESS_FILES, NUMBER_PATTERN, digits_of, next_number, number_of, unit_name
from surefoot_lint.project import Migration, Project

ROLLBACK = re.compile(r"rollback_(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Renumbering:
    """New names of migrations and of rollbacks, by the old ones; those in `moved` go to the end of the list."""

    migrations: Mapping[str, str]
    rollbacks: Mapping[str, str]
    moved: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Give all new names, as the manifest writes them."""
        return {**self.migrations, **self.rollbacks}


@dataclass(frozen=True, slots=True)
class Repair:
    """An applied migration, and the one of the project that it is now; `is_renumbered` if the two have other names."""

    applied: Applied
    migration: Migration

    @property
    def is_renumbered(self) -> bool:
        """Tell whether it has another number or name now; else it only keeps its place behind one that has."""
        return (self.applied.number, self.applied.name) != (self.migration.number, self.migration.name)


def renumber_late(manifest: Manifest, applied: Collection[str] = ()) -> Renumbering:
    """Give each duplicate and late migration the next free number, and its place at the end of the list.

    Of several with one number the applied one keeps it, else the first. `applied` are names in the ledger: late
    is also what stands before one of them without being applied. What is applied stays as it is. Where the
    ledger is behind the files, they alone are looked at. Raises Refused
    where a migration that stays requires one that would move behind it.
    """
    entries = manifest.migrations
    late = _late(entries, () if _is_behind(entries, applied) else applied)
    files = [entry.file for entry in entries]
    names: dict[str, str] = {}
    for entry in late:
        free = next_number(files)
        names[entry.file] = renumbered(entry.file, free.zfill(len(digits_of(entry.file))))
        files.append(names[entry.file])
    _refuse_left_behind(entries, names)
    return Renumbering(names, _rollbacks(entries, names), tuple(names.values()))


def renumber_in_order(manifest: Manifest) -> Renumbering:
    """Keep the order of the list: each migration whose number is not above the one before gets the next one."""
    names: dict[str, str] = {}
    before = -1
    for entry in manifest.migrations:
        number = number_of(entry.file)
        if number is not None and number <= before:
            number = before + 1
            names[entry.file] = renumbered(entry.file, str(number).zfill(len(digits_of(entry.file))))
        before = before if number is None else number
    return Renumbering(names, _rollbacks(manifest.migrations, names))


def renumbered(path: str, digits: str) -> str:
    """Put other digits in the place of a path's number: of the file's name, or of its folder's for `up.sql`."""
    parts = list(PurePosixPath(path).parts)
    position = -2 if parts[-1] in NAMELESS_FILES else -1
    name = parts[position]
    prefix = match.group() if (match := ROLLBACK.match(name)) else ""
    parts[position] = prefix + NUMBER_PATTERN.sub(digits, name[len(prefix) :], count=1)
    return "/".join(parts)


def plan_repairs(project: Project, applied: Sequence[Applied]) -> tuple[Repair, ...]:
    """Find the applied migrations that have another number in the project now, by their words and their content.

    From the first of them on, all that were applied after it are given too, so that their order stays as it was.
    Nothing where each has its number still, and nothing of those that cannot be found: for them, see `plan_migrate`.
    """
    found = [_found(project, one) for one in applied]
    first = next((position for position, one in enumerate(found) if one and one.is_renumbered), len(found))
    return tuple(one for one in found[first:] if one)


def _found(project: Project, one: Applied) -> Repair | None:
    same = project.named(one.number)
    if same is not None and same.name == one.name:
        return Repair(one, same)
    like = [
        migration
        for migration in project.migrations
        if words_of(migration.name) == words_of(one.name) and migration.source.checksum == one.checksum
    ]
    return Repair(one, like[0]) if len(like) == 1 else None


def words_of(name: str) -> str:
    """Give what a name says, without its number."""
    return NUMBER_PATTERN.sub("", name, count=1).lstrip("-_")


def _is_behind(entries: Sequence[Entry], applied: Iterable[str]) -> bool:
    """Tell whether a ledger has an older number of a migration: then it is for the ledger to follow the files."""
    names = {unit_name(entry.file) for entry in entries}
    words = {words_of(name) for name in names}
    return any(name not in names and words_of(name) in words for name in applied)


def _late(entries: Sequence[Entry], applied: Collection[str]) -> list[Entry]:
    done = [entry for entry in entries if unit_name(entry.file) in applied]
    last = max((entries.index(entry) for entry in done), default=-1)
    taken = {number_of(entry.file) for entry in done}
    late, highest = [], -1
    for position, entry in enumerate(entries):
        number = number_of(entry.file)
        if number is None or entry in done:
            highest = max(highest, number or 0)
        elif number in taken or number < highest or position < last:
            late.append(entry)
        else:
            taken.add(number)
            highest = number
    return late


def _refuse_left_behind(entries: Iterable[Entry], moved: Mapping[str, str]) -> None:
    for entry in entries:
        behind = [file for file in entry.requires if file in moved]
        if behind and entry.file not in moved:
            raise Refused(
                "left-behind",
                f"{entry.file} requires {behind[0]}, which would move behind it",
                where=entry.place,
                state="nothing was changed",
                next_step="keep the order of the list: surefoot renumber --in-order",
            )


def _rollbacks(entries: Iterable[Entry], names: Mapping[str, str]) -> dict[str, str]:
    """Rename the rollbacks that have the number of their migration in their names, and are its own alone."""
    entries = tuple(entries)
    counts = Counter(file for entry in entries for file in _own(entry))
    found: dict[str, str] = {}
    for entry in entries:
        for file in _own(entry) if entry.file in names else ():
            name = PurePosixPath(file)
            plain = ROLLBACK.sub("", name.parent.name if name.name in NAMELESS_FILES else name.name)
            if counts[file] == 1 and number_of(plain) == number_of(entry.file):
                found[file] = renumbered(file, digits_of(names[entry.file]))
    return found


def _own(entry: Entry) -> list[str]:
    return [file for file in (entry.rollback, entry.data_rollback, entry.feature_rollback) if file]
