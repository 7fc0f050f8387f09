"""Note what was proven where the linter finds it."""

from __future__ import annotations

from surefoot.proving.proofs import Proofs
from surefoot_lint.project import Project
from surefoot_lint.proofs import Subject, Verdict, keep_verdicts


def note(project: Project, proofs: Proofs) -> None:
    """Write down the verdicts of a run, with the files that they are about."""
    subjects = []
    for migration in project.migrations:
        rollback = project.rollback_of(migration)
        path = rollback.path if rollback else None
        subjects.append(Subject(migration.entry.file, migration.source.path, path, migration.entry.transaction))
    names = {migration.number: migration.entry.file for migration in project.migrations}
    verdicts = {
        names[proof.evidence.number]: Verdict(
            proof.verdict,
            proof.reasons,
            is_repeatable="not idempotent" not in proof.sides,
            is_rollback_repeatable="rollback not idempotent" not in proof.sides,
        )
        for proof in proofs.proofs
        if proof.verdict != "not reached"
    }
    keep_verdicts(project.folder, subjects, verdicts)
