"""The errors of the server's layer; those of the files' layer stand in `surefoot_lint.errors`.

SurefootError
├── ConnectionFailed    5   no server, wrong password, unreadable connection string
├── ReadOnlyServer      5   a replica, or a session that may not write
├── LockNotTaken        5   another runner holds the lock for too long
├── LedgerNotAllowed    5   this role may not make, upgrade, read or write the ledger
├── Refused             3   the files and the ledger do not fit; `word` says how
├── SqlFailed           4   a statement failed
├── CheckFailed         4   a check did not answer as expected
└── Interrupted       130   Ctrl-C or SIGTERM
"""

from __future__ import annotations

from dataclasses import dataclass

from surefoot_lint.errors import ExitStatus, Place, SurefootError


class ConnectionFailed(SurefootError):
    """No connection to the server could be made, or it was lost."""

    word = "connection"
    exit_status = ExitStatus.NO_CONNECTION


class ReadOnlyServer(SurefootError):
    """The server does not accept writes: a replica, or default_transaction_read_only."""

    word = "read-only"
    exit_status = ExitStatus.NO_CONNECTION


class LockNotTaken(SurefootError):
    """Another runner held the lock for longer than this one may wait."""

    word = "lock"
    exit_status = ExitStatus.NO_CONNECTION


class LockTimedOut(SurefootError):
    """A migration did not get a lock on what it changes, after all its retries; it was rolled back."""

    word = "lock-timeout"
    exit_status = ExitStatus.NO_CONNECTION


class LedgerNotAllowed(SurefootError):
    """The role lacks a right on the ledger, or the right to create it."""

    word = "ledger-rights"
    exit_status = ExitStatus.NO_CONNECTION


class Refused(SurefootError):
    """Nothing was run, since the files and the ledger do not fit together."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, word: str, what: str, **parts: str | Place | None) -> None:
        super().__init__(what, **parts)  # type: ignore[arg-type]
        self.word = word  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the server said of an error; `sqlstate` is the five characters of PostgreSQL's appendix A."""

    message: str
    sqlstate: str | None = None
    detail: str | None = None
    hint: str | None = None
    context: str | None = None


class SqlFailed(SurefootError):
    """A statement of a migration, a rollback or a check failed on the server."""

    word = "sql"
    exit_status = ExitStatus.SQL_FAILED

    def __init__(
        self,
        diagnosis: Diagnosis,
        *,
        where: Place | None = None,
        state: str | None = None,
        next_step: str | None = None,
    ) -> None:
        super().__init__(diagnosis.message, where=where, state=state, next_step=next_step)
        self.diagnosis = diagnosis


class CheckFailed(SurefootError):
    """A check of a migration did not answer as expected; its transaction was rolled back."""

    word = "check"
    exit_status = ExitStatus.SQL_FAILED


class Interrupted(SurefootError):
    """A person or the system asked to stop; the state says what remains."""

    word = "interrupted"
    exit_status = ExitStatus.INTERRUPTED
