"""The keys of the manifest, declared once: for the reader, for JSON Schema, and for the page on them."""

from __future__ import annotations

from typing import Any

from yaml.nodes import MappingNode, Node, SequenceNode

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
from surefoot_lint.manifest import (
    Check,
    Entry,
    ExpectedError,
    Folders,
    Guard,
    LedgerSettings,
    LintSettings,
    Manifest,
    Settings,
)

FORMAT_VERSION = 1
OLDEST_POSTGRES = 14


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


def _invariant(name: str) -> str | None:
    """Say of an invariant among the checks where it belongs."""
    from surefoot_lint.invariant import all_invariants

    one = all_invariants().get(name)
    return one and f"it is an invariant: write it under the key invariants, as {name}: {one.example}"


CHECKS = ListOf(Keys(CHECK, Check, places=True, elsewhere=_invariant))
CHECKS_OF_ALL = ListOf(
    Keys(
        {k: v for k, v in CHECK.items() if k != "when"},
        lambda **v: Check(when="after", **v),
        True,
        elsewhere=_invariant,
    )
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


def manifest_schema() -> JsonSchema:
    """Describe the manifest as JSON Schema, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Surefoot's manifest",
        "description": "The migrations of a project, in the order of their application.",
    } | DOCUMENT.schema()
