"""`surefoot seed`: fill a database with data for development."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot.console import Console
from surefoot.options import WRITING, database, database_options
from surefoot.progress import following
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="The database: the rows that the seeds write. The ledger is left as it is.",
    examples={
        "surefoot seed": "Fill a database for development; it can be done again.",
        "surefoot seed --database-url postgresql://localhost/shop_test": "Fill another one.",
    },
    statuses=WRITING,
    see=("surefoot migrate", "docs/how-to/many-environments.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Run the seeds: data for development.")
@click.option("--yes", "-y", is_flag=True, help="Also for a database that looks like production.")
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float, yes: bool) -> None:
    """Run the files of the manifest's `seeds`, or of the folder seeds: each can be run again, and is a transaction."""
    from surefoot.operations.seed import seed

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        run = seed(project, connection, consent=yes, listener=listener)
    console.emit({"event": "done", "seeded": run.done, "applied_before": run.applied_before})
    console.say(f"{len(run.done)} seeded")
