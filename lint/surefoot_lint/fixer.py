"""Findings → repaired files: what each fix can repair, in what is not merged yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.edits import Repair, Rewritten, choose, rewrite, write
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding
from surefoot_lint.fix import SetFlaws, UnitFlaws, all_fixes
from surefoot_lint.judge import round_trips
from surefoot_lint.linter import Choice, Examined, examine

ROUNDS = 9  # a repair may be in the way of another, which is then made in the next round


class Repairs(NamedTuple):
    """The files as repaired, each with the rules whose findings that is for.

    `merged` are the findings that have a fix and are left alone, because their migrations are merged.
    """

    files: dict[Rewritten, tuple[str, ...]]
    merged: tuple[Finding, ...]

    def diff(self) -> str:
        """Write all changes as a unified diff."""
        return "".join(file.diff() for file in self.files)

    def __str__(self) -> str:
        """Say what was done, a line a file."""
        verbs = {True: "made", False: "fixed"}
        lines = [f"{verbs[file.before is None]} {file.shown}: {', '.join(names)}" for file, names in self.files.items()]
        if self.merged:
            count = f"{len(self.merged)} finding{'s' * (len(self.merged) > 1)}"
            lines.append(f"left alone in migrations that are merged: {count}; what is merged may have been applied")
        return "\n".join(lines or ["nothing to fix"])


def plan_repairs(paths: Sequence[Path], manifest: Path | None, base: str | None, choice: Choice) -> Repairs:
    """Work out what can be repaired of what is found, and write nothing; errors are those of `lint`."""
    repairs: dict[Repair, Sequence[Finding]] = {}
    merged: list[Finding] = []
    for examined in examine(paths, manifest, base, choice):
        fixable = [one for one in examined.findings if any(one.code in fix.codes for fix in all_fixes())]
        kept = set(_merged(examined.fileset, fixable))
        merged += (one for one in fixable if one in kept)
        repairs |= _repairs(examined, [one for one in fixable if one not in kept])
    chosen = choose(repairs)
    names = {file: tuple(_names(file, {one: repairs[one] for one in chosen})) for file in rewrite(chosen)}
    return Repairs(names, tuple(merged))


def _names(file: Rewritten, repairs: dict[Repair, Sequence[Finding]]) -> Iterator[str]:
    """Name the rules that a file was changed for: those of the findings in it, else of those elsewhere."""
    found = [one for repair, why in repairs.items() if any(part.path == file.path for part in repair) for one in why]
    here = [one for one in found if one.place.path == file.shown]
    yield from dict.fromkeys(f"{one.code} {one.name}" for one in sorted(here or found, key=lambda one: one.code))


def repair_files(paths: Sequence[Path], manifest: Path | None, base: str | None, choice: Choice) -> Repairs:
    """Repair what can be repaired, and write it; each file is replaced at once. Errors are those of `lint`."""
    done: dict[Path, Rewritten] = {}
    names: dict[Path, dict[str, None]] = {}
    for _ in range(ROUNDS):
        planned = plan_repairs(paths, manifest, base, choice)
        for one, why in planned.files.items():
            write(one)
            first = done.get(one.path, one)
            done[one.path] = Rewritten(one.path, first.before, one.after)
            names[one.path] = dict.fromkeys([*names.get(one.path, ()), *why])
        if not planned.files:
            break
    return Repairs({done[path]: tuple(names[path]) for path in sorted(done)}, planned.merged)


def _merged(fileset: FileSet, findings: Collection[Finding]) -> Iterator[Finding]:
    """Choose the findings in migrations that the base holds: what is merged may have been applied somewhere."""
    if fileset.base is not None:
        for unit in fileset.units:
            if unit.name not in fileset.base.added:
                yield from (one for one in findings if _is_about(one, unit))


def _repairs(examined: Examined, findings: Collection[Finding]) -> dict[Repair, Sequence[Finding]]:
    """Ask the fixes, those of the set of files last: their repairs move what others change."""
    repairs: dict[Repair, Sequence[Finding]] = {}
    flawed = [unit for unit in examined.units if any(_is_about(one, unit) for one in findings)]
    for trip in round_trips(examined.fileset, flawed):
        here = [one for one in findings if _is_about(one, trip.unit)]
        for fix in all_fixes():
            found = tuple(one for one in here if one.code in fix.codes)
            if found and fix.looks_at is UnitFlaws:
                repairs |= dict.fromkeys(fix.repair(UnitFlaws(trip, found)), found)
    for fix in all_fixes():
        found = tuple(one for one in findings if one.code in fix.codes)
        if found and fix.looks_at is SetFlaws:
            repairs |= dict.fromkeys(fix.repair(SetFlaws(examined.fileset, found)), found)
    return repairs


def _is_about(finding: Finding, unit: Unit) -> bool:
    """Tell whether a finding is in a file of a unit, or at its entry in the manifest."""
    if any(finding.place.path == file.shown for file in unit.files):
        return True
    return (finding.place.path, finding.place.line) == (unit.place.path, unit.place.line)
