"""A run of GitHub Actions: what its variables say, and where it wants its results (GitHub's manual, "Variables")."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot_lint.finding import Report
from surefoot_lint.report import render


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
        findings = (
            replace(one, place=replace(one.place, path=self._from_workspace(one.place.path))) for one in report.findings
        )
        stale = (one._replace(path=self._from_workspace(one.path)) for one in report.stale)
        return render(replace(report, findings=tuple(findings), stale=tuple(stale)), "github")

    def add_summary(self, title: str, report: Report) -> None:
        """Add the findings to the page of the run, under a title."""
        if self.summary is None:
            return
        with self.summary.open("a", encoding="utf-8") as page:
            page.write(f"## {title}\n\n{render(report, 'markdown')}\n")

    def _from_workspace(self, path: str) -> str:
        return Path(os.path.relpath(path, self.workspace.resolve())).as_posix()
