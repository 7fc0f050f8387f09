"""Match what another tool has applied with the migrations of the manifest. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from surefoot.errors import Refused
from surefoot.foreign.model import UNTOUCHED, Entry, ForeignLedger
from surefoot_lint.numbering import words_of
from surefoot_lint.project import Migration

SHOWN = 10
Key = str | tuple[int, str] | int | None


class Taken(NamedTuple):
    """A migration that is applied by the word of another tool: what that tells of it, and what it is called there."""

    migration: Migration
    told: str
    called: str | None


class Matched(NamedTuple):
    """The migrations that the other tool has applied, from the first on; and remarks."""

    migrations: tuple[Taken, ...]
    remarks: tuple[str, ...] = ()


class Way(NamedTuple):
    """How an entry finds its migration: by something that both have."""

    of_entry: Callable[[Entry], Key]
    of_migration: Callable[[Migration], Iterable[Key]]


def match(ledger: ForeignLedger, migrations: Sequence[Migration]) -> Matched:
    """Find the migration of each entry: by its name, its number and words, or one of these.

    Groups of which nothing is in the manifest are left out, with a remark: other apps or projects. Raises Refused: the
    ledger is empty, an entry has no migration, two have the same one, or a migration between others is not applied.
    """
    if not ledger.entries:
        raise Refused(
            "empty-ledger",
            f"{ledger.table.shown} says that nothing is applied",
            state=UNTOUCHED,
            next_step="surefoot migrate",
        )
    claims = _only_one_each(ledger, _claims(ledger, migrations))
    ours = {ledger.entries[position].group for position in claims}
    _refuse_unknown(
        ledger,
        [
            entry
            for position, entry in enumerate(ledger.entries)
            if position not in claims and _is_a_file(entry) and (not ours or entry.group in ours)
        ],
    )
    taken = _taken(ledger, migrations, {one.number: ledger.entries[position] for position, one in claims.items()})
    if not taken:
        _refuse_unknown(ledger, ledger.entries)
    return Matched(taken, (*ledger.remarks, *_left_out(ledger, migrations, ours)))


def _left_out(ledger: ForeignLedger, migrations: Sequence[Migration], ours: Collection[str | None]) -> Iterator[str]:
    for group in dict.fromkeys(entry.group for entry in ledger.entries if entry.group not in ours):
        if group:
            yield f"{ledger.tool}'s {group} is left out: nothing of it is in the manifest"
    for entry in ledger.entries:
        if not _is_a_file(entry) and _reach(entry, migrations, -1) < 0:
            yield f"the baseline at {entry.number} stands for nothing of the manifest, which begins after it"


def _is_a_file(entry: Entry) -> bool:
    return entry.scope != "all up to its number"


def _taken(ledger: ForeignLedger, migrations: Sequence[Migration], entries: Mapping[int, Entry]) -> tuple[Taken, ...]:
    """Give all from the first to the last that is applied; refuse a hole, unless a later entry stands for it."""
    upto = [index for index, one in enumerate(migrations) if one.number in entries]
    reaches = {
        _reach(entry, migrations, own): entry
        for entry, own in [
            *((entries[migrations[index].number], index) for index in upto),
            *((entry, -1) for entry in ledger.entries if not _is_a_file(entry)),
        ]
        if entry.scope != "itself"
    }
    last = max([*upto, *reaches], default=-1)
    taken: list[Taken] = []
    holes: list[Migration] = []
    for index, one in enumerate(migrations[: last + 1]):
        own = entries.get(one.number)
        later = next((reaches[end] for end in sorted(reaches) if end >= index), None)
        if own:
            taken.append(Taken(one, own.told, own.name))
        elif later:
            taken.append(Taken(one, later.told_of_earlier, None))
        else:
            holes.append(one)
    _refuse_holes(ledger, holes, migrations[last])
    return tuple(taken)


def _reach(entry: Entry, migrations: Sequence[Migration], own: int) -> int:
    """Give the index of the last migration that is applied by the word of an entry; -1 for none."""
    if _is_a_file(entry):
        return own
    return max((i for i, one in enumerate(migrations) if one.number <= (entry.number or 0)), default=-1)


def _claims(ledger: ForeignLedger, migrations: Sequence[Migration]) -> dict[int, Migration]:
    """Find migrations by the position of the entry; a surer way goes first, and what it has found is taken."""
    claims: dict[int, Migration] = {}
    for way in WAYS:
        taken = {one.number for one in claims.values()}
        index: dict[Key, list[Migration]] = defaultdict(list)
        for one in migrations:
            if one.number not in taken:
                for key in {*way.of_migration(one)} - {"", None}:
                    index[key].append(one)
        seen: Counter[tuple[str | None, Key]] = Counter()
        for position, entry in enumerate(ledger.entries):
            if position in claims or not _is_a_file(entry):
                continue
            candidates = index.get(way.of_entry(entry), [])
            nth = seen[entry.group, way.of_entry(entry)]
            if ledger.repeats_names and nth < len(candidates):
                seen[entry.group, way.of_entry(entry)] += 1
                claims[position] = candidates[nth]
            elif len(candidates) == 1 and not ledger.repeats_names:
                claims[position] = candidates[0]
    return claims


def _only_one_each(ledger: ForeignLedger, claims: Mapping[int, Migration]) -> dict[int, Migration]:
    """Where several groups claim a migration, leave it to the one that has most in the manifest, and is all there."""
    sizes = Counter(entry.group for entry in ledger.entries)
    found = Counter(ledger.entries[position].group for position in claims)
    rivals: dict[int, list[int]] = defaultdict(list)
    for position, migration in claims.items():
        rivals[migration.number].append(position)

    def weight(position: int) -> tuple[bool, int]:
        group = ledger.entries[position].group
        return sizes[group] == found[group], found[group]

    winners: dict[int, Migration] = {}
    for positions in rivals.values():
        best = [one for one in positions if weight(one) == max(map(weight, positions))]
        if len(best) > 1:
            raise _ambiguous(ledger, [ledger.entries[one] for one in best], claims[best[0]])
        winners[best[0]] = claims[best[0]]
    return dict(sorted(winners.items()))


def _plain(name: str) -> str:
    """Write a name in small letters and digits, with _ for all else."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().removesuffix(".sql")).strip("_")


