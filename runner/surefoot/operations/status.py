"""Where a database stands: of each migration, whether it is applied."""

from __future__ import annotations

from typing import Literal, NamedTuple

import psycopg

from surefoot.connection import losing_explained
from surefoot.errors import Refused
from surefoot.ledger import Applied, Ledger, LedgerState
from surefoot.planner import edited_file, plan_migrate
from surefoot_lint.project import Migration, Project

MigrationState = Literal["applied", "pending", "unfinished", "edited", "unknown"]


class StatusLine(NamedTuple):
    """One migration, in the manifest or in the ledger or in both."""

    number: int
    name: str
    phase: str | None
    state: MigrationState
    applied: Applied | None


class Status(NamedTuple):
    """Where a database stands: each migration, and what keeps the next run from starting.

    `is_as_left` tells whether the schema is what the last run left; nothing where that run could not note it.
    """

    lines: tuple[StatusLine, ...]
    ledger: LedgerState
    refusal: Refused | None
    is_as_left: bool | None = None

    @property
    def pending(self) -> int:
        """Count the migrations to be applied."""
        return sum(line.state in ("pending", "unfinished") for line in self.lines)


def _line(project: Project, migration: Migration, applied: Applied | None, is_begun: bool) -> StatusLine:
    state: MigrationState = "pending" if applied is None else "applied"
    if is_begun:
        state = "unfinished"
    elif applied is not None and (edited_file(project, applied) or applied.name != migration.name):
        state = "edited"
    return StatusLine(migration.number, migration.name, migration.entry.phase, state, applied)


def _is_as_left(ledger: Ledger, state: LedgerState) -> bool | None:
    """Compare the schema with what the last run left, unless a run is at work or was broken off."""
    if state.left_fingerprint is None or state.unfinished:
        return None
    from surefoot.catalog import fingerprint

    return state.left_fingerprint == fingerprint(ledger.connection, ledger_schema=ledger.schema)


@losing_explained()
def status(project: Project, connection: psycopg.Connection) -> Status:
    """Tell of each migration whether it is applied; nothing is locked or written."""
    ledger = Ledger(connection, project.manifest.ledger.schema)
    state = ledger.read()
    applied = {one.number: one for one in state.applied}
    begun = {number for number, _ in state.unfinished}
    lines = [_line(project, m, applied.get(m.number), m.number in begun) for m in project.migrations]
    known = {migration.number for migration in project.migrations}
    lines += [
        StatusLine(one.number, one.name, None, "unknown", one) for one in state.applied if one.number not in known
    ]
    is_as_left = _is_as_left(ledger, state)
    try:
        plan_migrate(project, state)
    except Refused as refusal:
        return Status(tuple(lines), state, refusal, is_as_left)
    return Status(tuple(lines), state, None, is_as_left)
