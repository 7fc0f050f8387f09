"""What a runbook is to do: which migrations, their steps, and how far they can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot import batches, checks
from surefoot.errors import Refused
from surefoot.operations.steps import no_rollback, undoing, vetted
from surefoot.planner import target
from surefoot.provenance import provenance_of
from surefoot.resume import refuse_unresumable
from surefoot.runbook.scripts import Work
from surefoot.step import Step
from surefoot_lint.errors import UsageError
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Migration, Project


def forward(project: Project, *, to: str | None = None, after: str | None = None) -> Work:
    """Choose the migrations after `after`, up to and with `to`; without them, all.

    Raises UsageError for unknown numbers and for nothing to do; SplitError, ManifestError, Refused for files that
    the runner would refuse too.
    """
    first = _after(project, after, "--after")
    last = project.migrations.index(project.by_number[target(project, to)]) + 1 if to is not None else None
    return _work(project, project.migrations[first:last])


def backward(project: Project, *, to: str) -> Work:
    """Choose the migrations that a rollback to `to` undoes: all after it, `0` for all there are.

    Raises as `forward` does, and Refused for a migration that cannot be undone.
    """
    work = _work(project, project.migrations[_after(project, to, "--to") :])
    if len(work.undoing) < len(work.migrations):
        stuck = work.migrations[-1 - len(work.undoing)]
        if not stuck.entry.irreversible:
            raise no_rollback(stuck.name, stuck.number, stuck)
        raise Refused(
            "irreversible",
            f"{stuck.name} cannot be rolled back: {stuck.entry.irreversible}",
            where=stuck.entry.place,
            state="nothing was written",
            next_step=f"go back to it at most: surefoot runbook --rollback --to {stuck.number}",
        )
    return work


def _work(project: Project, migrations: Sequence[Migration]) -> Work:
    if not migrations:
        raise UsageError(
            "there is nothing to do between these numbers",
            state="nothing was written",
            next_step="surefoot status shows the migrations",
        )
    checks.refuse_unfit(project, project.manifest.checks)
    steps = tuple(vetted(project, migrations))
    back = tuple(_undoing(project, migrations))
    return Work(project, tuple(migrations), steps, back, provenance_of(project.folder))


def _undoing(project: Project, migrations: Sequence[Migration]) -> Iterator[Step]:
    """Make the steps back, up to the first migration that cannot be undone."""
    for migration in reversed(migrations):
        source = project.rollback_of(migration)
        if migration.entry.irreversible or source is None:
            return
        step = undoing(project, migration, migration.number, migration.name, source)
        batches.refuse_unfit(source, transaction=step.transaction)
        if not step.transaction:
            refuse_unresumable(source, ())
        yield step


def _after(project: Project, text: str | None, option: str) -> int:
    """Find the place after the migration that an option names; 0 names none."""
    number = number_of(text) if text is not None else 0
    if number == 0:
        return 0
    migration = project.named(number) if number is not None else None
    if migration is None:
        raise UsageError(
            f"{option} {text}: no migration has this number", next_step="surefoot status shows the migrations"
        )
    return project.migrations.index(migration) + 1
