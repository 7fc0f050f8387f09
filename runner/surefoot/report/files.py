"""Look at a project: its files, what the linter finds in them, what the prover knows of them. Nothing is run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from surefoot.proving.proof import Proof
from surefoot.report.listing import Shown, shown
from surefoot_lint.errors import SurefootError
from surefoot_lint.finding import Finding, Report
from surefoot_lint.project import Level, Migration, Project
from surefoot_lint.source import read_source
from surefoot_lint.verdicts import Verdict

LEVELS: tuple[Level, ...] = ("schema", "data", "feature")


class Located(NamedTuple):
    """A finding, its anchor on the page, and its file by the path from the project's folder, if it is in there."""

    finding: Finding
    anchor: str
    path: str


@dataclass(frozen=True, slots=True)
class Files:
    """What is known without a database.

    `texts` are the files by their paths from the project's folder, or why one cannot be read; `proofs` are whole,
    `verdicts` stand for migrations that were proven otherwise, such as on rows of one's own. `changed` are the numbers
    that differ from the `base`, if one is given.
    """

    project: Project
    manifest: Shown
    texts: Mapping[str, Shown | SurefootError]
    report: Report
    findings: tuple[Located, ...]
    proofs: Mapping[int, Proof]
    verdicts: Mapping[int, Verdict]
    commit: str | None = None
    base: str | None = None
    changed: frozenset[int] = frozenset()

    def findings_in(self, *paths: str | None) -> list[Located]:
        """Give the findings in some of the files."""
        return [one for one in self.findings if one.path in paths]

    def rollback_path(self, migration: Migration, level: Level = "schema") -> str | None:
        """Give the path of a rollback file as the manifest has it, from the project's folder."""
        entry = migration.entry
        file = {"schema": entry.rollback, "data": entry.data_rollback, "feature": entry.feature_rollback}[level]
        return f"{self.project.manifest.folders.rollbacks}/{file}" if file else None


def look_at_files(manifest: Path, base: str | None, proofs: Mapping[int, Proof], project: Project) -> Files:
    """Read what a project's page shows. Raises GitError for a base that git does not know, and what `lint` raises."""
    from surefoot.provenance import provenance_of
    from surefoot.proving.noted import noted

    report = _lint(manifest, base)
    changed: frozenset[int] = frozenset()
    if base is not None:
        from surefoot.proving.chosen import changed as changed_since

        changed = frozenset(changed_since(project, manifest, base))
    found = report.findings
    return Files(
        project,
        shown(read_source(manifest, manifest.name)),
        dict(text for migration in project.migrations for text in _texts(project, migration)),
        report,
        tuple(Located(one, f"finding-{place}", _within(project, one)) for place, one in enumerate(found, 1)),
        proofs,
        noted(project),
        provenance_of(project.folder).git_commit,
        base,
        changed,
    )


def _lint(manifest: Path, base: str | None) -> Report:
    if base is not None:
        from surefoot_lint.linter import lint

        return lint([], manifest=manifest, base=base, caching=True)
    from surefoot_lint.recall import recalled

    return recalled([], manifest=manifest)


def _texts(project: Project, migration: Migration) -> list[tuple[str, Shown | SurefootError]]:
    """Read the files of a migration; one that cannot be read is told of in its place."""
    found: list[tuple[str, Shown | SurefootError]] = [(migration.source.shown, shown(migration.source))]
    for level in LEVELS:
        try:
            source = project.rollback_of(migration, level)
        except SurefootError as error:
            found.append((str(error.where.path if error.where else level), error))
        else:
            found += [(source.shown, shown(source))] if source else []
    return found


def _within(project: Project, finding: Finding) -> str:
    """Say where the file of a finding is from the project's folder, which need not be where we are."""
    path = Path(finding.place.path).absolute()
    return Path(os.path.relpath(path, project.folder)).as_posix()
