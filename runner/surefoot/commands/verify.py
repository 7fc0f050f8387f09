"""`surefoot verify`: whether the database is as the project says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.checks import Answer

MANUAL = Manual(
    changes="Nothing: checks are asked in a transaction that is rolled back.",
    examples={
        "surefoot verify": "Ask the manifest's checks; look at the chain, the checksums and the indexes.",
        "surefoot verify --json": "Tell a program, a check a line.",
    },
    findings="a check does not hold, or something else is wrong",
    statuses=(ExitStatus.NO_CONNECTION,),
    see=("surefoot status", "surefoot drift", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Ask whether all is as it must be.")
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float) -> ExitStatus:
    """Ask the manifest's checks; look at the ledger's chain, the files' checksums, invalid indexes."""
    from surefoot.operations import verify

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection:
        found = verify(project, connection)
    for answer in found.answers:
        console.emit(_as_json(answer))
        console.say(_line(answer))
    for problem in found.problems:
        console.emit({"problem": problem})
        console.say(f"  {click.style('wrong', fg='red')}   {problem}")
    held = sum(answer.is_expected for answer in found.answers)
    console.emit({"holds": found.holds, "checks": len(found.answers), "held": held, "ledger_rows": found.rows})
    wrong = len(found.problems)
    chain = f"{wrong} more {'is' if wrong == 1 else 'are'} wrong" if wrong else "the ledger's chain is intact"
    console.say(f"{held} of {len(found.answers)} checks hold; {chain} ({found.rows} rows)")
    return ExitStatus.DONE if found.holds else ExitStatus.FINDINGS


def _line(answer: Answer) -> str:
    if answer.is_expected:
        return f"  {click.style('holds', fg='green')}   {answer.check.name}"
    failed = click.style("failed", fg="red")
    return f"  {failed}  {answer.check.name}: expected {answer.expected}, got {answer.got}  ({answer.check.place})"


def _as_json(answer: Answer) -> dict[str, object]:
    return {
        "check": answer.check.name,
        "holds": answer.is_expected,
        "expected": answer.expected,
        "got": answer.got,
        "where": str(answer.check.place),
    }
