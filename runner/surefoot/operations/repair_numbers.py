"""Tell the ledger of migrations that were renumbered after they were applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from surefoot.errors import Refused
from surefoot.events import Listener, ignore
from surefoot.operations.run import locked
from surefoot.planner import refuse_untrusted
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.renumbering import Repair


def repair_numbers(project: Project, connection: psycopg.Connection, listener: Listener = ignore) -> tuple[Repair, ...]:
    """Tell the ledger which applied migrations have another number now, as the files of the project have it.

    They are found by their words and their content. Nothing in the ledger changes: rows `repaired` are added, in one
    transaction. Raises Refused: broken chain, unfinished migration.
    """
    from surefoot.renumbering import plan_repairs
    from surefoot.repairs import repair_rows
    from surefoot.script import Script

    with locked(project, connection, listener) as turn:
        state = turn.state
        refuse_untrusted(state)
        repairs = plan_repairs(project, state.applied)
        if repairs:
            if state.unfinished:
                raise Refused(
                    "unfinished",
                    f"migration {state.unfinished[0][0]} was begun and is not finished",
                    state="nothing was written",
                    next_step="put the files back as they were, and finish it: surefoot migrate",
                )
            engine = turn.engine()
            rows = repair_rows(turn.ledger, turn.hold, engine.provenance, repairs)
            engine.send(Script.of(["BEGIN", engine.fence(), *rows, "COMMIT"]))
        return tuple(one for one in repairs if one.is_renumbered)
