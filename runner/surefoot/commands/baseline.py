"""`surefoot baseline`: take over a database that is there already."""

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
    changes="The database: the ledger, with a row for each migration up to the number; nothing of the files is run. "
    "The schema is compared on a scratch server first.",
    examples={
        "surefoot baseline --to 012": "Note 001 to 012 as applied, if the schema is what they build.",
        "surefoot baseline --to 012 --scratch-url postgresql://postgres@trial/postgres": "Build the files on a "
        "server that is named.",
        "surefoot baseline --to 012 --unproven 'indexes differ by name only'": "Do it without a comparison.",
    },
    statuses=(ExitStatus.REFUSED, ExitStatus.SQL_FAILED, ExitStatus.NO_CONNECTION),
    see=("surefoot drift", "surefoot adopt", "docs/adopting.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Take over a database that is there already.")
@click.option(
    "--to",
    "last",
    metavar="NUMBER",
    required=True,
    shell_complete=completion.numbers,
    help="The last migration that the database has.",
)
@click.option("--unproven", metavar="REASON", help="Why its schema need not be compared; it stays in the ledger.")
@click.option("--scratch-url", metavar="URL", help="A server for trials, as its superuser; else one of our own.")
@database_options
@click.pass_obj
def command(
    console: Console,
    manifest: Path,
    database_url: str | None,
    wait: float,
    last: str,
    unproven: str | None,
    scratch_url: str | None,
) -> None:
    """Note migrations as applied without running them, where the schema is what they build."""
    from surefoot.scratch import find
    from surefoot.taking_over import take_over

    number = number_of(last)
    if number is None:
        raise UsageError(f"{last} is no migration's number")
    if unproven is not None and not unproven.strip():
        raise UsageError("the reason is empty", next_step="--unproven 'why the schema may differ'")
    project = Project.load(manifest)
    server = find(project.manifest.postgres, scratch_url) if unproven is None else None
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        taken = take_over(project, connection, number, server, unproven, listener)
    console.emit({"event": "baselined", "migrations": [migration.name for migration in taken]})
    proof = "the schema is what they build" if unproven is None else "its schema was not compared"
    console.say(f"{len(taken)} migrations noted as applied, up to {taken[-1].name}; {proof}")
