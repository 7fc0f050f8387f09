"""`surefoot rollback`: undo applied migrations."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot import completion
from surefoot.console import Console, show_dry_run
from surefoot.options import WRITING, database, database_options, yes_option
from surefoot.progress import following
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Level, Project

if TYPE_CHECKING:
    from surefoot.operations.preview import RollbackPreview

MANUAL = Manual(
    changes="The database: what the rollback files do, and a row in the ledger for each. What goes is shown before, "
    "and asked about when there are rows in it. With --dry-run nothing is changed.",
    examples={
        "surefoot rollback": "Undo the last migration.",
        "surefoot rollback --to 010 --dry-run": "See what undoing all after 010 would take away and lock.",
        "surefoot rollback --steps 2 --yes": "Undo two without a question, for a script.",
        "surefoot rollback --phase billing --level data": "Reset the data of a phase, and keep its tables.",
    },
    statuses=WRITING,
    see=("surefoot prove", "surefoot status", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Undo applied migrations.")
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many migrations to undo, the last one first; 1 where nothing else is said.",
)
@click.option(
    "--to",
    metavar="NUMBER",
    shell_complete=completion.numbers,
    help="Undo all that were applied after this one; 0 undoes all.",
)
@click.option("--phase", metavar="NAME", shell_complete=completion.phases, help="Undo all migrations of this phase.")
@click.option(
    "--level",
    type=click.Choice(["schema", "data", "feature"]),
    default="schema",
    help="How much: all of it; the data, keeping tables; switch it off, keeping data.",
)
@click.option("--dry-run", is_flag=True, help="Run it in a transaction that is rolled back, and report what it did.")
@yes_option
@database_options
@click.pass_obj
def command(
    console: Console,
    manifest: Path,
    database_url: str | None,
    wait: float,
    steps: int | None,
    to: str | None,
    phase: str | None,
    level: Level,
    dry_run: bool,
    yes: bool,
) -> ExitStatus:
    """Undo applied migrations, the last one first, by their rollback files.

    It lists the tables, columns and rows that will go, and asks when there are any.
    """
    from surefoot.operations.rollback import dry_run_rollback, rollback

    if sum(option is not None for option in (steps, to, phase)) > 1:
        raise UsageError("--steps, --to and --phase exclude one another", next_step="give one of them")
    project = Project.load(manifest)
    if dry_run:
        with database(console, project, database_url, wait) as connection, following(console) as listener:
            report = dry_run_rollback(
                project, connection, steps=steps, to=to, phase=phase, level=level, listener=listener
            )
        return show_dry_run(console, report)
    # The bars of a terminal would hide the question, so the run is followed in lines.
    with database(console, project, database_url, wait) as connection, following(console, bars=False) as listener:
        run = rollback(
            project,
            connection,
            steps=steps,
            to=to,
            phase=phase,
            level=level,
            consent=consenting(console, yes),
            listener=listener,
        )
    console.emit({"event": "done", "rolled_back": run.done, "applied_before": run.applied_before})
    if run.done:
        stay = run.applied_before - (len(run.done) if level == "schema" else 0)
        console.say(f"{len(run.done)} rolled back; {stay} stay applied")
    else:
        console.say("nothing to roll back" if run.applied_before == 0 else "nothing was changed")
    return ExitStatus.DONE


def consenting(console: Console, yes: bool) -> Callable[[RollbackPreview], bool]:
    """Make the function that shows a preview and asks, unless nothing is lost or everything was agreed to."""

    def consent(preview: RollbackPreview) -> bool:
        show(console, preview)
        return yes or not preview.needs_consent or _asked(console)

    return consent


def show(console: Console, preview: RollbackPreview) -> None:
    """Say what a rollback would do and take away."""
    console.emit(
        {
            "event": "rollback_preview",
            "steps": [step.name for step in preview.steps],
            "losses": [
                {"table": loss.table, "column": loss.column, "rows": loss.rows, "is_estimate": loss.is_estimate}
                for loss in preview.losses
            ],
            "changed_rows": [str(change) for change in preview.changed_rows],
            "changed_files": preview.changed_files,
        }
    )
    names = [step.name for step in preview.steps]
    console.say(f"to be rolled back: {names[0]}" + (f" … {names[-1]} ({len(names)})" if len(names) > 1 else ""))
    for diff in preview.changed_files:
        console.say(f"this rollback file was changed since its migration was applied:\n{diff.rstrip()}")
    lines = [f"  {line}" for line in (*preview.losses, *preview.changed_rows)]
    console.say("\n".join(["what will go:", *lines]) if lines else "no table, column or row will go")


def _asked(console: Console) -> bool:
    if console.is_json or not sys.stdin.isatty():
        raise UsageError(
            "this rollback needs consent, and there is nobody to ask",
            state="nothing was changed",
            next_step="look at what will go, and run it again with --yes",
        )
    try:
        return click.confirm("Go on?", default=False)
    except click.Abort:
        console.remark("")  # what comes next does not stand behind the question
        raise
