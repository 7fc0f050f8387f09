"""Take the edited file of an applied migration as what was applied."""

from __future__ import annotations

import psycopg

from surefoot.errors import Refused
from surefoot.events import Listener, ignore
from surefoot.operations.run import locked
from surefoot.planner import edited_file, refuse_untrusted
from surefoot.provenance import provenance_of
from surefoot_lint.project import Project


def accept(
    project: Project, connection: psycopg.Connection, number: int, reason: str, listener: Listener = ignore
) -> str:
    """Take the present file of an applied migration as what was applied; give its new checksum.

    Raises Refused when the migration is not applied, or the file is not edited.
    """
    with locked(project, connection, listener) as turn:
        state = turn.state
        refuse_untrusted(state)
        one = next((one for one in state.applied if one.number == number), None)
        migration = edited_file(project, one) if one else None
        if migration is None:
            what = "is not edited" if one else "is not applied"
            raise Refused("nothing-to-accept", f"migration {number} {what}", state="nothing was written")
        rollback_source = project.rollback_of(migration)
        connection.execute(
            turn.ledger.record(
                "accepted",
                number,
                migration.name,
                provenance_of(project.folder),
                checksum=migration.source.checksum,
                rollback_checksum=rollback_source.checksum if rollback_source else None,
                reason=reason,
            ).encode()
        )
        return migration.source.checksum
