"""What the linter finds, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Literal, NamedTuple

from surefoot_lint.errors import Place

Evidence = Literal["static", "history", "proved", "measured"]
Blocked = Literal["reads and writes", "writes", "schema changes"]
Duration = Literal["instant", "scan", "rewrite", "transaction"]
Silence = Literal["allowed", "frozen"]


class Level(IntEnum):
    """How much a finding matters; a rule that is off is used only when it is selected."""

    OFF = 0
    INFORMATION = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Write the level as reports and the manifest do."""
        return self.name.lower()


class Lock(NamedTuple):
    """A lock that a statement takes: its mode, what it blocks meanwhile, and what decides how long it is held.

    `instant` is for a change of the catalog alone, `scan` for a look at each row, `rewrite` for a new copy of each,
    `transaction` for a lock that is wanted as such.
    """

    mode: str
    blocks: Blocked
    duration: Duration


class Found(NamedTuple):
    """What the function of a rule yields: where, what, on which object, what to write instead, which lock is taken.

    The message is one sentence without a full stop; the object of a finding about a file is the file, as shown.
    `level` is given where it is not the rule's own.
    """

    place: Place
    message: str
    object: str | None = None
    advice: str | None = None
    lock: Lock | None = None
    level: Level | None = None
    evidence: Evidence = "static"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, under the rule that found it; `evidence` says how it is known.

    `fingerprint` stays the same when lines are added above it, and wherever the linter is run from. `fails` says
    that the project takes it for a failure.
    """

    code: str
    name: str
    level: Level
    place: Place
    message: str
    object: str | None
    advice: str | None
    lock: Lock | None = None
    evidence: Evidence = "static"
    fingerprint: str = ""
    fails: bool = False

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order findings by file, line and column, then by code."""
        return self.place.path, self.place.line or 0, self.place.column or 0, self.code, self.message


class Suppressed(NamedTuple):
    """A finding that is not reported: allowed by a comment, or frozen in the baseline, for a reason if one is given."""

    finding: Finding
    silence: Silence
    reason: str | None


class Stale(NamedTuple):
    """The lines of a baseline whose findings are there no longer, and the command that takes them out."""

    path: str
    lines: tuple[int, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, sorted; the files that were read; what is not reported, and what need not be frozen.

    `looked_at` and `listed` are the files and folders that it rests on, where a project was checked.
    """

    findings: tuple[Finding, ...]
    paths: tuple[str, ...]
    suppressed: tuple[Suppressed, ...] = ()
    stale: tuple[Stale, ...] = ()
    looked_at: tuple[Path, ...] = ()
    listed: tuple[Path, ...] = ()

    @property
    def files(self) -> int:
        """Count the files that were read."""
        return len(self.paths)

    def at_least(self, level: Level) -> Report:
        """Leave out the findings below a level; those that fail the run stay."""
        kept = tuple(finding for finding in self.findings if finding.level >= level or finding.fails)
        return replace(self, findings=kept)

    @property
    def failing(self) -> int:
        """Count the findings that make the run fail."""
        return sum(finding.fails for finding in self.findings)
