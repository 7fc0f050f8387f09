"""Undo a migration that was begun and is not finished."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from surefoot.errors import Refused
from surefoot.events import Listener, ignore
from surefoot.operations.preview import RollbackPreview, agreed, foresee
from surefoot.operations.run import Run, locked
from surefoot.operations.steps import no_rollback, undoing
from surefoot.planner import NOTHING_RUN
from surefoot_lint.project import Project


def abandon(
    project: Project,
    connection: psycopg.Connection,
    number: int,
    *,
    consent: Callable[[RollbackPreview], bool] | None = None,
    listener: Listener = ignore,
) -> Run:
    """Undo an unfinished migration by its rollback file; the ledger says `rolled_back`, with the reason.

    Raises Refused when it is not unfinished or has no rollback file; otherwise as `rollback` does.
    """
    with locked(project, connection, listener) as turn:
        state, engine = turn.state, turn.engine()
        migration = project.named(number)
        if number not in {unfinished for unfinished, _ in state.unfinished} or migration is None:
            raise Refused(
                "not-unfinished",
                f"migration {number} is not unfinished",
                state=NOTHING_RUN,
                next_step="surefoot status shows what is; an applied one is undone by: surefoot rollback",
            )
        source = project.rollback_of(migration)
        if source is None:
            raise no_rollback(migration.name, number, migration)
        preview = foresee(engine, [undoing(project, migration, number, migration.name, source, reason="abandoned")], [])
        if not agreed(preview, consent):
            return Run((), len(state.applied))
        engine.run(preview.steps)
        return Run((migration.name,), len(state.applied))
