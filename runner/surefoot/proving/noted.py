"""Note what was proven where the linter finds it, and find it there."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.dryrun_report import StatementReport
from surefoot.proving.evidence import Evidence
from surefoot.proving.proofs import Proofs
from surefoot_lint.project import Project
from surefoot_lint.verdicts import Seen, Subject, Verdict, keep_verdicts, kept_verdicts


def note(project: Project, proofs: Proofs) -> None:
    """Write down the verdicts of a run, with the files that they are about."""
    names = {migration.number: migration.entry.file for migration in project.migrations}
    verdicts = {
        names[proof.evidence.number]: Verdict(
            proof.verdict,
            proof.reasons,
            is_repeatable="not idempotent" not in proof.sides,
            is_rollback_repeatable="rollback not idempotent" not in proof.sides,
            seen=() if proofs.warning else tuple(_seen(proof.evidence)),  # another version may do other things
        )
        for proof in proofs.proofs
        if proof.verdict != "not reached"
    }
    keep_verdicts(project.folder, _subjects(project), verdicts)


def noted(project: Project) -> dict[int, Verdict]:
    """Find the verdicts that are about the files as they are now, by number; rows and server may be any."""
    found = kept_verdicts(project.folder, _subjects(project))
    return {one.number: found[one.entry.file] for one in project.migrations if one.entry.file in found}


def _subjects(project: Project) -> list[Subject]:
    """Name the files; whether they can be read is seen when they are."""
    rollbacks = project.folder / project.manifest.folders.rollbacks
    entries = [(one.entry, one.source.path) for one in project.migrations]
    return [Subject(e.file, path, rollbacks / e.rollback if e.rollback else None, e.transaction) for e, path in entries]


def _seen(evidence: Evidence) -> Iterator[Seen]:
    """Tell which tables the statements of both files wrote anew, where they were observed."""
    for one in evidence.rounds:
        if one.report and one.phase in ("forward", "back"):
            for statement in one.report.statements:
                yield Seen(one.phase == "back", statement.line, _rewritten(statement))


def _rewritten(statement: StatementReport) -> tuple[str, ...] | None:
    if statement.tag != "ALTER TABLE":
        return None
    rewrites = statement.footprint.rewrites
    return tuple(one.relation.name for one in rewrites if one.relation.kind != "index")
