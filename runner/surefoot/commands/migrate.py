"""`surefoot migrate`: apply what is pending."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot.console import Console, show_dry_run
from surefoot.options import WRITING, database, database_options, to_option
from surefoot.progress import following
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="The database: what the files do, and a row in the ledger for each; on the first run the ledger's schema "
    "is made. A migration that fails leaves nothing, unless it says transaction: false; then the next run goes on. "
    "With --dry-run nothing is changed.",
    examples={
        "surefoot migrate": "Apply all that is pending.",
        "surefoot migrate --to 012 --wait 30s": "Apply up to 012, once the server is there.",
        "surefoot migrate --dry-run": "Run it, roll it back, and tell the locks, rewrites, rows and times.",
        "surefoot migrate --single-transaction --backup /var/backups": "Dump first; then apply all of it or nothing.",
    },
    statuses=WRITING,
    see=("surefoot plan", "surefoot rollback", "docs/how-to/operations.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Apply the pending migrations.")
@to_option
@click.option("--single-transaction", is_flag=True, help="Apply everything pending, or nothing, in one transaction.")
@click.option("--out-of-order", is_flag=True, help="Allow a migration whose number is below an applied one.")
@click.option("--dry-run", is_flag=True, help="Run it in a transaction that is rolled back, and report what it did.")
@click.option(
    "--backup", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Dump the database there first."
)
@database_options
@click.pass_obj
def command(
    console: Console,
    manifest: Path,
    database_url: str | None,
    wait: float,
    to: str | None,
    single_transaction: bool,
    out_of_order: bool,
    dry_run: bool,
    backup: Path | None,
) -> ExitStatus:
    """Apply the pending migrations, each with its row in the ledger, in a transaction."""
    from surefoot.operations.migrate import dry_run_migrate, migrate

    project = Project.load(manifest)
    if dry_run:
        with database(console, project, database_url, wait) as connection, following(console) as listener:
            report = dry_run_migrate(project, connection, to=to, out_of_order=out_of_order, listener=listener)
        return show_dry_run(console, report)
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        run = migrate(
            project,
            connection,
            to=to,
            single_transaction=single_transaction,
            out_of_order=out_of_order,
            backup=backup,
            listener=listener,
        )
    console.emit({"event": "done", "applied": run.done, "applied_before": run.applied_before})
    if run.done:
        console.say(f"{len(run.done)} applied; {run.applied_before + len(run.done)} in all")
    else:
        console.say(f"nothing to do: {run.applied_before} applied")
    return ExitStatus.DONE
