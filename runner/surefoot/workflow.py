"""A run of GitHub Actions: what its variables say, and where it wants its results (GitHub's manual, "Variables")."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot_lint.finding import Finding, Report
from surefoot_lint.report import FORMATS, render


@dataclass(frozen=True, slots=True)
class Workflow:
    """The base of the pull request, the checkout, and the file of the page that is shown with the run."""

    base: str | None
    workspace: Path
    summary: Path | None

    @staticmethod
    def of(environment: Mapping[str, str]) -> Workflow | None:
        """Read the variables; nothing where this is no run of GitHub Actions."""
        if environment.get("GITHUB_ACTIONS") != "true":
            return None
        branch, summary = environment.get("GITHUB_BASE_REF"), environment.get("GITHUB_STEP_SUMMARY")
        return Workflow(
            base=f"origin/{branch}" if branch else None,
            workspace=Path(environment.get("GITHUB_WORKSPACE") or "."),
            summary=Path(summary) if summary else None,
        )

    def annotations(self, report: Report) -> str:
        """Write the findings as annotations, with paths from the checkout as GitHub wants them."""
        return render(replace(report, findings=tuple(map(self._from_workspace, report.findings))), "github")

    def add_summary(self, title: str, report: Report) -> None:
        """Add the findings to the page of the run, under a title."""
        if self.summary is None:
            return
        body = render(report, "markdown") if "markdown" in FORMATS else ""
        with self.summary.open("a", encoding="utf-8") as page:
            page.write("\n\n".join(part.strip() for part in (f"## {title}", body) if part) + "\n")

    def _from_workspace(self, finding: Finding) -> Finding:
        path = Path(os.path.relpath(finding.place.path, self.workspace.resolve())).as_posix()
        return replace(finding, place=replace(finding.place, path=path))
