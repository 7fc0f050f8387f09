"""What the engine reports while it works; the command line is one listener among others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Action = Literal["applied", "rolled_back", "data_rolled_back", "feature_rolled_back"]


@dataclass(frozen=True, slots=True)
class LockWaited:
    """The lock is held by somebody else: `holder` says who, in words."""

    holder: str


@dataclass(frozen=True, slots=True)
class LedgerMade:
    """The ledger was created (`before` is nothing) or upgraded from an older version."""

    schema: str
    before: int | None
    version: int


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A migration or a rollback begins; `position` of `total` counts from 1, `size` is in characters."""

    action: Action
    number: int
    name: str
    position: int
    total: int
    size: int


@dataclass(frozen=True, slots=True)
class TextSent:
    """So many characters of the file were run by the server."""

    name: str
    sent: int
    size: int


@dataclass(frozen=True, slots=True)
class CheckPassed:
    """A check answered as expected."""

    name: str
    check: str


@dataclass(frozen=True, slots=True)
class GuardMeasured:
    """The medians of a guarded query before and after; nothing where it could not be run."""

    name: str
    guard: str
    before_ms: float | None
    after_ms: float | None
    is_breach: bool


@dataclass(frozen=True, slots=True)
class NoticeReceived:
    """The server said something: WARNING, NOTICE, INFO."""

    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """A migration or a rollback is committed with its row in the ledger; `duration_ms` by this machine's clock."""

    action: Action
    number: int
    name: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class IndexBuilding:
    """An index is being built: its phase in PostgreSQL's words, and how many blocks of the table are done."""

    name: str
    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A statement waits for a lock: `blocker` says in words who holds it."""

    name: str
    blocker: str


@dataclass(frozen=True, slots=True)
class Retried:
    """A lock was not had in time; the migration was rolled back and is tried again after a pause."""

    name: str
    attempt: int
    pause_seconds: float
    blocker: str | None


@dataclass(frozen=True, slots=True)
class StatementResumed:
    """A statement was begun by an earlier run; by the catalog it `was_done`, or is run again."""

    name: str
    position: int
    line: int
    was_done: bool


@dataclass(frozen=True, slots=True)
class LeftoverDropped:
    """An invalid index, left by a build that failed, was dropped."""

    name: str
    index: str


@dataclass(frozen=True, slots=True)
class BackedUp:
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
