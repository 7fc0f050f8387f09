"""`surefoot status`: where the database stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot_lint import show
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.operations.status import Status, StatusLine

COLORS = {"applied": "green", "pending": "yellow", "unfinished": "red", "edited": "red", "unknown": "red"}

MANUAL = Manual(
    changes="Nothing: the ledger and the files are only read.",
    examples={
        "surefoot status": "Show each migration with its state, and what keeps the next run from starting.",
        "surefoot status --check": "Fail a job while anything is pending or in the way.",
        "surefoot status --json": "Tell a program.",
    },
    findings="with --check: a migration is pending, the schema was changed by hand, or something is in the way",
    statuses=(ExitStatus.NO_CONNECTION,),
    see=("surefoot plan", "surefoot verify", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Show what is applied and what is not.")
@click.option(
    "--check", is_flag=True, help="End with status 1 when anything is pending, changed by hand, or in the way."
)
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float, check: bool) -> ExitStatus:
    """Show each migration: applied, pending, unfinished, edited, unknown."""
    from surefoot.operations.status import status

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection:
        found = status(project, connection)
    console.emit(_as_json(found))
    for line in found.lines:
        console.say(_line(line))
    console.say(f"{len(found.ledger.applied)} applied, {found.pending} pending")
    if found.is_as_left is False:
        console.say("the schema is not what the last run left: surefoot drift names what was changed")
    if found.refusal is not None:
        console.say(show.render(found.refusal))
    is_in_order = not found.pending and found.refusal is None and found.is_as_left is not False
    return ExitStatus.FINDINGS if check and not is_in_order else ExitStatus.DONE


def _line(line: StatusLine) -> str:
    state = click.style(f"{line.state:<10}", fg=COLORS[line.state])
    when = f"  {line.applied.applied_at:%Y-%m-%d %H:%M}  {line.applied.role}" if line.applied else ""
    return f"  {state} {line.name}{when}"


def _as_json(found: Status) -> dict[str, object]:
    return {
        "applied": len(found.ledger.applied),
        "pending": found.pending,
        "ledger_version": found.ledger.version,
        "schema_as_left": found.is_as_left,
        "refusal": show.as_json(found.refusal) if found.refusal else None,
        "migrations": [
            {
                "number": line.number,
                "name": line.name,
                "phase": line.phase,
                "state": line.state,
                "applied_at": line.applied.applied_at.isoformat() if line.applied else None,
            }
            for line in found.lines
        ],
    }
