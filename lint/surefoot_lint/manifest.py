"""manifest.yaml → a frozen Manifest; what it holds is declared once, for the reader and for JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode
from yaml.reader import ReaderError

from surefoot_lint.document import (
    AnyOf,
    Choice,
    Duration,
    Flag,
    Integer,
    JsonSchema,
    Key,
    Keys,
    ListOf,
    Percent,
    Reader,
    Scalar,
    Text,
)
from surefoot_lint.errors import ManifestError, Place
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.source import read_source

FORMAT_VERSION = 1
OLDEST_POSTGRES, NEWEST_POSTGRES = 14, 18
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


def _manifest(*, invariants: tuple[Check, ...], checks: tuple[Check, ...], **others: Any) -> Manifest:
    return Manifest(checks=(*invariants, *checks), **others)


EXPECTED_ROWS = ListOf(ListOf(Scalar()))
EXPECTED_ERROR = Keys(
    {"error": Key(Text(), "a SQLSTATE (42501) or the name of a condition (insufficient_privilege)", required=True)},
    ExpectedError,
)
SCALAR = Scalar()


def _expectation(node: Node) -> Scalar | ListOf | Keys:
    if isinstance(node, MappingNode):
        return EXPECTED_ERROR
    return EXPECTED_ROWS if isinstance(node, SequenceNode) else SCALAR


FILE = Text(meaning="the path of a file")
SETTINGS = {
    "lock_timeout": Key(Duration(), "how long a statement waits for a lock"),
    "statement_timeout": Key(Duration(), "how long a statement may run"),
    "lock_retries": Key(Integer(0, 100), "how often a migration is tried again after a lock timeout"),
}
CHECK = {
    "name": Key(Text(), "what holds when the check passes", required=True),
    "when": Key(Choice(("before", "after")), "before or after the migration", default="after"),
    "sql": Key(Text(), "the query"),
    "sql_file": Key(FILE, "a file with the query, in place of sql"),
    "role": Key(Text(), "the role that asks, by SET LOCAL ROLE"),
    "expect": Key(
        AnyOf((SCALAR, EXPECTED_ROWS, EXPECTED_ERROR), _expectation),
        "the answer: one value, a list of rows, or {error: SQLSTATE or name}",
        required=True,
    ),
}
CHECKS = ListOf(Keys(CHECK, Check, places=True))
CHECKS_OF_ALL = ListOf(
    Keys({k: v for k, v in CHECK.items() if k != "when"}, lambda **v: Check(when="after", **v), True)
)


class Invariants:
    """What must hold by name; its modules are loaded for manifests that use it."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> tuple[Check, ...]:
        """Read the names as checks that list what breaks them: no row is expected."""
        from surefoot_lint.invariant import invariants_shape

        checks: tuple[Check, ...] = invariants_shape().read(node, reader)
        return checks

    def schema(self) -> JsonSchema:
        """Describe the names."""
        from surefoot_lint.invariant import invariants_shape

        return invariants_shape().schema()


GUARD = {
    "name": Key(Text(), "what must stay fast", required=True),
    "sql": Key(Text(), "the query", required=True),
    "max_slowdown": Key(Percent(), "how much longer it may take after the migration than before", required=True),
    "on_breach": Key(
        Choice(("warn", "fail", "rollback")),
        "when it takes longer: a warning; an error; an error, and with transaction: false the rollback too",
        default="fail",
    ),
    "runs": Key(Integer(5, 100), "how many runs the median is taken of", default=5),
}
GUARDS = ListOf(Keys(GUARD, Guard, places=True))
ENTRY = {
    "file": Key(FILE, "the migration, in the folder of migrations", required=True),
    "rollback": Key(FILE, "what undoes it, in the folder of rollbacks"),
    "phase": Key(Text(), "a name for a group of migrations"),
    "transaction": Key(Flag(), "false: statement by statement, outside a transaction", default=True),
    "settings": Key(Keys(SETTINGS, Settings), "limits for this migration alone", default=Settings()),
    "requires": Key(ListOf(FILE), "files that must have been applied before", default=()),
    "checks": Key(CHECKS, "queries that must answer so before or after it", default=()),
    "guards": Key(GUARDS, "queries that it must not make slow", default=()),
    "irreversible": Key(Text(), "why it has no rollback"),
    "lossy": Key(Text(), "why its rollback does not give back all rows and values"),
    "data_rollback": Key(FILE, "resets the data and keeps the tables"),
    "feature_rollback": Key(FILE, "switches the feature off and keeps the data"),
    "on_failed_check": Key(
        Choice(("rollback", "stop")),
        "with transaction: false, what follows when a check after it fails: its rollback, or nothing",
        default="rollback",
    ),
}
DEFAULT_SETTINGS = Settings(lock_timeout="5s", statement_timeout="15min", lock_retries=5)
IDENTIFIER = Text(r"(?!pg_)[a-z_][a-z0-9_]{0,62}", "a plain lower-case name of at most 63 characters, not pg_…")
DOCUMENT = Keys(
    {
        "surefoot": Key(Integer(FORMAT_VERSION, FORMAT_VERSION), "version of this format", required=True),
        "name": Key(Text(r"[A-Za-z0-9][A-Za-z0-9_.-]*", "letters, digits, - _ ."), "the project", required=True),
        "postgres": Key(Integer(OLDEST_POSTGRES, 99), "the oldest server major in production", required=True),
        "platform": Key(Choice(("supabase",)), "what the hosting provides; for scratch servers and rules"),
        "folders": Key(
            Keys(
                {
                    "migrations": Key(FILE, "the folder of migrations", default="migrations"),
                    "rollbacks": Key(FILE, "the folder of rollbacks", default="rollbacks"),
                },
                Folders,
            ),
            "where the files are",
            default=Folders("migrations", "rollbacks"),
        ),
        "settings": Key(
            Keys(SETTINGS, lambda **said: Settings(**said).over(DEFAULT_SETTINGS)),
            "limits for every migration",
            default=DEFAULT_SETTINGS,
        ),
        "lint": Key(
            Keys(
                {
                    "gaps": Key(Choice(("forbid", "allow")), "whether numbers may leave gaps", default="forbid"),
                    "ignore": Key(ListOf(Text()), "codes of rules that are not used", default=()),
                    "select": Key(ListOf(Text()), "codes of rules that are used though they are off", default=()),
                    "fail_on": Key(Choice(("error", "warning")), "the least level that fails", default="error"),
                    "idempotent": Key(
                        Choice(("require", "warn", "off")),
                        "whether what cannot be run twice is an error; with transaction: false it is one",
                        default="require",
                    ),
                    "baseline": Key(FILE, "a file of findings that were there before, which are not reported"),
                    "exposed_schemas": Key(
                        ListOf(Text()), "schemas that clients reach through an API; public with platform: supabase"
                    ),
                },
                LintSettings,
                places=True,
            ),
            "how the linter judges",
            default=LintSettings(),
        ),
        "ledger": Key(
            Keys({"schema": Key(IDENTIFIER, "the ledger's schema", default="surefoot")}, LedgerSettings),
            "where the ledger is",
            default=LedgerSettings(),
        ),
        "seeds": Key(
            ListOf(FILE), "files of data for development, in order; else those of the folder seeds", default=()
        ),
        "migrations": Key(ListOf(Keys(ENTRY, Entry, places=True)), "in the order of application", required=True),
        "invariants": Key(Invariants(), "what must hold in the whole database, by name, for verify", default=()),
        "checks": Key(CHECKS_OF_ALL, "queries that must answer so in the whole database, for verify", default=()),
        "guards": Key(GUARDS, "queries that no migration must make slow", default=()),
    },
    _manifest,
    places=True,
)


