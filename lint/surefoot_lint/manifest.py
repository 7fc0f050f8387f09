"""What a manifest says: the settings of a project, and its migrations in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from surefoot_lint.errors import Place
from surefoot_lint.paths import MANIFEST_NAME

SOMEWHERE = Place(MANIFEST_NAME)


class Folders(NamedTuple):
    """The folders of the two kinds of file, from the manifest's own folder."""

    migrations: str
    rollbacks: str


class Settings(NamedTuple):
    """Limits of a migration's transaction; nothing means: as the level above says."""

    lock_timeout: str | None = None
    statement_timeout: str | None = None
    lock_retries: int | None = None

    def over(self, other: Settings) -> Settings:
        """Put these settings over others: what is not said here stays as it is there."""
        return other._replace(**{name: value for name, value in self._asdict().items() if value is not None})


class LintSettings(NamedTuple):
    """How the linter judges this project."""

    gaps: str = "forbid"
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    fail_on: str = "error"
    idempotent: str = "require"
    baseline: str | None = None
    exposed_schemas: tuple[str, ...] | None = None
    place: Place = SOMEWHERE


class LedgerSettings(NamedTuple):
    """Where the ledger is."""

    schema: str = "surefoot"


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """The error that a check must raise: a SQLSTATE of five characters, or the name of a condition."""

    error: str


class Check(NamedTuple):
    """A query that must answer as expected: one value, a list of rows, or an error.

    One that an invariant has written lists what breaks it, reads without changing anything, and has a `next_step`.
    """

    name: str
    when: str
    sql: str | None
    sql_file: str | None
    role: str | None
    expect: Any
    place: Place
    next_step: str | None = None


class Guard(NamedTuple):
    """A query that must not become slow: `max_slowdown` 0.2 allows it to take a fifth longer than before.

    Of `runs` runs before a migration, and as many after it, the medians are compared.
    """

    name: str
    sql: str
    max_slowdown: float
    on_breach: str
    runs: int
    place: Place


class Entry(NamedTuple):
    """One migration as the manifest lists it."""

    file: str
    rollback: str | None
    phase: str | None
    transaction: bool
    settings: Settings
    requires: tuple[str, ...]
    checks: tuple[Check, ...]
    guards: tuple[Guard, ...]
    irreversible: str | None
    lossy: str | None
    data_rollback: str | None
    feature_rollback: str | None
    on_failed_check: str
    place: Place


class Manifest(NamedTuple):
    """The whole manifest; its migrations stand in the order of their application.

    `checks` is what verify asks: the invariants, then the queries of the project's own.
    """

    surefoot: int
    name: str
    postgres: int
    platform: str | None
    folders: Folders
    settings: Settings
    lint: LintSettings
    ledger: LedgerSettings
    seeds: tuple[str, ...]
    migrations: tuple[Entry, ...]
    checks: tuple[Check, ...]
    guards: tuple[Guard, ...]
    place: Place
