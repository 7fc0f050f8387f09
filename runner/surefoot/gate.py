"""The gate before a merge: what the linter finds of a branch, and whether its new migrations are proven."""

from __future__ import annotations

from pathlib import Path

from surefoot.workflow import Workflow
from surefoot_lint.counting import counted
from surefoot_lint.errors import UsageError
from surefoot_lint.finding import Report
from surefoot_lint.linter import UNKNOWN_BASE, lint


def base_of(given: str | None, workflow: Workflow | None) -> str:
    """Say what to compare with: what is given, else the base of the pull request. Raises UsageError."""
    base = given if given is not None or workflow is None else workflow.base
    if base is None:
        raise UsageError(
            "no base is named, so it is not known what the branch changes",
            why="only a pull request in GitHub Actions says by itself what its base is",
            next_step="name it: --base origin/main",
        )
    return base


def look(manifest: Path, base: str) -> Report:
    """Lint the set of files, and the migrations that differ from the base. Raises what `lint` raises."""
    return lint([manifest], manifest=manifest, base=base, changed=True)


def knows_base(report: Report) -> bool:
    """Tell whether the base was found; else nothing can be said of what differs from it."""
    return all(finding.code != UNKNOWN_BASE for finding in report.findings)


def verdict(report: Report, base: str, is_proven: bool | None) -> str:
    """Write the outcome in one line; `is_proven` is nothing where nothing was to be proved."""
    if not knows_base(report):
        return f"gate failed: the base {base} is not known"
    files = f"{counted(report.files, 'changed file')}"
    found = f"{counted(report.failing, 'finding')} to mend" if report.failing else "clean"
    proof = {True: ", proven both ways", False: ", not proven", None: ""}[is_proven]
    outcome = "failed" if report.failing or is_proven is False else "passed"
    return f"gate {outcome}: {files} since {base}, {found}{proof}"
