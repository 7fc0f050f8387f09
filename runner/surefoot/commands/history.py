"""`surefoot history`: the ledger, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot_lint.counting import counted
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.chain import Row

MANUAL = Manual(
    changes="Nothing: the ledger is only read.",
    examples={
        "surefoot history": "Show who did what and when, oldest first.",
        "surefoot history --export ledger.jsonl": "Keep a copy elsewhere, or bring it up to date.",
        "surefoot history --check ledger.jsonl": "Make sure that nobody has rewritten what was exported.",
        "surefoot history --check old.jsonl --against new.jsonl": "The same for two copies, without a database.",
    },
    statuses=(ExitStatus.REFUSED, ExitStatus.NO_CONNECTION),
    see=("surefoot status", "surefoot verify", "docs/how-to/history.md", "docs/formats.md"),
)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(cls=Documented, manual=MANUAL, short_help="Show the ledger, row by row.")
@click.option(
    "--export", "export", type=FILE, metavar="FILE", help="Write all rows to a file, from which it can be checked."
)
@click.option("--check", "earlier", type=FILE, metavar="FILE", help="Check that the ledger goes on from this export.")
@click.option(
    "--against", "later", type=FILE, metavar="FILE", help="With --check: a later export instead of the database."
)
@database_options
@click.pass_obj
def command(
    console: Console,
    manifest: Path,
    database_url: str | None,
    wait: float,
    export: Path | None,
    earlier: Path | None,
    later: Path | None,
) -> None:
    """Show what was done to the database, oldest first; export it; check it against an earlier export.

    An export that is there already is only ever extended. The check computes all hashes itself and asks no function of
    the server.
    """
    if later is not None and earlier is None:
        raise UsageError("--against names the later of two exports", next_step="--check EARLIER --against LATER")
    if export is not None and earlier is not None:
        raise UsageError("--export and --check are two steps", next_step="--check first: --export checks too")
    if earlier is not None and later is not None:
        from surefoot.export import read_export

        _tell_extension(console, earlier, read_export(later), str(later))
        return
    from surefoot.ledger import Ledger

    project = Project.load(manifest)
    with database(console, project, database_url, wait) as connection:
        ledger = Ledger(connection, project.manifest.ledger.schema)
        if export is None and earlier is None:
            _show(console, ledger.history())
            return
        rows = ledger.chain()
    if export is not None:
        _export(console, rows, export)
    elif earlier is not None:
        _tell_extension(console, earlier, rows, "the ledger")


def _show(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        console.emit(_as_json(row))
        console.say(_line(row))
    if not rows:
        console.say("the ledger is empty")


def _export(console: Console, rows: Sequence[Row], path: Path) -> None:
    from surefoot.export import write_export

    added = write_export(rows, path)
    console.emit({"event": "history_exported", "file": str(path), "rows": len(rows), "added": added})
    console.say(f"{path}: {counted(len(rows), 'row')}, {added} of them new")


def _tell_extension(console: Console, earlier: Path, now: Iterable[Row], whose: str) -> None:
    from surefoot.chain import compare_past
    from surefoot.export import read_export

    found = compare_past(read_export(earlier), now, whose)
    console.emit({"event": "history_checked", "kept": found.kept, "added": found.added})
    console.say(f"{counted(found.kept, 'row')} as exported, {found.added} added since; the chain of {whose} is intact")


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
