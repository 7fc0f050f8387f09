"""Say what a run would apply."""

from __future__ import annotations

import psycopg

from surefoot.connection import losing_explained
from surefoot.ledger import Ledger
from surefoot.operations.steps import vetted
from surefoot.planner import Plan, plan_migrate
from surefoot_lint.project import Project


@losing_explained()
def plan(
    project: Project, connection: psycopg.Connection, *, to: str | None = None, out_of_order: bool = False
) -> Plan:
    """Say what `migrate` would apply; nothing is locked or written. Raises as `migrate` does before it runs."""
    ledger = Ledger(connection, project.manifest.ledger.schema)
    planned = plan_migrate(project, ledger.read(), to=to, out_of_order=out_of_order)
    vetted(project, planned.pending, ledger)
    return planned
