"""Pure: a project and a ledger → the steps to take, or why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from surefoot.errors import Refused
from surefoot.ledger import Applied, LedgerState
from surefoot_lint.errors import Place, UsageError
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Level, Migration, Project

NOTHING_RUN = "nothing was run"


class Plan(NamedTuple):
    """What is to be applied, in order, and what is applied already; `resumed` are numbers of unfinished ones."""

    pending: tuple[Migration, ...]
    applied: tuple[Applied, ...]
    resumed: frozenset[int] = frozenset()


def plan_migrate(project: Project, state: LedgerState, *, to: str | None = None, out_of_order: bool = False) -> Plan:
    """Plan which migrations are applied next, up to and with the number `to`.

    Raises Refused: broken chain, unfinished migration, unknown or renamed migration, edited file, out-of-order
    number. Raises UsageError for a `to` that no migration has.
    """
    refuse_untrusted(state)
    _refuse_unfinished_for_migrate(project, state)
    refuse_others(project, state)
    done = {applied.number for applied in state.applied}
    last = target(project, to) if to is not None else None
    pending = []
    for migration in project.migrations:
        if migration.number not in done:
            pending.append(migration)
        if migration.number == last:
            break
    if not out_of_order:
        _refuse_out_of_order(project, pending, done)
    _refuse_without_requirements(pending, project, done)
    return Plan(tuple(pending), state.applied, frozenset(number for number, _ in state.unfinished))


def plan_rollback(
    project: Project,
    state: LedgerState,
    *,
    steps: int | None = None,
    to: str | None = None,
    phase: str | None = None,
    level: Level = "schema",
) -> tuple[Applied, ...]:
    """Plan which applied migrations are undone, the last one first.

    One of the three at most: the last `steps`, all after the number `to` (0: all), or all of a phase. Without
    any it is the last one. Of the milder levels, those are chosen that have a file for it. Raises Refused:
    broken chain, unfinished migration, an irreversible migration, later ones of other phases in the way. Raises
    UsageError for an unknown number or phase.
    """
    refuse_untrusted(state)
    newest_first = state.applied[::-1]
    if to is not None:
        chosen = _after(newest_first, project, to)
    elif phase is not None:
        chosen = _of_phase(newest_first, project, phase)
    else:
        chosen = newest_first[: 1 if steps is None else steps]
    _refuse_unfinished_for_rollback(chosen, state)
    if level != "schema":
        return _with_level(project, chosen, level)
    for applied in chosen:
        migration = project.named(applied.number)
        if migration is not None and migration.entry.irreversible:
            raise Refused(
                "irreversible",
                f"{applied.name} cannot be rolled back: {migration.entry.irreversible}",
                where=migration.entry.place,
                state=NOTHING_RUN,
                next_step=f"roll back to it at most: surefoot rollback --to {applied.number}",
            )
    return chosen


def _with_level(project: Project, chosen: Sequence[Applied], level: Level) -> tuple[Applied, ...]:
    """Leave those whose entry names a file for a milder level of rollback."""
    having = []
    for applied in chosen:
        migration = project.named(applied.number)
        if migration is not None and project.rollback_of(migration, level) is not None:
            having.append(applied)
    if chosen and not having:
        raise Refused(
            "no-rollback",
            f"none of {chosen[-1].name} to {chosen[0].name} has a {level} rollback"
            if len(chosen) > 1
            else f"{chosen[0].name} has no {level} rollback",
            state=NOTHING_RUN,
            next_step=f"name its file in the manifest: {level}_rollback: …",
        )
    return tuple(having)


def refuse_untrusted(state: LedgerState) -> None:
    """Refuse a ledger whose chain is broken."""
    if state.broken is not None:
        raise Refused(
            "broken-chain",
            f"the ledger was changed by hand: the hash of its row {state.broken} does not fit",
            why="each row holds the hash of the row before it; nothing after a changed row can be trusted",
            state=NOTHING_RUN,
            next_step="surefoot verify; compare the row with a backup, and put it back",
        )


def refuse_others(project: Project, state: LedgerState) -> None:
    """Refuse files that are not those that were applied: unknown or renamed ones, edited ones."""
    _refuse_unknown(project, state.applied)
    _refuse_edited(project, state.applied)


def _refuse_unfinished_for_migrate(project: Project, state: LedgerState) -> None:
    """Refuse what the next run cannot resume: a rollback, or a migration that is not as it was."""
    applied = {one.number for one in state.applied}
    for number, action in state.unfinished:
        migration = project.named(number)
        if action != "applied":
            command = "rollback" if number in applied else f"abandon {number}"
            raise Refused(
                "unfinished-rollback",
                f"the rollback of {migration or number} was begun and is not finished",
                state=NOTHING_RUN,
                next_step=f"go on with it: surefoot {command}",
            )
        if migration is None or migration.entry.transaction:
            what = "is not in the manifest any more" if migration is None else "has no transaction: false any more"
            raise Refused(
                "unfinished",
                f"migration {migration or number} was begun and is not finished, and {what}",
                where=migration.entry.place if migration else None,
                state=NOTHING_RUN,
                next_step="put it back as it was: surefoot migrate resumes it, surefoot abandon undoes it",
            )


def _refuse_unfinished_for_rollback(chosen: Sequence[Applied], state: LedgerState) -> None:
    """Refuse to undo others while a migration is half done; a rollback that was begun goes on."""
    for number, action in state.unfinished:
        if action == "applied":
            raise Refused(
                "unfinished",
                f"migration {number} was begun and is not finished",
                state=NOTHING_RUN,
                next_step=f"finish it: surefoot migrate; or undo it: surefoot abandon {number}",
            )
        if chosen and chosen[0].number != number:
            raise Refused(
                "unfinished-rollback",
                f"the rollback of migration {number} was begun and is not finished",
                state=NOTHING_RUN,
                next_step="go on with it: surefoot rollback",
            )


def target(project: Project, to: str) -> int:
    """Find the number that `--to` names. Raises UsageError when no migration has it."""
    number = number_of(to)
    if number is None or project.named(number) is None:
        known = f"{project.migrations[0]} to {project.migrations[-1]}" if project.migrations else "none"
        raise UsageError(f"--to {to}: no migration has this number", next_step=f"the migrations are {known}")
    return number


def _refuse_unknown(project: Project, applied: Sequence[Applied]) -> None:
    for before, one in zip((None, *applied), applied, strict=False):
        migration = project.named(one.number)
        commit = f", at commit {one.git_commit[:12]}" if one.git_commit else ""
        if migration is None:
            raise Refused(
                "unknown-migration",
                f"{one.name} is applied, and the manifest does not know it",
                why=f"it was applied on {one.applied_at:%Y-%m-%d %H:%M %Z} by {one.role}{commit}",
                state=NOTHING_RUN,
                next_step="restore its file and its entry, or undo it: "
                f"surefoot rollback --to {before.number if before else 0}",
            )
        if migration.name != one.name:
            raise Refused(
                "renamed-migration",
                f"number {one.number} was applied as {one.name}, and is now called {migration.name}",
                where=Place(migration.source.shown),
                state=NOTHING_RUN,
                next_step="give the file its old name back; a new migration takes the next free number",
            )


def _refuse_edited(project: Project, applied: Iterable[Applied]) -> None:
    edited = [(one, migration) for one in applied if (migration := edited_file(project, one))]
    if not edited:
        return
    one, migration = edited[0]
    others = f" (and {len(edited) - 1} more)" if len(edited) > 1 else ""
    raise Refused(
        "edited-migration",
        f"{migration.source.shown} was edited after it was applied{others}",
        where=Place(migration.source.shown),
        why=f"applied: {one.checksum}\nnow:     {migration.source.checksum}",
        state=NOTHING_RUN,
        next_step=f"restore it (git log -p -- {migration.source.shown}) and write a new migration; or, if the change "
        f"means nothing: surefoot accept {one.number} --reason '…'",
    )


def edited_file(project: Project, applied: Applied) -> Migration | None:
    """Give the migration whose file is not what was applied, or nothing."""
    migration = project.named(applied.number)
    if migration is None or applied.checksum is None or migration.source.checksum == applied.checksum:
        return None
    return migration


def _refuse_out_of_order(project: Project, pending: Sequence[Migration], done: set[int]) -> None:
    """Refuse a migration that stands before an applied one: the manifest's order is the order of application."""
    order = {migration.number: position for position, migration in enumerate(project.migrations)}
    last = max((order[number] for number in done if number in order), default=-1)
    late = [migration for migration in pending if order[migration.number] < last]
    if late:
        raise Refused(
            "out-of-order",
            f"{late[0]} comes before {project.migrations[last]}, which is applied already",
            where=late[0].entry.place,
            why="databases that got them in another order could differ",
            state=NOTHING_RUN,
            next_step="give it the next free number; or, if the order does not matter: surefoot migrate --out-of-order",
        )


