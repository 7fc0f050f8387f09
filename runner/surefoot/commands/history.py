"""`surefoot history`: the ledger, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

MANUAL = Manual(
    changes="Nothing: the ledger is only read.",
    examples={
        "surefoot history": "Show who did what and when, oldest first.",
        "surefoot history --json > ledger.jsonl": "Keep a copy elsewhere: rows cut from the end leave a whole chain.",
    },
    statuses=(ExitStatus.NO_CONNECTION,),
    see=("surefoot status", "surefoot verify", "docs/formats.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Show the ledger, row by row.")
@database_options
@click.pass_obj
def command(console: Console, manifest: Path, database_url: str | None, wait: float) -> None:
    """Show what was done to the database, oldest first."""
    from surefoot.ledger import Ledger

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection:
        rows = Ledger(connection, project.manifest.ledger.schema).history()
    for row in rows:
        console.emit(_as_json(row))
        console.say(_line(row))
    if not rows:
        console.say("the ledger is empty")


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Give the columns but for the rollback file, in the types that the other commands use."""
    times = {column: row[column].isoformat() for column in ("started_at", "finished_at")}
    kept = {column: value for column, value in row.items() if column != "rollback_sql"}
    return kept | {"number": int(row["number"])} | times


def _line(row: dict[str, Any]) -> str:
    who = f"{row['role']} ({row['os_user']}@{row['host']})" if row["os_user"] else row["role"]
    commit = f"  {row['git_commit'][:12]}" if row["git_commit"] else ""
    reason = f"\n      {row['reason']}" if row["reason"] else ""
    when = f"{row['finished_at']:%Y-%m-%d %H:%M:%S}"
    return (
        f"{row['id']:>5}  {when}  {row['action']:<12} {row['name']}  {row['duration_ms']:,} ms  {who}{commit}{reason}"
    )