def _words(name: str) -> str:
    return _plain(words_of(name)) or _plain(name)


def _revision(entry: Entry) -> Key:
    """Give the name of an entry that is an id without a number, which is a part of the file's name."""
    return _plain(entry.name) if entry.scope == "and all before" and entry.number is None else None


WAYS = (
    Way(
        lambda entry: _plain(f"{entry.group}_{entry.name}") if entry.group else None,
        lambda one: (_plain(one.name), _words(one.name)),
    ),
    Way(lambda entry: entry.name.removesuffix(".sql"), lambda one: (one.name,)),
    Way(
        lambda entry: (entry.number, _words(entry.name)) if entry.number is not None else None,
        lambda one: ((one.number, _words(one.name)),),
    ),
    Way(lambda entry: _words(entry.name), lambda one: (_plain(words_of(one.name)),)),
    Way(lambda entry: entry.number, lambda one: (one.number,)),
    Way(_revision, lambda one: _plain(one.name).split("_")),
)


def _refuse_unknown(ledger: ForeignLedger, unknown: Sequence[Entry]) -> None:
    if unknown:
        raise Refused(
            "unknown-migration",
            f"{ledger.table.shown} has {len(unknown)} that the manifest does not: {_listed(unknown)}",
            why="each must have one migration with its number, or with its name",
            state=UNTOUCHED,
            next_step="list their files in the manifest (surefoot adopt FOLDER writes one), and run the command again",
        )


def _ambiguous(ledger: ForeignLedger, rivals: Sequence[Entry], migration: Migration) -> Refused:
    names = " and ".join(f"{one.group}'s {one.name}" if one.group else one.name for one in rivals)
    return Refused(
        "ambiguous-entry",
        f"{ledger.table.shown} has {names}, and each may be {migration.name}",
        where=migration.entry.place,
        state=UNTOUCHED,
        next_step="put what tells them apart into the files' names: the app or project, or the words of the change",
    )


def _refuse_holes(ledger: ForeignLedger, missing: Sequence[Migration], last: Migration) -> None:
    if missing:
        names = ", ".join(one.name for one in missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
        raise Refused(
            "hole",
            f"{ledger.table.shown} does not have {names}, and has {last.name} after it",
            where=missing[0].entry.place,
            state=UNTOUCHED,
            next_step=f"apply it with {ledger.tool}, or list it after all that is applied (surefoot renumber)",
        )


def _listed(entries: Sequence[Entry]) -> str:
    names = [str(entry.number) if entry.name.isdecimal() else entry.name for entry in entries[:SHOWN]]
    return ", ".join(names) + (f" and {len(entries) - SHOWN} more" if len(entries) > SHOWN else "")
