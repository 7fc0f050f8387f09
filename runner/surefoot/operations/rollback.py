"""Undo applied migrations, or rehearse it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg

from surefoot.events import Listener, ignore
from surefoot.ledger import Applied, Ledger
from surefoot.operations.preview import RollbackPreview, agreed, foresee
from surefoot.operations.run import Run, locked
from surefoot.operations.steps import no_rollback, undoing
from surefoot.planner import plan_rollback
from surefoot_lint.project import Level, Project
from surefoot_lint.source import Source, source_of

if TYPE_CHECKING:
    from surefoot.dryrun_report import DryRun
    from surefoot.step import Step


def _backward(project: Project, ledger: Ledger, one: Applied, level: Level) -> tuple[Step, str | None]:
    """Find the rollback of an applied migration, from its file or else from the ledger, and how they differ."""
    migration = project.named(one.number)
    if level != "schema":
        milder = project.rollback_of(migration, level) if migration else None
        assert milder is not None
        return undoing(project, migration, one.number, one.name, milder, level), None
    file = project.rollback_of(migration) if migration else None
    kept = ledger.rollback_sql(one.number)
    if file is None and kept is None:
        raise no_rollback(one.name, one.number, migration)
    source = file or source_of(kept or "", f"ledger:{one.name}")
    step = undoing(project, migration, one.number, one.name, source)
    is_changed = file is not None and file.checksum != one.rollback_checksum
    return step, _diff(file, kept) if is_changed and file else None


def _diff(file: Source, kept: str | None) -> str:
    """Show how a rollback file differs from the one that the ledger keeps."""
    import difflib

    before = (kept or "").splitlines(keepends=True)
    lines = difflib.unified_diff(before, file.read().splitlines(keepends=True), "as applied", file.shown)
    return "".join(lines)


def dry_run_rollback(
    project: Project,
    connection: psycopg.Connection,
    *,
    steps: int | None = None,
    to: str | None = None,
    phase: str | None = None,
    level: Level = "schema",
    listener: Listener = ignore,
) -> DryRun:
    """Run what `rollback` would in one transaction, roll it back, and report what each statement did."""
    from surefoot.dryrun import rehearse

    with locked(project, connection, listener, writes=False) as turn:
        chosen = plan_rollback(project, turn.state, steps=steps, to=to, phase=phase, level=level)
        return rehearse(turn.engine(), [_backward(project, turn.ledger, one, level)[0] for one in chosen])


def rollback(
    project: Project,
    connection: psycopg.Connection,
    *,
    steps: int | None = None,
    to: str | None = None,
    phase: str | None = None,
    level: Level = "schema",
    consent: Callable[[RollbackPreview], bool] | None = None,
    listener: Listener = ignore,
) -> Run:
    """Undo applied migrations, the last one first: `steps` of them (1), all after `to`, or all of a phase.

    At the levels `data` and `feature` the migrations stay applied, and their milder rollback files are run.
    It is rehearsed first, in a transaction that is rolled back, to see what is lost. `consent` is shown that and
    decides; without it, a rollback that needs consent is refused. Locks, transactions and errors are as with
    `migrate`.
    """
    with locked(project, connection, listener) as turn:
        state, engine = turn.state, turn.engine()
        chosen = plan_rollback(project, state, steps=steps, to=to, phase=phase, level=level)
        if not chosen:
            return Run((), len(state.applied))
        found = [_backward(project, engine.ledger, one, level) for one in chosen]
        preview = foresee(engine, [step for step, _ in found], [diff for _, diff in found if diff])
        if not agreed(preview, consent):
            return Run((), len(state.applied))
        engine.run(preview.steps)
        return Run(tuple(step.name for step in preview.steps), len(state.applied))
