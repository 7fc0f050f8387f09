"""Match what another tool has applied with the migrations of the manifest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from surefoot.errors import Refused
from surefoot.foreign.model import UNTOUCHED, Entry, ForeignLedger
from surefoot_lint.numbering import words_of
from surefoot_lint.project import Migration

SHOWN = 10


class Matched(NamedTuple):
    """The migrations that the other tool has applied, from the first on, with what it says of each; and remarks."""

    migrations: tuple[tuple[Migration, Entry | None], ...]
    remarks: tuple[str, ...] = ()


def match(ledger: ForeignLedger, migrations: Sequence[Migration]) -> Matched:
    """Find the migration of each entry: by its number, or its name with or without a number.

    Groups of which nothing is in the manifest are left out, with a remark: other apps or projects. Raises Refused: the
    ledger is empty, an entry has no migration, or a migration between others is not applied.
    """
    if not ledger.entries:
        raise Refused(
            "empty-ledger",
            f"{ledger.table.shown} says that nothing is applied",
            state=UNTOUCHED,
            next_step="surefoot migrate",
        )
    found = [(entry, _migration_of(entry, migrations)) for entry in ledger.entries]
    entries = {migration.number: entry for entry, migration in found if migration}
    ours = {entry.group for entry, migration in found if migration}
    _refuse_unknown(ledger, [entry for entry, one in found if one is None and entry.group in (ours or {None})])
    last = max((index for index, one in enumerate(migrations) if one.number in entries), default=-1)
    taken = migrations[: last + 1]
    if not ledger.is_last_only:
        _refuse_holes(ledger, [one for one in taken if one.number not in entries], migrations[last] if taken else None)
    if not taken:
        _refuse_unknown(ledger, ledger.entries)
    others = dict.fromkeys(entry.group for entry in ledger.entries if entry.group not in ours)
    remarks = tuple(f"{ledger.tool}'s {group} is left out: nothing of it is in the manifest" for group in others)
    return Matched(tuple((one, entries.get(one.number)) for one in taken), remarks)


def _migration_of(entry: Entry, migrations: Sequence[Migration]) -> Migration | None:
    """Choose the only migration that has the name, or else the number, or else the name but for a number."""
    by_name = [one for one in migrations if entry.name in (one.name, f"{one.name}.sql")]
    by_number = [one for one in migrations if entry.number is not None and one.number == entry.number]
    words = _plain(words_of(entry.name)) or _plain(entry.name)
    by_words = [one for one in migrations if words and _plain(words_of(one.name)) == words]
    by_part = [one for one in migrations if entry.number is None and _plain(entry.name) in _plain(one.name).split("_")]
    for candidates in (by_name, by_number, by_words, by_part):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _plain(name: str) -> str:
    """Write a name in small letters and digits, with _ for all else."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().removesuffix(".sql")).strip("_")


def _refuse_unknown(ledger: ForeignLedger, unknown: Sequence[Entry]) -> None:
    if unknown:
        raise Refused(
            "unknown-migration",
            f"{ledger.table.shown} has {len(unknown)} that the manifest does not: {_listed(unknown)}",
            why="each must have one migration with its number, or with its name",
            state=UNTOUCHED,
            next_step="list their files in the manifest (surefoot adopt FOLDER writes one), and run the command again",
        )


def _refuse_holes(ledger: ForeignLedger, missing: Sequence[Migration], last: Migration | None) -> None:
    if missing:
        names = ", ".join(one.name for one in missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
        raise Refused(
            "hole",
            f"{ledger.table.shown} does not have {names}, and has {last.name if last else 'others'} after it",
            where=missing[0].entry.place,
            state=UNTOUCHED,
            next_step=f"apply it with {ledger.tool}, or list it after all that is applied (surefoot renumber)",
        )


def _listed(entries: Sequence[Entry]) -> str:
    names = [str(entry.number) if entry.name.isdecimal() else entry.name for entry in entries[:SHOWN]]
    return ", ".join(names) + (f" and {len(entries) - SHOWN} more" if len(entries) > SHOWN else "")
