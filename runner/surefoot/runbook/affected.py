"""Who is affected by a migration: the locks and rewrites that the prover measured, as rows of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from surefoot.cluster import EmbeddedServerError
from surefoot.dryrun_report import MigrationReport, holdings
from surefoot.footprint import LockMode
from surefoot.proving.cache import cache_of
from surefoot.proving.evidence import Phase
from surefoot.proving.proof import Proof
from surefoot.scratch import find
from surefoot_lint.project import Project

WAITING = {
    LockMode.ACCESS_EXCLUSIVE: "all who read or write it",
    LockMode.EXCLUSIVE: "all who write it",
    LockMode.SHARE_ROW_EXCLUSIVE: "all who write it",
    LockMode.SHARE: "all who write it",
    LockMode.SHARE_UPDATE_EXCLUSIVE: "nobody but other changes of its definition, and VACUUM",
}


def proofs_of(project: Project, state_folder: Path) -> dict[int, Proof]:
    """Give the proofs that are known, by number: those that `surefoot prove` has kept for these very files."""
    try:
        server = find(project.manifest.postgres, None)
    except EmbeddedServerError:
        return {}
    cache = cache_of(project, state_folder, server.version)
    return {one.number: proof for one in project.migrations if (proof := cache.find(one.number))}


def rows(proofs: Mapping[int, Proof], number: int, phase: Phase) -> Iterator[tuple[str, str, str, str]]:
    """Give for each relation that a file locks: its name, the lock, who waits, and what else is done to it.

    Nothing stands for a file that was not measured; a file that locks nothing of the kind gives no row.
    """
    report = report_of(proofs, number, phase)
    if report is None:
        return
    marks: dict[str, list[str]] = {}
    for statement in report.statements:
        for rewrite in statement.footprint.rewrites:
            marks.setdefault(rewrite.relation.name, []).append(str(rewrite))
        for relation in statement.footprint.dropped:
            marks.setdefault(relation.name, []).append("dropped")
    for one in holdings(report):
        relation, mode = one.lock.relation, one.lock.mode
        if mode in WAITING and relation.kind in ("table", "materialized view"):
            said = ", ".join(dict.fromkeys(marks.get(relation.name, [])))
            yield relation.name, f"{mode}, {one.milliseconds:,.1f} ms from {one.where}", WAITING[mode], said


def report_of(proofs: Mapping[int, Proof], number: int, phase: Phase) -> MigrationReport | None:
    """Give what was measured of a file, if it was."""
    proof = proofs.get(number)
    found = proof.evidence.round(phase) if proof else None
    return found.report if found else None
