"""`surefoot plan`: what migrate would do."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot.console import Console
from surefoot.options import database, database_options, to_option
from surefoot_lint.counting import counted
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="Nothing: the ledger and the files are only read.",
    examples={
        "surefoot plan": "Show what migrate would apply, or why it would refuse.",
        "surefoot plan --to 012 --json": "Tell a program what is pending up to 012.",
    },
    statuses=(ExitStatus.REFUSED, ExitStatus.NO_CONNECTION),
    see=("surefoot migrate", "surefoot status", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Show what migrate would do.")
@to_option
@click.option("--out-of-order", is_flag=True, help="Allow a migration whose number is below an applied one.")
@database_options
@click.pass_obj
def command(
    console: Console, manifest: Path, database_url: str | None, wait: float, to: str | None, out_of_order: bool
) -> None:
    """Show what migrate would apply, or why it would refuse; change nothing."""
    from surefoot.operations.plan import plan

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection:
        planned = plan(project, connection, to=to, out_of_order=out_of_order)
    console.emit({"pending": [migration.name for migration in planned.pending], "applied": len(planned.applied)})
    for migration in planned.pending:
        checks = len(migration.entry.checks)
        notes = [migration.entry.phase or "", f"{counted(checks, 'check')}" if checks else ""]
        verb = "  resume" if migration.number in planned.resumed else "  apply"
        console.say("  ".join([verb, migration.name, *(note for note in notes if note)]))
    console.say(f"{len(planned.pending)} to apply; {len(planned.applied)} applied")
