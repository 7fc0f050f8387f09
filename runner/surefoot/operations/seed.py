"""Run the seeds of a project."""

from __future__ import annotations

import psycopg

from surefoot.errors import Refused
from surefoot.events import Listener, ignore
from surefoot.operations.run import Run, locked
from surefoot.planner import NOTHING_RUN, plan_migrate
from surefoot_lint.project import Project


def seed(
    project: Project, connection: psycopg.Connection, *, consent: bool = False, listener: Listener = ignore
) -> Run:
    """Run the project's seeds, each in a transaction of its own: files of data that can be run again at any time.

    They are no migrations, and the ledger does not hear of them. Raises Refused: migrations are pending; the
    database looks like production, and there is no `consent`. UsageError where there is no seed; SqlFailed.
    """
    from surefoot.seeding import refuse_production, seeds_of

    steps = seeds_of(project)
    if not consent:
        refuse_production(connection)
    with locked(project, connection, listener) as turn:
        planned = plan_migrate(project, turn.state)
        if planned.pending:
            raise Refused(
                "pending",
                f"{planned.pending[0]} is pending, and so are all after it",
                why="seeds fill the tables that the migrations make",
                state=NOTHING_RUN,
                next_step="surefoot migrate, then surefoot seed",
            )
        turn.engine().seed(steps)
        return Run(tuple(step.name for step in steps), len(planned.applied))
