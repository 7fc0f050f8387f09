"""`surefoot gate`: whether a branch may be merged."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import click

from surefoot.console import Console
from surefoot.options import manifest_option
from surefoot_lint.completion import bases
from surefoot_lint.errors import ExitStatus, SurefootError
from surefoot_lint.finding import Report
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.report import FORMATS, render

PROVE = "prove"
FOR_PEOPLE = ("text", "github")

MANUAL = Manual(
    changes="Nothing: no database is asked but a scratch server, which keeps nothing. In GitHub Actions a page is "
    "added to the run.",
    examples={
        "surefoot gate --base origin/main": "Judge what this branch changes, before it is pushed or merged.",
        "surefoot gate": "In a pull request on GitHub Actions, where the base is known.",
        "surefoot gate --base origin/main --format sarif > findings.sarif": "Write the findings for a program.",
    },
    findings="the branch may not be merged: there are findings to mend, or a migration is not proven",
    statuses=(ExitStatus.NO_CONNECTION,),
    see=("surefoot lint", "surefoot prove", "docs/how-to/ci.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Tell whether a branch may be merged.")
@click.option(
    "--base",
    metavar="REF",
    shell_complete=bases,
    help="The branch to merge into; in a pull request on GitHub its own base.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    default="text",
    help=f"How to write the findings: {', '.join(FORMATS)}.",
)
@manifest_option
@click.pass_context
def command(context: click.Context, base: str | None, form: str, manifest: Path) -> ExitStatus:
    """Lint what a branch changes, and prove its migrations; end with status 1 if it may not be merged.

    Compared is the commit that HEAD and the base grew from. In GitHub Actions the findings become annotations, and a
    page of the run. Formats for programs have standard output to themselves.
    """
    from surefoot.gate import base_of, knows_base, look, verdict
    from surefoot.workflow import Workflow

    console = context.ensure_object(Console)
    workflow = Workflow.of(os.environ)
    base = base_of(base, workflow)
    report = look(manifest, base)
    if text := render(report, form):
        console.say(text)
    if workflow and form == "text" and (annotations := workflow.annotations(report)):
        console.say(annotations)
    with nullcontext() if form in FOR_PEOPLE else redirect_stdout(sys.stderr):
        is_proven = _prove(context, base, manifest, report) if report.files and knows_base(report) else None
        outcome = verdict(report, base, is_proven)
        console.say(outcome)
    if workflow:
        workflow.add_summary(outcome, report)
    return ExitStatus.FINDINGS if report.failing or is_proven is False else ExitStatus.DONE


def _prove(context: click.Context, base: str, manifest: Path, report: Report) -> bool | None:
    """Run the command that proves migrations, where there is one.

    Files with findings to mend may be such that nothing can be run: then they are not proven, and the finding says why.
    """
    group = context.find_root()
    prove = group.command.get_command(group, PROVE) if isinstance(group.command, click.Group) else None
    if prove is None:
        return None
    arguments = ["--changed", "--base", base, "--manifest", str(manifest)]
    try:
        settings = {"obj": context.obj, "help_option_names": group.help_option_names}
        return not prove.main(arguments, PROVE, standalone_mode=False, **settings)
    except SurefootError as error:
        if not report.failing:
            raise
        context.ensure_object(Console).remark(f"not proven: {error}")
        return False
