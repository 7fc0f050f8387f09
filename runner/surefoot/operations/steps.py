"""The steps of migrations and of rollbacks, looked through before anything is run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from surefoot.errors import Refused
from surefoot.events import Action
from surefoot.ledger import Ledger
from surefoot.planner import NOTHING_RUN
from surefoot_lint.manifest import Settings
from surefoot_lint.project import Level, Migration, Project
from surefoot_lint.source import Source

if TYPE_CHECKING:
    from surefoot.step import Step

ACTIONS: dict[Level, Action] = {
    "schema": "rolled_back",
    "data": "data_rolled_back",
    "feature": "feature_rolled_back",
}


def no_rollback(name: str, number: int, migration: Migration | None) -> Refused:
    """Make the error of a migration that cannot be undone."""
    return Refused(
        "no-rollback",
        f"{name} has no rollback: there is no file, and none was kept when it was applied",
        where=migration.entry.place if migration else None,
        state=NOTHING_RUN,
        next_step=f"write it and name it in the manifest; or stop before it: surefoot rollback --to {number}",
    )


def undoing(
    project: Project,
    migration: Migration | None,
    number: int,
    name: str,
    source: Source,
    level: Level = "schema",
    reason: str | None = None,
) -> Step:
    """Make the step that runs a rollback: in a transaction, unless it holds what cannot run in one."""
    from surefoot import batches
    from surefoot.step import Step

    own = migration.entry.settings if migration else Settings()
    transaction = not batches.needs_no_transaction_at_all(source)
    settings = own.over(project.manifest.settings)
    return Step(ACTIONS[level], number, name, source, source, settings, (), own, transaction, reason)


def _forward(project: Project, migration: Migration, rollback_source: Source | None) -> Step:
    from surefoot.step import Step

    entry = migration.entry
    number, name = migration.number, migration.name
    undo = None
    if not entry.transaction and rollback_source:
        undo = undoing(project, migration, number, name, rollback_source, reason="a check or a guard failed")
    settings = entry.settings.over(project.manifest.settings)
    return Step(
        "applied",
        number,
        name,
        migration.source,
        rollback_source,
        settings,
        entry.checks,
        entry.settings,
        entry.transaction,
        undo=undo,
        undo_on_failed_check=entry.on_failed_check == "rollback",
        guards=(*project.manifest.guards, *entry.guards),
    )


def vetted(project: Project, pending: Iterable[Migration], ledger: Ledger | None = None) -> list[Step]:
    """Look through all that is to be run, before anything is, and make its steps.

    With a ledger, unfinished files must be as they were. Raises SplitError, ManifestError, Refused.
    """
    from surefoot import batches, checks, guards
    from surefoot.resume import refuse_unresumable

    steps = []
    for migration in pending:
        entry = migration.entry
        batches.refuse_unfit(migration.source, transaction=entry.transaction)
        checks.refuse_unfit(project, entry.checks)
        guards.refuse_unfit((*project.manifest.guards, *entry.guards))
        if not entry.transaction:
            refuse_unresumable(migration.source, ledger.progress(migration.number, "applied") if ledger else ())
        rollback_source = project.rollback_of(migration)
        if entry.rollback and rollback_source is None:
            shown = f"{project.manifest.folders.rollbacks}/{entry.rollback}"
            raise Refused(
                "rollback-missing",
                f"{migration} has no rollback file: {shown} is not there",
                where=entry.place,
                state=NOTHING_RUN,
                next_step="write it, or say why there is none: irreversible: …",
            )
        if rollback_source is not None:
            batches.refuse_unfit(rollback_source, transaction=False)
        steps.append(_forward(project, migration, rollback_source))
    return steps
