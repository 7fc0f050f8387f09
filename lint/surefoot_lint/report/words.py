"""What all reports say in the same words: counts, and the parts of a finding beside its message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from surefoot_lint.counting import counted
from surefoot_lint.finding import Duration, Evidence, Finding, Level, Lock, Report, Silence, Stale

HELD: dict[Duration, str] = {
    "instant": "for an instant",
    "scan": "while every row is read",
    "rewrite": "while every row is written anew",
    "transaction": "to the end of the migration",
}
KNOWN_BY: dict[Evidence, str] = {
    "static": "these files",
    "history": "the migrations before it",
    "proved": "a run on a server",
    "measured": "a run on a server, which measured it",
}
SILENCES: dict[Silence, str] = {"allowed": "allowed by a comment", "frozen": "frozen in the baseline"}


def notes(finding: Finding) -> Iterator[tuple[str, str]]:
    """Give what is known of a finding beside its message, each part under its name."""
    if finding.lock:
        yield "lock", lock_words(finding.lock)
    if finding.evidence != "static":
        yield "known by", KNOWN_BY[finding.evidence]
    if finding.advice:
        yield "instead", finding.advice
    yield "more", f"surefoot-lint explain {finding.code}"


def lock_words(lock: Lock) -> str:
    """Say which lock is taken, what it blocks and for how long."""
    return f"{lock.mode} blocks {lock.blocks} {HELD[lock.duration]}"


def stale_words(stale: Stale) -> str:
    """Say that a baseline can shrink, and how."""
    entries = "1 entry is" if len(stale.lines) == 1 else f"{len(stale.lines)} entries are"
    return f"{entries} no longer found; {stale.command} takes {'it' if len(stale.lines) == 1 else 'them'} out"


def summary(report: Report) -> str:
    """Say in one line what the findings come to."""
    counts = count_levels(report.findings) or "nothing found"
    silenced = Counter(suppressed.silence for suppressed in report.suppressed)
    more = [f"{silenced[silence]} {words}" for silence, words in SILENCES.items() if silenced[silence]]
    return "; ".join([f"{counts} in {counted(report.files, 'file')}", *more])


def count_levels(findings: Iterable[Finding]) -> str:
    """Count findings by level, the worst first."""
    levels = Counter(finding.level for finding in findings)
    return ", ".join(_level_count(levels[level], level) for level in sorted(levels, reverse=True))


def by_level(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by level, the worst first, then by place."""
    return sorted(findings, key=lambda finding: (-finding.level, finding.sort_key))


def _level_count(number: int, level: Level) -> str:
    return f"{number} {level.word}" if level is Level.INFORMATION else counted(number, level.word)
