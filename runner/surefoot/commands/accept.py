"""`surefoot accept`: take an edited file as what was applied."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot import completion
from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot.progress import following
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="The database: a row in the ledger with the checksum of the present file and the reason. Nothing of the "
    "file is run.",
    arguments={"NUMBER": "The number of the migration, as in its file's name: 007 or 7."},
    examples={
        "surefoot accept 007 --reason 'a comment was corrected'": "Go on after a harmless edit of an applied file.",
        "surefoot accept 7 --reason 'CRLF became LF' --database-url postgresql://staging/shop": "The same elsewhere: "
        "each database has a ledger of its own.",
    },
    statuses=(ExitStatus.REFUSED, ExitStatus.NO_CONNECTION),
    see=("surefoot status", "surefoot history", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Accept an edited file as it is.")
@click.argument("number", shell_complete=completion.numbers)
@click.option("--reason", required=True, help="Why the edit means nothing; it stays in the ledger.")
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float, number: str, reason: str) -> None:
    """Take the present file of an applied migration as what was applied; nothing of it is run."""
    from surefoot.operations.accept import accept

    wanted = number_of(number)
    if wanted is None:
        raise UsageError(f"{number} is no migration's number")
    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        checksum = accept(project, connection, wanted, reason, listener)
    console.emit({"event": "accepted", "number": wanted, "checksum": checksum})
    console.say(f"accepted {wanted} as it is now: {checksum}")
