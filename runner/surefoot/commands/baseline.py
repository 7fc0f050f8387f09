"""`surefoot baseline`: take over a database that is there already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot import completion
from surefoot.console import Console
from surefoot.foreign.tools import modules
from surefoot.options import database, database_options
from surefoot.progress import following
from surefoot_lint.counting import counted
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Project

if TYPE_CHECKING:
    import psycopg

    from surefoot.foreign.matching import Matched
    from surefoot.foreign.model import Entry, ForeignLedger

SHOWN = 20
MANUAL = Manual(
    changes="The database: the ledger, with a row for each migration that it has; nothing of the files is run. The "
    "schema is compared on a scratch server first. Another tool's ledger is only read.",
    examples={
        "surefoot baseline --to 012": "Note 001 to 012 as applied, if the schema is what they build.",
        "surefoot baseline --from-ledger auto": "Note what another tool says it has applied, with its who and when.",
        "surefoot baseline --from-ledger flyway": "The same, where several tools have left a ledger.",
        "surefoot baseline --from-ledger flyway --ledger-table ops.history": "The same, where the table has a name of "
        "its own, or there are several.",
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
    shell_complete=completion.numbers,
    help="The last migration that the database has.",
)
@click.option(
    "--from-ledger",
    "tool",
    type=click.Choice(["auto", *modules()]),
    metavar="TOOL",
    help="Read what is applied from another tool's ledger; auto: from the only one there is. Known are "
    f"{', '.join(modules())}.",
)
@click.option(
    "--ledger-table",
    "table",
    metavar="SCHEMA.TABLE",
    help="That table and no other, with --from-ledger.",
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
    last: str | None,
    tool: str | None,
    table: str | None,
    unproven: str | None,
    scratch_url: str | None,
) -> None:
    """Note migrations as applied without running them, where the schema is what they build."""
    from surefoot.scratch import find
    from surefoot.taking_over import source_of, take_over

    if last is not None and tool is not None:
        raise UsageError("--to and --from-ledger exclude one another", next_step="give one of them")
    if last is None and tool is None:
        raise UsageError(
            "baseline needs to be told what the database has",
            next_step="surefoot baseline --to NUMBER, or --from-ledger auto",
        )
    if table is not None and tool is None:
        raise UsageError(
            "--ledger-table goes with --from-ledger",
            next_step=f"surefoot baseline --from-ledger auto --ledger-table {table}",
        )
    number = number_of(last) if last is not None else None
    if last is not None and number is None:
        raise UsageError(f"{last} is no migration's number")
    if unproven is not None and not unproven.strip():
        raise UsageError("the reason is empty", next_step="--unproven 'why the schema may differ'")
    project = Project.load(manifest)
    server = find(project.manifest.postgres, scratch_url) if unproven is None else None
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        source = None
        if tool is not None:
            ledger, matched = _read(console, project, connection, tool, table)
            source, number = source_of(connection, ledger, matched), matched.migrations[-1].migration.number
        assert number is not None
        taken = take_over(project, connection, number, server, unproven, listener, source=source)
    console.emit({"event": "baselined", "migrations": [migration.name for migration in taken]})
    proof = "the schema is what they build" if unproven is None else "its schema was not compared"
    console.say(f"{counted(len(taken), 'migration')} noted as applied, up to {taken[-1].name}; {proof}")
    if tool is not None:
        console.say(f"{ledger.table.shown} is as it was: run {ledger.tool} no more, and drop it when nobody needs it")
    console.say("next: surefoot status")


def _read(
    console: Console, project: Project, connection: psycopg.Connection, tool: str, table: str | None
) -> tuple[ForeignLedger, Matched]:
    """Read another tool's ledger, match it with the manifest, and tell of both."""
    from surefoot.foreign.finding import read_ledger
    from surefoot.foreign.matching import match

    ledger = read_ledger(connection, tool, table)
    matched = match(ledger, project.migrations)
    pending = len(project.migrations) - len(matched.migrations)
    console.emit(
        {
            "event": "ledger_read",
            "tool": ledger.tool,
            "table": ledger.table.shown,
            "rows": len(ledger.entries),
            "migrations": {one.name: f"{ledger.tool}: {told}" for one, told, _ in matched.migrations},
            "remarks": matched.remarks,
            "pending": pending,
        }
    )
    console.say(f"{ledger.table.shown}, the ledger of {ledger.tool}: {_span(ledger.entries)}")
    if len(matched.migrations) > SHOWN:
        console.say(f"  {len(matched.migrations) - SHOWN} before these")
    for one, told, called in matched.migrations[-SHOWN:]:
        console.say(f"  {one.name}{f' ({called})' if called and called != one.name else ''}: {told}")
    for remark in matched.remarks:
        console.say(f"  {remark}")
    if pending:
        console.say(f"  not applied yet: {counted(pending, 'migration')} after these")
    return ledger, matched


def _span(entries: Sequence[Entry]) -> str:
    """Say how many there are, from when to when, and by whom the first and the last."""
    said = sorted((entry for entry in entries if entry.when or entry.who), key=lambda entry: entry.when or "")
    ends = dict.fromkeys(" by ".join(filter(None, (entry.when, entry.who))) for entry in (*said[:1], *said[-1:]))
    times = f", {' to '.join(ends)}" if ends else ""
    return f"{counted(len(entries), 'row')}{times}"
