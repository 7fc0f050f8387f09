"""What a dry run saw: frozen data, and how it is written for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from surefoot.footprint import Footprint, Lock, LockMode, Relation
from surefoot_lint import show
from surefoot_lint.counting import counted
from surefoot_lint.errors import SurefootError

NOTHING_CHANGED = "all of the dry run was rolled back"


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What one statement did: `tag` is the server's, such as `UPDATE 12`; nothing when it was `not_run`, and why.

    `drops` are all objects that went, where the server was asked for them: `column public.leads.phone`.
    """

    path: str
    line: int
    tag: str | None
    milliseconds: float = 0.0
    footprint: Footprint = field(default_factory=Footprint)
    not_run: str | None = None
    drops: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Say where it stands, as editors understand it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What the statements of one migration or rollback did, as far as it came.

    `held_before` are locks that earlier ones took, which the one transaction keeps: taken again, they are not seen.
    """

    action: str
    number: int
    name: str
    is_transaction: bool
    statements: tuple[StatementReport, ...]
    held_before: tuple[Lock, ...]

    @property
    def milliseconds(self) -> float:
        """Sum the time that the statements took."""
        return sum(statement.milliseconds for statement in self.statements)


@dataclass(frozen=True, slots=True)
class Holding:
    """The strongest lock that a migration takes on a relation, the statement that takes it, and for how long."""

    lock: Lock
    where: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class MovedSequence:
    """A sequence whose last value is another than before; nothing means that it was not used yet."""

    sequence: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What was seen, and the `failure` where it ended early."""

    migrations: tuple[MigrationReport, ...]
    sequences: tuple[MovedSequence, ...] = ()
    failure: SurefootError | None = None


def holdings(report: MigrationReport) -> list[Holding]:
    """Find the strongest lock on each relation, and how long a run would hold it: to the end of its transaction."""
    found: dict[Relation, Holding] = {}
    for position, statement in enumerate(report.statements):
        until = len(report.statements) if report.is_transaction else position + 1
        held = sum(one.milliseconds for one in report.statements[position:until])
        for lock in statement.footprint.locks:
            if lock.relation not in found or lock.mode > found[lock.relation].lock.mode:
                found[lock.relation] = Holding(lock, statement.where, held)
    return sorted(found.values(), key=lambda one: (-one.lock.mode, one.lock.relation.name))


def lines(dry_run: DryRun) -> list[str]:
    """Write a dry run for people: each migration, what it would lock and for how long, what was not run."""
    text = [line for report in dry_run.migrations for line in lines_of(report)]
    if held := list(_held_since(dry_run.migrations)):
        text += ["locks held by an earlier one, so that a later one does not show them again:", *held]
    if dry_run.sequences:
        text.append("sequences that moved, as nothing rolls them back:")
        text += [f"  {one.sequence}: {_value(one.before)} → {_value(one.after)}" for one in dry_run.sequences]
    return [*text, NOTHING_CHANGED if not dry_run.sequences else f"{NOTHING_CHANGED}, but for these sequences"]


def as_json(dry_run: DryRun) -> dict[str, Any]:
    """Describe a dry run in values that JSON has; the modes of locks are written as words."""

    def plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: str(value) if isinstance(value, LockMode) else value for name, value in pairs}

    migrations = [
        asdict(report, dict_factory=plain)
        | {"milliseconds": round(report.milliseconds, 3)}
        | {"holdings": [asdict(holding, dict_factory=plain) for holding in holdings(report)]}
        for report in dry_run.migrations
    ]
    return {
        "migrations": migrations,
        "sequences": [asdict(moved) for moved in dry_run.sequences],
        "failure": show.as_json(dry_run.failure) if dry_run.failure else None,
    }


@dataclass(frozen=True, slots=True)
class _Effect:
    """What becomes of one relation in a migration: how it is locked, in words too, and what else is done to it."""

    relation: Relation
    mode: LockMode
    told: str
    marks: tuple[str, ...]

    def follows_from(self, table: _Effect | None) -> bool:
        """Tell whether it happens to an index for it happens to its table."""
        return table is not None and self.mode <= table.mode and set(self.marks) <= set(table.marks)


def lines_of(report: MigrationReport) -> Iterator[str]:
    """Write one migration: its statements and time, then what it would lock and for how long, and what was not run."""
    run = [one for one in report.statements if one.not_run is None]
    yield f"{report.name}: {counted(len(run), 'statement')}, {report.milliseconds:,.1f} ms"
    effects = {effect.relation.name: effect for effect in _effects(report)}
    for effect in effects.values():
        if not effect.follows_from(effects.get(effect.relation.table or "")):
            yield "  " + ", ".join([f"{effect.relation}: {effect.told}", *effect.marks])
    for statement in report.statements:
        if statement.not_run is not None:
            yield f"  not run: {statement.where}: {statement.not_run}"


def _effects(report: MigrationReport) -> Iterator[_Effect]:
    marks: dict[Relation, list[str]] = {}
    for statement in report.statements:
        for rewrite in statement.footprint.rewrites:
            marks.setdefault(rewrite.relation, []).append(str(rewrite))
        for relation in statement.footprint.dropped:
            marks.setdefault(relation, []).append("dropped")
    for one in holdings(report):
        told = f"{one.lock.mode} for {one.milliseconds:,.1f} ms from {one.where}"
        yield _Effect(one.lock.relation, one.lock.mode, told, tuple(dict.fromkeys(marks.pop(one.lock.relation, []))))
    for relation, said in marks.items():
        yield _Effect(relation, LockMode.ACCESS_EXCLUSIVE, "locked before", tuple(dict.fromkeys(said)))


def _held_since(reports: Sequence[MigrationReport]) -> Iterator[str]:
    """Write the locks that earlier migrations took and that stand in somebody's way, on what is still there."""
    gone = {relation for report in reports for one in report.statements for relation in one.footprint.dropped}
    for lock in reports[-1].held_before if reports else ():
        if lock.relation.table is None and lock.mode > LockMode.ROW_EXCLUSIVE and lock.relation not in gone:
            yield f"  {lock.relation}: {lock.mode}"


def _value(value: int | None) -> str:
    return "not used" if value is None else str(value)
