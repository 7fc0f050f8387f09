"""What the linter finds, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

from surefoot_lint.errors import Place

Evidence = Literal["static", "history", "proved"]


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
    """A lock that a statement takes: its mode, what it blocks meanwhile, and what decides how long it is held."""

    mode: str
    blocks: Literal["reads and writes", "writes", "schema changes"]
    duration: Literal["instant", "scan", "rewrite"]


class Found(NamedTuple):
    """What the function of a rule yields: where, what, on which object, and what to write instead.

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
    """What was found, under the rule that found it; `evidence` says how it is known."""

    code: str
    name: str
    level: Level
    place: Place
    message: str
    object: str | None
    advice: str | None
    lock: Lock | None = None
    evidence: Evidence = "static"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order findings by file, line and column, then by code."""
        return self.place.path, self.place.line or 0, self.place.column or 0, self.code, self.message


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, sorted; how many files were read; how many findings make the run fail."""

    findings: tuple[Finding, ...]
    files: int
    failing: int
