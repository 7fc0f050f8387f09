"""The errors of the files' layer, and the exit statuses of the whole program.

    SurefootError
    ├── UsageError          2   a wrong option or argument
    ├── ManifestError       2   manifest.yaml, or what it lists, is not right
    ├── SourceError         2   a SQL file cannot be read as such
    ├── SplitError          2   a SQL file cannot be cut into statements
    ├── PlaceError          2   a file or folder may not be read or written, or there is no room
    └── GitError            2   git is missing, refuses, or does not know the base

The errors of the server's layer stand in `surefoot.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """What a process tells its caller; the one table of exit statuses."""

    def __new__(cls, value: int, meaning: str) -> ExitStatus:
        """Make a member that carries its meaning."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    meaning: str

    DONE = 0, "done"
    FINDINGS = 1, "findings, failed checks, drift, or pending migrations (`status --check`)"
    USAGE = 2, "wrong usage, or a wrong manifest or file"
    REFUSED = 3, "refused: the files and the ledger do not fit, or the ledger is not intact"
    SQL_FAILED = 4, "the SQL failed, or a check of a migration did"
    NO_CONNECTION = 5, "no connection, no writable server, or no lock"
    BUG = 70, "a bug in Surefoot: the traceback is kept, please report it"
    INTERRUPTED = 130, "interrupted; the database was left clean, and the output says in which state"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, lines and columns counted from 1, columns in characters."""

    path: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        """Write the place as editors and terminals understand it: `path:line:column`."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class SurefootError(Exception):
    """Any error that Surefoot expects: what is wrong, where, why, what state remains, what to type next."""

    word: ClassVar[str] = "error"
    exit_status: ClassVar[ExitStatus] = ExitStatus.BUG

    def __init__(
        self,
        what: str,
        *,
        where: Place | None = None,
        why: str | None = None,
        state: str | None = None,
        next_step: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.state = state
        self.next_step = next_step

    def __str__(self) -> str:
        """Write the error in one line, without advice."""
        return f"{self.where}: {self.what}" if self.where else self.what


class UsageError(SurefootError):
    """A wrong option or argument."""

    word = "usage"
    exit_status = ExitStatus.USAGE


class ManifestError(SurefootError):
    """The manifest, or a file that it lists, is not as it must be."""

    word = "manifest"
    exit_status = ExitStatus.USAGE


class SourceError(SurefootError):
    """A SQL file cannot be read: missing, not UTF-8, with a byte order mark or invisible characters."""

    word = "source"
    exit_status = ExitStatus.USAGE


class SplitError(SurefootError):
    """A SQL file cannot be cut into statements: an open quote, comment or parenthesis, a psql meta-command."""

    word = "split"
    exit_status = ExitStatus.USAGE


class PlaceError(SurefootError):
    """The system refuses a file or folder: no right to it, no room, a disk that is read-only."""

    word = "place"
    exit_status = ExitStatus.USAGE


class GitError(SurefootError):
    """What is merged cannot be told: no git, no repository, no such base, or nothing in common with it."""

    word = "git"
    exit_status = ExitStatus.USAGE
