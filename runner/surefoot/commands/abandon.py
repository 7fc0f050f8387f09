"""`surefoot abandon`: undo an unfinished migration."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot import completion
from surefoot.commands.rollback import consenting
from surefoot.console import Console
from surefoot.options import WRITING, database, database_options, yes_option
from surefoot.progress import following
from surefoot_lint.errors import UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="The database: what the rollback file undoes, a row in the ledger, and the notes of the unfinished "
    "migration go.",
    arguments={"NUMBER": "The number of the migration, as in its file's name: 012 or 12."},
    examples={
        "surefoot abandon 012": "Show what goes, ask, and undo the part of 012 that was done.",
        "surefoot abandon 12 --yes": "The same without a question, for a script.",
    },
    statuses=WRITING,
    see=("surefoot status", "surefoot migrate", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Undo an unfinished migration.")
@click.argument("number", shell_complete=completion.numbers)
@yes_option
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float, number: str, yes: bool) -> None:
    """Undo a migration that was begun outside of a transaction and is not finished."""
    from surefoot.operations.abandon import abandon

    wanted = number_of(number)
    if wanted is None:
        raise UsageError(f"{number} is no migration's number")
    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection, following(console, bars=False) as listener:
        run = abandon(project, connection, wanted, consent=consenting(console, yes), listener=listener)
    console.emit({"event": "done", "rolled_back": run.done, "applied_before": run.applied_before})
    console.say(f"{run.done[0]} was undone" if run.done else "nothing was changed")
