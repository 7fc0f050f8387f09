"""What a rollback takes with it, and whether that is agreed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from surefoot.errors import Refused
from surefoot.planner import NOTHING_RUN

if TYPE_CHECKING:
    from surefoot.engine import Engine
    from surefoot.losses import ChangedRows, Loss
    from surefoot.step import Step


class RollbackPreview(NamedTuple):
    """What a rollback would do: its steps, what is lost, and rollback files that are not what was applied.

    `changed_files` holds a unified diff for each, from the ledger's text to the file's.
    """

    steps: tuple[Step, ...]
    losses: tuple[Loss, ...]
    changed_rows: tuple[ChangedRows, ...]
    changed_files: tuple[str, ...]

    @property
    def needs_consent(self) -> bool:
        """Tell whether rows would be lost, or a file runs that nobody has agreed to."""
        return bool(
            self.changed_files or self.changed_rows or any(loss.rows or loss.is_estimate for loss in self.losses)
        )


def foresee(engine: Engine, steps: Sequence[Step], diffs: Sequence[str]) -> RollbackPreview:
    """Rehearse a rollback, and count what it would take."""
    from surefoot import batches
    from surefoot.losses import changed_rows, count, look, truncated
    from surefoot.resume import refuse_session_settings, refuse_unresumable

    for step in steps:
        batches.refuse_unfit(step.source, transaction=step.transaction)
        if not step.transaction:
            refuse_unresumable(step.source, engine.ledger.progress(step.number, "rolled_back"))
            if engine.hold.is_pooled:
                refuse_session_settings(step.source)
    schema = engine.ledger.schema
    before, after, answers = engine.rehearse(steps, lambda: look(engine.connection, schema))
    gone = count(engine.connection, before, after)
    changed = (*changed_rows(before, after), *truncated(answers))
    return RollbackPreview(tuple(steps), tuple(gone), changed, tuple(diffs))


def agreed(preview: RollbackPreview, consent: Callable[[RollbackPreview], bool] | None) -> bool:
    """Ask whether the rollback is to run; without anybody to ask, refuse one that needs consent. Raises Refused."""
    if consent is not None:
        return consent(preview)
    if preview.needs_consent:
        raise Refused(
            "consent",
            "this rollback loses rows, or its files were changed",
            state=NOTHING_RUN,
            next_step="give a function that looks at the preview and consents",
        )
    return True
