"""`surefoot migrate`: apply what is pending."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot.progress import following
from surefoot_lint.project import Project


@click.command(short_help="Apply the pending migrations.")
@click.option("--to", metavar="NUMBER", help="The last migration to apply.")
@click.option("--single-transaction", is_flag=True, help="Apply everything pending, or nothing, in one transaction.")
@click.option("--out-of-order", is_flag=True, help="Allow a migration whose number is below an applied one.")
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
) -> None:
    """Apply the pending migrations, each with its row in the ledger, in a transaction.

    \b
    Example: surefoot migrate --to 012 --wait 30s
    """
    from surefoot.operations import migrate

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        run = migrate(
            project,
            connection,
            to=to,
            single_transaction=single_transaction,
            out_of_order=out_of_order,
            listener=listener,
        )
    console.emit({"event": "done", "applied": run.done, "applied_before": run.applied_before})
    if run.done:
        console.say(f"{len(run.done)} applied; {run.applied_before + len(run.done)} in all")
    else:
        console.say(f"nothing to do: {run.applied_before} applied")
