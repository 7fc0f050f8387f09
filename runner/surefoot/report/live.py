"""Look at a database: its ledger, what is to be done there, whether it is as it must be. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import psycopg

from surefoot.connection import describe, losing_explained
from surefoot.drift import Drift
from surefoot.errors import ConnectionFailed
from surefoot.ledger import Ledger
from surefoot.operations.plan import plan
from surefoot.operations.status import Status, status
from surefoot.operations.verify import Verification, verify
from surefoot.planner import Plan
from surefoot.resume import Progress
from surefoot_lint.errors import SurefootError
from surefoot_lint.project import Project

Answer = TypeVar("Answer")


class Unfinished(NamedTuple):
    """A migration that was begun outside of a transaction: what it will be when it is finished, and what was done."""

    number: int
    action: str
    progress: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """How a database stands. What could not be told is the error that says why; drift may not have been asked for."""

    where: str
    status: Status
    plan: Plan | SurefootError
    rows: tuple[dict[str, Any], ...]
    unfinished: tuple[Unfinished, ...]
    verification: Verification | SurefootError
    drift: Drift | SurefootError | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A database whose ledger could not be read, and why."""

    where: str
    error: SurefootError


FindDrift = Callable[[psycopg.Connection], Drift]


@losing_explained()
def look_at_database(project: Project, connection: psycopg.Connection, drift: FindDrift | None = None) -> Live | Unread:
    """Ask a database all that its page shows, and `drift` where it is given. Raises ConnectionFailed."""
    where = describe(connection)
    ledger = Ledger(connection, project.manifest.ledger.schema)
    try:
        found = status(project, connection)
        rows = tuple(ledger.history())
    except psycopg.errors.InsufficientPrivilege as error:
        return Unread(where, ledger.not_allowed("read", error.diag.message_primary))
    except ConnectionFailed:
        raise
    except SurefootError as error:
        return Unread(where, error)
    unfinished = tuple(
        Unfinished(number, action, tuple(ledger.progress(number, action)))  # type: ignore[arg-type]
        for number, action in found.ledger.unfinished
    )
    return Live(
        where,
        found,
        _told(lambda: plan(project, connection)),
        rows,
        unfinished,
        _told(lambda: verify(project, connection)),
        _told(lambda: drift(connection)) if drift else None,
    )


def _told(ask: Callable[[], Answer]) -> Answer | SurefootError:
    """Ask, and take an error that says why there is no answer for one; a lost connection answers nothing more."""
    try:
        return ask()
    except ConnectionFailed:
        raise
    except SurefootError as error:
        return error
