"""One file to run: what the plan hands to the engine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from surefoot.events import Action, Deed
from surefoot_lint.manifest import Check, Guard, Settings
from surefoot_lint.source import Source

KEPT_ROLLBACK_BYTES = 1 << 20
TIMEOUTS = ("lock_timeout", "statement_timeout")


@dataclass(frozen=True, slots=True)
class Step:
    """One file to run, and the row that the ledger gets for it.

    `own_settings` are those of its entry in the manifest alone; without `transaction` it is run statement by
    statement, and `undo` is what may follow when a check after it fails, or a guard is breached.
    """

    action: Action
    number: int
    name: str
    source: Source
    rollback: Source | None
    settings: Settings
    checks: tuple[Check, ...] = ()
    own_settings: Settings = field(default_factory=Settings)
    transaction: bool = True
    reason: str | None = None
    undo: Step | None = None
    undo_on_failed_check: bool = True
    guards: tuple[Guard, ...] = ()
    is_recorded: bool = True

    @property
    def deed(self) -> Deed:
        """Name what it does: its action in the ledger; what is not recorded is a seed."""
        return self.action if self.is_recorded else "seeded"

    def checks_at(self, when: str) -> list[Check]:
        """Give its checks of `before` or `after`."""
        return [check for check in self.checks if check.when == when]


def columns_of(step: Step) -> dict[str, str | None]:
    """Give what a step's row in the ledger says of its files; an applied migration keeps its rollback file there."""
    rollback = step.rollback
    is_kept = step.action == "applied" and rollback is not None and rollback.size <= KEPT_ROLLBACK_BYTES
    return {
        "checksum": step.source.checksum if step.action == "applied" else None,
        "rollback_checksum": rollback.checksum if rollback else None,
        "rollback_sql": rollback.read() if is_kept and rollback else None,
        "reason": step.reason,
    }


def timeouts(settings: Settings, leave_out: Collection[str] = ()) -> dict[str, str]:
    """Give the values of the timeouts, by their names; what is not said is without limit."""
    return {name: getattr(settings, name) or "0" for name in TIMEOUTS if name not in leave_out}
