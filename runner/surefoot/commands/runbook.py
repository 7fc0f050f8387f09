"""`surefoot runbook`: a page and psql scripts for a person to migrate by hand."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot import completion
from surefoot.console import Console
from surefoot.options import STATE_FOLDER, project_options
from surefoot_lint.counting import counted
from surefoot_lint.errors import UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="No database, until a person runs the scripts with psql. On disk: the files of the runbook's folder.",
    examples={
        "surefoot runbook --after 015 -o runbook": "Write what applies 016 and later, and the way back.",
        "surefoot runbook --rollback --to 012 -o way-back": "Write what undoes all after 012.",
    },
    see=("surefoot prove", "surefoot migrate", "docs/how-to/runbook.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Write a page and psql scripts to migrate by hand.")
@click.option(
    "--to",
    metavar="NUMBER",
    shell_complete=completion.numbers,
    help="The last migration to apply; with --rollback, the one to go back to.",
)
@click.option(
    "--after",
    metavar="NUMBER",
    shell_complete=completion.numbers,
    help="Leave out all up to this one: they are applied there already.",
)
@click.option("--rollback", "is_rollback", is_flag=True, help="A runbook that undoes all after --to; 0 undoes all.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runbook"),
    metavar="DIR",
    help="The folder to write into.",
)
@project_options
@click.pass_obj
def command(
    console: Console, manifest: Path, to: str | None, after: str | None, is_rollback: bool, output: Path
) -> None:
    """Write runbook.md, deploy.sql, rollback.sql and verify.sql, for plain psql; no database is asked.

    The scripts take the same lock as migrate, and leave the same ledger, so that either can go on.
    """
    from surefoot.runbook.work import backward, forward
    from surefoot.runbook.writing import write_runbook

    if is_rollback and (to is None or after is not None):
        raise UsageError(
            "--rollback goes with --to, and without --after", next_step="surefoot runbook --rollback --to NUMBER"
        )
    project = Project.load(manifest)
    work = backward(project, to=str(to)) if is_rollback else forward(project, to=to, after=after)
    paths = write_runbook(output, work, project.folder / STATE_FOLDER, is_rollback=is_rollback)
    console.emit({"event": "written", "files": [str(path) for path in paths]})
    count = len(work.migrations)
    console.say(f"{counted(count, 'migration')}: {', '.join(map(str, paths))}")
    console.say(f"next: read {output / 'runbook.md'}")