def load_manifest(path: Path, shown: str = MANIFEST_NAME) -> Manifest:
    """Read the manifest.

    Raises ManifestError, with line and column, for anything that is not as declared, and SourceError for a
    file that is not plain UTF-8.
    """
    if not path.is_file():
        raise ManifestError(
            "there is no manifest",
            where=Place(shown),
            next_step="surefoot init makes one; --manifest FILE names another",
        )
    return parse_manifest(read_source(path, shown).read(), shown)


def parse_manifest(text: str, shown: str) -> Manifest:
    """Read the text of a manifest; `shown` says where it comes from. Raises ManifestError."""
    reader = Reader(shown, text.splitlines())
    root = _compose(text, reader)
    manifest: Manifest = DOCUMENT.read(root, reader)
    _refuse_contradictions(manifest)
    return manifest


def manifest_schema() -> JsonSchema:
    """Describe the manifest as JSON Schema, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Surefoot's manifest",
        "description": "The migrations of a project, in the order of their application.",
    } | DOCUMENT.schema()


def _compose(text: str, reader: Reader) -> Node:
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except ReaderError as error:
        before = text.encode()[: error.position].decode().split("\n")
        where = Place(reader.path, len(before), len(before[-1]) + 1, text.split("\n")[len(before) - 1])
        raise ManifestError(f"this is not YAML: {error.reason}", where=where) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        excerpt = reader.lines[line] if line < len(reader.lines) else None
        where = Place(reader.path, line + 1, column + 1, excerpt)
        raise ManifestError(f"this is not YAML: {error.problem or error.context}", where=where) from error
    if root is None:
        raise ManifestError("the manifest is empty", where=Place(reader.path), next_step="surefoot init shows one")
    return root


def _refuse_contradictions(manifest: Manifest) -> None:
    """Refuse what each key allows by itself, but not together."""
    for entry in manifest.migrations:
        for path in (entry.file, entry.rollback, entry.data_rollback, entry.feature_rollback):
            _refuse_escape(path, entry.place)
        if entry.irreversible and entry.rollback:
            raise ManifestError(
                f"{entry.file} is called irreversible and has a rollback",
                where=entry.place,
                next_step="remove one of the two keys",
            )
    for path in (manifest.folders.migrations, manifest.folders.rollbacks, *manifest.seeds):
        _refuse_escape(path, manifest.place)
    _refuse_escape(manifest.lint.baseline, manifest.lint.place)
    for check in (*manifest.checks, *(check for entry in manifest.migrations for check in entry.checks)):
        _refuse_escape(check.sql_file, check.place)
        if (check.sql is None) == (check.sql_file is None):
            raise ManifestError(f"the check {check.name!r} needs either sql or sql_file", where=check.place)


def _refuse_escape(path: str | None, place: Place) -> None:
    """Refuse a path that leaves the project's folder."""
    if path is None:
        return
    if path.startswith("/") or ".." in path.split("/") or "\\" in path:
        raise ManifestError(
            f"the path {path} leaves the project's folder",
            where=place,
            why="a manifest names only files below it, with forward slashes",
        )
