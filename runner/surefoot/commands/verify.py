"""`surefoot verify`: whether the database is as the project says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import Seconds, connecting, database_options
from surefoot_lint.counting import counted
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

if TYPE_CHECKING:
    import psycopg

    from surefoot.checks import Answer
    from surefoot.operations.verify import Verification
    from surefoot.watching import Round

MANUAL = Manual(
    changes="Nothing: checks are asked in a transaction that is rolled back.",
    examples={
        "surefoot verify": "Ask the manifest's checks; look at the chain, the checksums and the indexes.",
        "surefoot verify --json": "Tell a program, a check a line.",
        "surefoot verify --watch 60s --for 24h": "Ask each minute of the first day, and tell what changes.",
    },
    findings="a check does not hold, or something else is wrong; with --watch in any round",
    statuses=(ExitStatus.NO_CONNECTION,),
    see=("surefoot status", "surefoot drift", "docs/how-to/verify.md"),
)
LEAST_PAUSE = 1.0  # seconds
SHOWN_ROWS = 20


@click.command(cls=Documented, manual=MANUAL, short_help="Ask whether all is as it must be.")
@click.option("--watch", "every", type=Seconds(), metavar="TIME", help="Ask again so often, until Ctrl-C: 60s, 5min.")
@click.option("--for", "lasting", type=Seconds(), metavar="TIME", help="With --watch: how long: 30min, 24h.")
@database_options
@click.pass_obj
def command(
    console: Console, manifest: Path, database_url: str | None, wait: float, every: float | None, lasting: float | None
) -> ExitStatus:
    """Ask the manifest's invariants and checks; look at the ledger's chain, the files' checksums, invalid indexes.

    With --watch it goes on asking, tells what changes, and survives a server that is away for a while.
    """
    if lasting is not None and every is None:
        raise UsageError("--for says how long to watch", next_step="surefoot verify --watch 60s --for 24h")
    if every is not None and every < LEAST_PAUSE:
        raise UsageError("a database is asked once a second at most", next_step="--watch 60s")
    project = Project.load(manifest)
    with connecting(console, project, database_url, wait) as connect:
        if every is not None:
            return _watched(console, project, connect, every, lasting)
        from surefoot.operations.verify import verify

        with connect() as connection:
            found = verify(project, connection)
    _show(console, found)
    return ExitStatus.DONE if found.holds else ExitStatus.FINDINGS


def _show(console: Console, found: Verification) -> None:
    """Tell each answer, and what it comes to."""
    for answer in found.answers:
        console.emit(_as_json(answer))
        console.say(_line(answer))
    for problem in found.problems:
        console.emit({"problem": problem})
        console.say(f"  {click.style('wrong', fg='red')}   {problem}")
    held = sum(answer.is_expected for answer in found.answers)
    console.emit({"holds": found.holds, "checks": len(found.answers), "held": held, "ledger_rows": found.rows})
    wrong = len(found.problems)
    chain = f"{wrong} more {'is' if wrong == 1 else 'are'} wrong" if wrong else "the ledger's chain is intact"
    console.say(f"{held} of {len(found.answers)} checks hold; {chain} ({counted(found.rows, 'row')})")


def _watched(
    console: Console,
    project: Project,
    connect: Callable[[], psycopg.Connection],
    every: float,
    lasting: float | None,
) -> ExitStatus:
    """Verify round by round; Ctrl-C ends it as the time does."""
    from surefoot.operations.verify import Verification
    from surefoot.watching import watch

    rounds = bad = 0
    wrong: dict[str, str] = {}
    try:
        for one in watch(project, connect, every, lasting):
            if rounds == 0 and isinstance(one.found, Verification):
                _show(console, one.found)
            else:
                _tell_changes(console, one, wrong)
            rounds, bad, wrong = rounds + 1, bad + (not one.holds), one.wrong
            console.emit({"round": rounds, "at": one.at.isoformat(), "holds": one.holds, "wrong": wrong})
    except KeyboardInterrupt:
        console.remark("")
    console.emit({"rounds": rounds, "wrong_rounds": bad})
    console.say(f"{counted(rounds, 'round')}; something was wrong in {bad}")
    return ExitStatus.FINDINGS if bad else ExitStatus.DONE


def _tell_changes(console: Console, one: Round, before: dict[str, str]) -> None:
    """Tell people what is wrong that was not, or otherwise; and what holds again."""
    at = f"{one.at.astimezone():%H:%M:%S}"
    now = one.wrong
    for name, said in now.items():
        if before.get(name) != said:
            console.say(f"  {at}  {click.style('wrong', fg='red')}  {name}{': ' if said else ''}{said}")
    for name in before:
        if name not in now:
            console.say(f"  {at}  {click.style('holds', fg='green')}  {name} again")


def _line(answer: Answer) -> str:
    if answer.is_expected:
        return f"  {click.style('holds', fg='green')}   {answer.check.name}"
    failed = click.style("failed", fg="red")
    if answer.check.expect != () or not answer.rows:
        said = f"  {failed}  {answer.check.name}: expected {answer.expected}, got {answer.got}  ({answer.check.place})"
        return said + _next_step(answer)
    rows = ["      " + ", ".join("NULL" if value is None else value for value in row) for row in answer.rows]
    more = [f"      and {len(rows) - SHOWN_ROWS} more; --json has them all"] if len(rows) > SHOWN_ROWS else []
    head = f"  {failed}  {answer.check.name}: {len(rows)} found  ({answer.check.place})"
    return "\n".join([head, *rows[:SHOWN_ROWS], *more]) + _next_step(answer)


def _next_step(answer: Answer) -> str:
    return f"\n      next: {answer.check.next_step}" if answer.check.next_step else ""


def _as_json(answer: Answer) -> dict[str, object]:
    return {
        "check": answer.check.name,
        "holds": answer.is_expected,
        "expected": answer.expected,
        "got": answer.got,
        "rows": answer.rows,
        "where": str(answer.check.place),
        "next": None if answer.is_expected else answer.check.next_step,
    }
