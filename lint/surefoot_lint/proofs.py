"""What the prover has found of exactly the present files: stronger evidence than a reading of them.

`surefoot prove` writes `.surefoot/proved.json`; the linter reads it, and a verdict on other files counts for
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from surefoot_lint.actions.creating import CreateTable
from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding, Level
from surefoot_lint.verdicts import Subject, Verdict, kept_verdicts

# What a round trip that restored the schema refutes, and what a file that ran twice does; all of these are readings.
ROUND_TRIP = frozenset({"RB103", "RB104", "RB105", "RB106", "RB108", "AN107"})
RUN_TWICE = frozenset({"ID101", "ID102", "ID103", "ID104", "ID106", "ID107", "ID108", "ID110", "ID111", "ID202"})
UNDONE_TWICE = frozenset({"RB110"})
# What a statement that was seen to write no table anew refutes.
REWRITES = frozenset({"LK209", "LK301", "LK302", "LK303", "LK304"})
IN_ZONE = "time zone"  # a change between times with and without a zone rewrites nothing where the zone is UTC
WRONG = ("differs", "fails")
RULES = {"differs": ("RB108", "definition-not-restored"), "fails": ("RB106", "rollback-order")}


def read_verdicts(fileset: FileSet) -> dict[str, Verdict]:
    """Find the verdicts that are about the present files of a set, by the names of the migrations."""
    return kept_verdicts(fileset.folder, map(_subject, fileset.units))


def _subject(unit: Unit) -> Subject:
    migration = unit.migration.path if unit.migration else Path(unit.shown)
    return Subject(unit.name, migration, unit.rollback.path if unit.rollback else None, unit.transaction)


def weighed(findings: Iterable[Finding], fileset: FileSet, units: Iterable[Unit], ran: Iterable[str]) -> list[Finding]:
    """Leave out the readings that a proof refutes, mark those that it confirms, and add what only it has found.

    `ran` are the codes of the rules that were asked.
    """
    verdicts = read_verdicts(fileset)
    by_file = {
        file.shown: (verdicts[unit.name], file is unit.migration, file is unit.rollback)
        for unit in fileset.units
        for file in unit.files
        if unit.name in verdicts
    }
    parents = set(_parents(fileset)) if verdicts else set()
    left = []
    for finding in findings:
        one: Finding | None = finding
        if finding.place.path in by_file:
            verdict, is_migration, is_rollback = by_file[finding.place.path]
            one = _marked(finding, verdict)
            if one and one.lock and one.lock.duration == "rewrite" and (is_migration or is_rollback):
                one = _measured(one, verdict.rewritten(one.place.line or 0, is_rollback=is_rollback), parents)
        left += [one] if one else []
    asked = set(ran)
    for unit in units:
        if unit.name in verdicts and unit.rollback:
            left += [one for one in _proved(unit, verdicts[unit.name], left) if one.code in asked]
    return left


def _parents(fileset: FileSet) -> Iterator[str]:
    """Name the partitioned tables: where the prover had no partition of one, there may be some elsewhere."""
    for unit in fileset.units:
        for facts in unit.migration.facts if unit.migration else ():
            yield from (
                one.object.shown for one in facts.actions if isinstance(one, CreateTable) and one.partitioned_by
            )


def _measured(finding: Finding, rewritten: tuple[str, ...] | None, parents: Collection[str]) -> Finding | None:
    """Weigh the reading that a table is written anew with what was seen; nothing is left of one that was wrong."""
    if rewritten is None:
        return finding
    if rewritten:
        return replace(finding, evidence="measured")
    table = (finding.object or "").partition(" ")[2]
    may_be_elsewhere = IN_ZONE in finding.message or not {table, table.rpartition(".")[0]}.isdisjoint(parents)
    return finding if finding.code not in REWRITES or may_be_elsewhere else None


def _marked(finding: Finding, verdict: Verdict) -> Finding | None:
    if verdict.verdict in WRONG:
        return replace(finding, evidence="proved") if finding.code in ROUND_TRIP else finding
    refuted = verdict.verdict in ("proven", "lossy") and (
        finding.code in ROUND_TRIP
        or (finding.code in RUN_TWICE and verdict.is_repeatable)
        or (finding.code in UNDONE_TWICE and verdict.is_rollback_repeatable)
    )
    return None if refuted else finding


def _proved(unit: Unit, verdict: Verdict, findings: list[Finding]) -> Iterator[Finding]:
    """Tell of a rollback that is wrong, where no reading of it has."""
    files = {file.shown for file in unit.files}
    if verdict.verdict not in WRONG or any(one.code in ROUND_TRIP and one.place.path in files for one in findings):
        return
    file = unit.rollback.shown if unit.rollback else unit.shown
    advice = f"surefoot prove {unit.number} names each object"
    for reason in verdict.reasons:
        code, name = RULES[verdict.verdict]
        if reason.startswith("the rollback"):
            yield Finding(code, name, Level.ERROR, Place(file, 1, 1), reason, file, advice, evidence="proved")
