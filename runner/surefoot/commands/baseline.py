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
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.numbering import number_of
from surefoot_lint.project import Project

if TYPE_CHECKING:
    import psycopg

    from surefoot.foreign.model import Entry

MANUAL = Manual(
    changes="The database: the ledger, with a row for each migration that it has; nothing of the files is run. The "
    "schema is compared on a scratch server first. Another tool's ledger is only read.",
    examples={
        "surefoot baseline --to 012": "Note 001 to 012 as applied, if the schema is what they build.",
        "surefoot baseline --from-ledger auto": "Note what another tool says it has applied, with its who and when.",
        "surefoot baseline --from-ledger flyway": "The same, where several tools have left a ledger.",
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
    unproven: str | None,
    scratch_url: str | None,
) -> None:
    """Note migrations as applied without running them, where the schema is what they build."""
    from surefoot.scratch import find
    from surefoot.taking_over import take_over

    if (last is None) == (tool is None):
        raise UsageError(
            "baseline needs to be told what the database has",
            next_step="surefoot baseline --to NUMBER, or --from-ledger auto",
        )
    number = number_of(last) if last is not None else None
    if last is not None and number is None:
        raise UsageError(f"{last} is no migration's number")
    if unproven is not None and not unproven.strip():
        raise UsageError("the reason is empty", next_step="--unproven 'why the schema may differ'")
    project = Project.load(manifest)
    server = find(project.manifest.postgres, scratch_url) if unproven is None else None
    with database(console, project, database_url, wait) as connection, following(console) as listener:
        told: dict[int, str] = {}
        if tool is not None:
            number, told = _read(console, project, connection, tool)
        assert number is not None
        taken = take_over(project, connection, number, server, unproven, listener, told=told)
    console.emit({"event": "baselined", "migrations": [migration.name for migration in taken]})
    proof = "the schema is what they build" if unproven is None else "its schema was not compared"
    console.say(f"{len(taken)} migrations noted as applied, up to {taken[-1].name}; {proof}")
    if told:
        console.say("the other tool's ledger is as it was; run it no more, and drop that when nobody needs it")
    console.say("next: surefoot status")


def _read(console: Console, project: Project, connection: psycopg.Connection, tool: str) -> tuple[int, dict[int, str]]:
    """Read another tool's ledger; give the number of the last migration, and what is told of each."""
    from surefoot.foreign.finding import read_ledger
    from surefoot.foreign.matching import match

    ledger = read_ledger(connection, tool)
    matched = match(ledger, project.migrations)
    known = {one.number: entry for one, entry in matched.migrations}
    # Of a ledger that says the last one only, no more is known of those before it than that they came before.
    told = {n: f"{ledger.tool}: {entry.told if entry else 'applied before it'}" for n, entry in known.items()}
    last = matched.migrations[-1][0]
    console.emit(
        {
            "event": "ledger_read",
            "tool": ledger.tool,
            "table": ledger.table.shown,
            "rows": len(ledger.entries),
            "migrations": {one.name: told[one.number] for one, _ in matched.migrations},
            "remarks": matched.remarks,
        }
    )
    console.say(f"{ledger.table.shown}, the ledger of {ledger.tool}: {_span(ledger.entries)}")
    for remark in matched.remarks:
        console.say(f"  {remark}")
    return last.number, told


def _span(entries: Sequence[Entry]) -> str:
    """Say how many there are, from when to when, and by whom."""
    times = sorted(entry.when for entry in entries if entry.when)
    people = ", ".join(dict.fromkeys(entry.who for entry in entries if entry.who))
    when = f", from {times[0]} to {times[-1]}" if times else ""
    rows = "1 row" if len(entries) == 1 else f"{len(entries)} rows"
    return f"{rows}{when}{f', by {people}' if people else ''}"
