"""Write a project's baseline for the first time, or take out of it what is no longer found."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from surefoot_lint.baseline import (
    DEFAULT_NAME,
    Entry,
    baseline_path,
    baseline_text,
    entry_of,
    read_baseline,
)
from surefoot_lint.counting import counted
from surefoot_lint.errors import ManifestError, Place, UsageError
from surefoot_lint.fileset import FileSet
from surefoot_lint.linter import judge, usual_rules
from surefoot_lint.targets import find_targets


class Frozen(NamedTuple):
    """What a baseline holds now, and what became of it; `refused` are findings that were not added."""

    path: str
    entries: int
    added: int
    removed: int
    refused: int

    def __str__(self) -> str:
        """Write it for people."""
        changes = {"added": self.added, "taken out": self.removed}
        words = [f"{counted(self.entries, 'finding')} frozen", *(f"{n} {verb}" for verb, n in changes.items() if n)]
        first = f"{self.path}: {', '.join(words)}"
        if not self.refused:
            return first
        new = counted(self.refused, "new finding")
        return f"{first}; {new} not frozen\nnext: mend what is new, or give a reason: --accept-new 'why it may stay'"


def freeze(manifest: Path | None = None, accept_new: str | None = None) -> Frozen:
    """Freeze what is found now, by all rules that the project uses.

    A baseline that is there loses the entries that are no longer found. Findings are added to it only for a reason,
    `accept_new`, which each of their entries keeps. Raises ManifestError for a project without `lint.baseline`, and
    for a baseline that is not as it must be; UsageError where there is no project.
    """
    reason = accept_new and " ".join(accept_new.split())
    if reason == "":
        raise UsageError("the reason is empty", next_step="--accept-new 'why these findings may stay'")
    fileset = _project(manifest)
    file = fileset.folder / (fileset.settings.baseline or DEFAULT_NAME)
    is_first = not file.exists()
    judged = judge(fileset, fileset.units, usual_rules(fileset))
    found = [entry_of(finding, fileset, reason) for finding in judged.findings]
    before = {} if is_first else {entry.fingerprint: entry for entry in read_baseline(fileset)}
    kept, new = _part(found, before)
    added = new if is_first or reason else []
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(baseline_text([*kept, *added]), encoding="utf-8", newline="\n")
    return Frozen(
        path=baseline_path(fileset),
        entries=len(kept) + len(added),
        added=len(added),
        removed=len(before) - len(kept),
        refused=len(new) - len(added),
    )


def _project(manifest: Path | None) -> FileSet:
    """Look at the one project that is meant, which names its baseline."""
    (target,) = find_targets((), manifest)
    declared = target.fileset.manifest
    if declared is None:
        raise UsageError(
            "only a project with a manifest has a baseline", next_step="surefoot init makes one; --manifest names one"
        )
    if declared.lint.baseline is None:
        raise ManifestError(
            "the manifest names no baseline",
            where=Place(declared.place.path),
            next_step=f"add to it: lint: {{baseline: {DEFAULT_NAME}}}",
        )
    return target.fileset


def _part(found: list[Entry], before: dict[str, Entry]) -> tuple[list[Entry], list[Entry]]:
    """Part what is frozen already, as its entry was written, from what is new."""
    kept = [before[entry.fingerprint] for entry in found if entry.fingerprint in before]
    return kept, [entry for entry in found if entry.fingerprint not in before]
