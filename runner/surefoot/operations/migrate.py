"""Apply what is pending, or rehearse it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from surefoot.errors import Refused
from surefoot.events import BackedUp, Listener, ignore
from surefoot.operations.run import Run, locked
from surefoot.operations.steps import vetted
from surefoot.planner import NOTHING_RUN, plan_migrate
from surefoot_lint.project import Migration, Project

if TYPE_CHECKING:
    from surefoot.dryrun_report import DryRun


def _refuse_session_settings(pending: Iterable[Migration]) -> None:
    """Refuse, behind a pooler, migrations without a transaction that set something for the session."""
    from surefoot.resume import refuse_session_settings

    for migration in pending:
        if not migration.entry.transaction:
            refuse_session_settings(migration.source)


def _refuse_piecewise(pending: Iterable[Migration]) -> None:
    """Refuse a run in one transaction when a migration cannot be in any."""
    for migration in pending:
        if not migration.entry.transaction:
            raise Refused(
                "not-one-transaction",
                f"{migration} has transaction: false, so not everything pending fits into one transaction",
                where=migration.entry.place,
                state=NOTHING_RUN,
                next_step=f"surefoot migrate --single-transaction --to {migration.number - 1}, then surefoot migrate",
            )


def dry_run_migrate(
    project: Project,
    connection: psycopg.Connection,
    *,
    to: str | None = None,
    out_of_order: bool = False,
    listener: Listener = ignore,
) -> DryRun:
    """Run what `migrate` would apply in one transaction, roll it back, and report what each statement did.

    It holds the lock of the ledger, and takes the locks of the migrations, until it ends. Raises as `migrate`
    does before it runs; an error of a statement or a check is the report's `failure`.
    """
    from surefoot.dryrun import rehearse

    with locked(project, connection, listener, writes=False) as turn:
        planned = plan_migrate(project, turn.state, to=to, out_of_order=out_of_order)
        steps = vetted(project, planned.pending, turn.ledger)
        return rehearse(turn.engine(), steps)


def migrate(
    project: Project,
    connection: psycopg.Connection,
    *,
    to: str | None = None,
    single_transaction: bool = False,
    out_of_order: bool = False,
    backup: Path | None = None,
    listener: Listener = ignore,
) -> Run:
    """Apply what is pending, up to and with the number `to`.

    With `backup` the database is dumped into that folder first, if anything is pending; a dump that fails stops
    the run before anything else. Its name is the reason of the run's first row in the ledger.
    The connection must be in autocommit mode, and is used alone. The lock of the ledger is held meanwhile. Each
    migration is one transaction together with its row in the ledger, or all are one. Raises Refused and the
    errors of files before anything is run; SqlFailed, CheckFailed, Interrupted, ConnectionFailed after which
    what was committed before stays.
    """
    with locked(project, connection, listener) as turn:
        planned = plan_migrate(project, turn.state, to=to, out_of_order=out_of_order)
        if not planned.pending:
            return Run((), len(planned.applied))
        steps = vetted(project, planned.pending, turn.ledger)
        if turn.hold.is_pooled:
            _refuse_session_settings(planned.pending)
        if single_transaction:
            _refuse_piecewise(planned.pending)
        if backup is not None:
            from surefoot.backup import back_up

            path = back_up(connection, backup, project.manifest.name, turn.hold.tick)
            listener(BackedUp(str(path)))
            steps[0] = replace(steps[0], reason=f"backup: {path.name}")
        turn.engine().run(steps, single_transaction=single_transaction)
        return Run(tuple(step.name for step in steps), len(planned.applied))
