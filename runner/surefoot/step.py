"""One file to run: what the plan hands to the engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from surefoot.events import Action, Deed
from surefoot_lint.manifest import Check, Guard, Settings
from surefoot_lint.source import Source

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
