"""What the engine reports while it works; the command line is one listener among others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Action = Literal["applied", "rolled_back", "data_rolled_back", "feature_rolled_back"]
Deed = Literal[Action, "seeded"]


class LockWaited(NamedTuple):
    """The lock is held by somebody else: `holder` says who, in words."""

    holder: str


class LedgerMade(NamedTuple):
    """The ledger was created (`before` is nothing) or upgraded from an older version."""

    schema: str
    before: int | None
    version: int


class StepStarted(NamedTuple):
    """A migration or a rollback begins; `position` of `total` counts from 1, `size` is in characters."""

    action: Deed
    number: int
    name: str
    position: int
    total: int
    size: int


class TextSent(NamedTuple):
    """So many characters of the file were run by the server."""

    name: str
    sent: int
    size: int


class CheckPassed(NamedTuple):
    """A check answered as expected."""

    name: str
    check: str


class GuardMeasured(NamedTuple):
    """The medians of a guarded query before and after; nothing where it could not be run."""

    name: str
    guard: str
    before_ms: float | None
    after_ms: float | None
    is_breach: bool


class NoticeReceived(NamedTuple):
    """The server said something: WARNING, NOTICE, INFO."""

    severity: str
    message: str


class StepDone(NamedTuple):
    """A migration or a rollback is committed with its row in the ledger; `duration_ms` by this machine's clock."""

    action: Deed
    number: int
    name: str
    duration_ms: int


class IndexBuilding(NamedTuple):
    """An index is being built: its phase in PostgreSQL's words, and how many blocks of the table are done."""

    name: str
    phase: str
    done: int
    total: int


class Blocked(NamedTuple):
    """A statement waits for a lock: `blocker` says in words who holds it."""

    name: str
    blocker: str


class Retried(NamedTuple):
    """A lock was not had in time; the migration was rolled back and is tried again after a pause."""

    name: str
    attempt: int
    pause_seconds: float
    blocker: str | None


class StatementResumed(NamedTuple):
    """A statement was begun by an earlier run; by the catalog it `was_done`, or is run again."""

    name: str
    position: int
    line: int
    was_done: bool


class LeftoverDropped(NamedTuple):
    """An invalid index, left by a build that failed, was dropped."""

    name: str
    index: str  # type: ignore[assignment]  # nobody searches an event as a tuple


class BackedUp(NamedTuple):
    """The database was dumped into this file."""

    path: str


Event = (
    BackedUp
    | LockWaited
    | LedgerMade
    | StepStarted
    | TextSent
    | CheckPassed
    | GuardMeasured
    | NoticeReceived
    | StepDone
    | IndexBuilding
    | Blocked
    | Retried
    | StatementResumed
    | LeftoverDropped
)
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
