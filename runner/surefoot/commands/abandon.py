"""`surefoot abandon`: undo an unfinished migration."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot.commands.rollback import consenting
from surefoot.console import Console
from surefoot.options import database, database_options, yes_option
from surefoot.progress import following
from surefoot_lint.errors import UsageError
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Project


@click.command(short_help="Undo an unfinished migration.")
@click.argument("number")
@yes_option
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float, number: str, yes: bool) -> None:
    """Undo a migration that was begun outside of a transaction and is not finished.

    \b
    Example: surefoot abandon 012
    """
    from surefoot.operations import abandon

    wanted = number_of(number)
    if wanted is None:
        raise UsageError(f"{number} is no migration's number")
    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection, following(console, bars=False) as listener:
        run = abandon(project, connection, wanted, consent=consenting(console, yes), listener=listener)
    console.emit({"event": "done", "rolled_back": run.done, "applied_before": run.applied_before})
    console.say(f"{run.done[0]} was undone" if run.done else "nothing was changed")