def _refuse_without_requirements(pending: Sequence[Migration], project: Project, done: set[int]) -> None:
    """Refuse a migration whose requirement is neither applied nor planned before it."""
    files = {migration.entry.file for migration in project.migrations if migration.number in done}
    for migration in pending:
        missing = [file for file in migration.entry.requires if file not in files]
        if missing:
            raise Refused(
                "requirement-missing",
                f"{migration} requires {missing[0]}, which is not applied",
                where=migration.entry.place,
                state=NOTHING_RUN,
                next_step=f"apply {missing[0]} first: surefoot migrate --to takes it in",
            )
        files.add(migration.entry.file)


def _after(newest_first: Sequence[Applied], project: Project, to: str) -> tuple[Applied, ...]:
    """Take all that were applied after the number `to`, which stays."""
    number = number_of(to)
    numbers = [one.number for one in newest_first]
    if number == 0:
        return tuple(newest_first)
    if number is None or number not in numbers:
        raise UsageError(
            f"--to {to}: no applied migration has this number",
            why=None if number is None or project.named(number) is None else "it is in the manifest, but not applied",
            next_step="surefoot status shows what is applied; --to 0 undoes everything",
        )
    return tuple(newest_first[: numbers.index(number)])


def _of_phase(newest_first: Sequence[Applied], project: Project, phase: str) -> tuple[Applied, ...]:
    """Take the migrations of a phase, which must be the newest ones."""
    numbers = {migration.number for migration in project.migrations if migration.entry.phase == phase}
    phases = dict.fromkeys(m.entry.phase for m in project.migrations if m.entry.phase)
    if not numbers:
        raise UsageError(f"--phase {phase}: no migration is of this phase", next_step=f"phases: {', '.join(phases)}")
    chosen = [one for one in newest_first if one.number in numbers]
    if not chosen:
        return ()
    until = newest_first.index(chosen[-1]) + 1
    in_the_way = [one for one in newest_first[:until] if one.number not in numbers]
    if in_the_way:
        oldest = chosen[-1]
        below = next((one.number for one in newest_first[until:]), 0)
        raise Refused(
            "phase-not-last",
            f"{in_the_way[-1].name} of another phase was applied after {oldest.name}",
            why="it may need what the phase made",
            state=NOTHING_RUN,
            next_step=f"undo them together: surefoot rollback --to {below}",
        )
    return tuple(chosen)
