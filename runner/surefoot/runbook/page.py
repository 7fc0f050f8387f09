"""runbook.md: the steps that a person takes, in order, each with what to type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from surefoot.proving.evidence import Phase
from surefoot.proving.proof import Proof
from surefoot.proving.report.words import title
from surefoot.runbook.affected import report_of, rows
from surefoot.runbook.scripts import Work
from surefoot.step import Step, timeouts

HOW = """
The scripts need `psql` 14 or later and nothing else. Each takes the lock that the runner takes, looks whether the
ledger fits before it does anything, and writes the rows that `surefoot migrate` would write: afterwards either of
the two can go on. They end with status 0 when all is done and with 3 when something is refused or fails; the error
says what to type next. Carry the whole folder: where there is a folder `copy`, the scripts read their data from it.

Let `DATABASE_URL` name the server itself, not a pooler, and let the password come from `~/.pgpass` or `PGPASSWORD`.
"""
BACKUP = """
```sh
pg_dump --format=custom --file=before.dump "$DATABASE_URL"
pg_restore --list before.dump | tail -n 3
```

The second line reads the backup's list: a dump that cannot be listed is none. Keep it until the last step is done.
"""
REHEARSAL = """
Restore the backup into a database of a staging server, and take steps {first} to {last} there first:

```sh
createdb --maintenance-db="$STAGING_URL" rehearsal
pg_restore --no-owner --dbname="$REHEARSAL_URL" before.dump
psql -X -v ON_ERROR_STOP=1 -f {script} "$REHEARSAL_URL"
psql -X -v ON_ERROR_STOP=1 -f verify.sql "$REHEARSAL_URL"
psql -X -v ON_ERROR_STOP=1 -f {other} "$REHEARSAL_URL"
```

Write down how long it took. What must not be slow is best tried there, with the rows of production.
"""
LOOK = """
Nobody should be in the way: a transaction that has been open for long keeps the locks that the scripts wait for.

```sh
psql -X "$DATABASE_URL" -c "SELECT pid, usename, state, now() - xact_start AS open, left(query, 60) AS query
  FROM pg_stat_activity WHERE xact_start < now() - interval '1 minute' ORDER BY xact_start"
psql -X -v ON_ERROR_STOP=1 -f verify.sql "$DATABASE_URL"
```

On a database without a ledger the second line says so, and that is right before the first deployment.
"""
RUN = """
```sh
psql -X -v ON_ERROR_STOP=1 -f {script} "$DATABASE_URL"
```

It tells each migration as it begins and when it is done. What is done already is skipped, so the same line goes on
after an interruption. psql cannot try again by itself: when a lock is not to be had in time (`lock timeout`), nothing
of that migration remains, and you type the same line again at a quieter moment; `surefoot migrate` would try again
by itself.

`-v messages=notice` shows notices too. `-v lock_wait=30` waits 30 seconds for another run, instead of {wait:.0f}.
`-v os_user="$(whoami)" -v host="$(hostname)"` writes into the ledger who ran it; its role and the time are the
server's own.
"""
VERIFY = """
```sh
psql -X -v ON_ERROR_STOP=1 -f verify.sql "$DATABASE_URL"
```
"""
WATCH = """
While it runs, in another window: who waits for whom, and how far an index is.

```sh
psql -X "$DATABASE_URL" -c "SELECT pid, pg_blocking_pids(pid) AS blocked_by, now() - query_start AS since,
  left(query, 60) AS query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
psql -X "$DATABASE_URL" -c "SELECT pid, phase, blocks_done, blocks_total FROM pg_stat_progress_create_index"
```

Afterwards watch the errors and the slowest queries of the application for as long as one round of its jobs takes.
"""
FAILED = """
A migration that is one transaction leaves nothing when it fails. One that is none keeps what was done, noted statement
by statement: the same line, or `surefoot migrate`, goes on where it stopped. Look at the state:

```sh
psql -X "$DATABASE_URL" -c "SELECT number, name, applied_at FROM surefoot.applied" -c "TABLE surefoot.progress"
```
"""
BACK = """
```sh
psql -X -v ON_ERROR_STOP=1 -f rollback.sql "$DATABASE_URL"
psql -X -v ON_ERROR_STOP=1 -f verify.sql "$DATABASE_URL"
```

It undoes the last one first, and also what is unfinished. A rollback file that was changed since its migration was
applied is refused, until you have looked at it and say `-v changed_rollbacks=on`.
"""
LAST_RESORT = """
When even that does not help, restore the backup into a new database and let the application use it:
`pg_restore --create --dbname=postgres before.dump`. What was written since the backup is lost then.
"""


def page(work: Work, proofs: Mapping[int, Proof], wait_seconds: float, *, is_rollback: bool) -> Iterator[str]:
    """Write the page; the rollback of the same migrations is its main step or its way out."""
    done = work.undoing if is_rollback else work.steps
    script, other = ("rollback.sql", "deploy.sql") if is_rollback else ("deploy.sql", "rollback.sql")
    name = work.project.manifest.name
    names = done[0].name + (f" to {done[-1].name}" if len(done) > 1 else "")
    yield f"# {'Rollback' if is_rollback else 'Deployment'} of {name}: {names}\n\n"
    commit = f", from commit `{work.provenance.git_commit}`" if work.provenance.git_commit else ""
    yield f"Written by Surefoot {work.provenance.tool_version}{commit}.\n{HOW}"
    steps = [
        ("Who is affected", _affected(work, done, proofs, "back" if is_rollback else "forward")),
        ("Back up", [BACKUP]),
        ("Rehearse on staging", [REHEARSAL.format(first=4, last=6, script=script, other=other)]),
        ("Check before", [LOOK, *_checks(done, "before")]),
        ("Roll back" if is_rollback else "Deploy", [RUN.format(script=script, wait=wait_seconds)]),
        ("Verify", [VERIFY, *_verified(work, done)]),
        ("Watch", [WATCH]),
        ("If it fails", [FAILED.replace("surefoot.", f"{work.project.manifest.ledger.schema}.")]),
        ("Apply it again" if is_rollback else "Roll back, if it must be", _way_out(work, proofs, is_rollback)),
    ]
    for number, (heading, parts) in enumerate(steps, 1):
        yield f"\n## Step {number}: {heading}\n"
        yield from parts


def _affected(work: Work, done: Sequence[Step], proofs: Mapping[int, Proof], phase: Phase) -> Iterator[str]:
    yield "\n| migration | how it runs | limits | proof |\n|---|---|---|---|\n"
    for step in done:
        how = "one transaction" if step.transaction else "statement by statement, each noted"
        limits = ", ".join(f"{name} {value}" for name, value in timeouts(step.settings).items() if value != "0")
        verdict = title(proofs[step.number]) if step.number in proofs else "not known here"
        yield f"| {step.name} | {how} | {limits or 'none'} | {verdict} |\n"
    found = [(step.name, *row) for step in done for row in rows(proofs, step.number, phase)]
    if found:
        yield "\nLocks as measured on a scratch server; the times are those of small tables, the locks the same.\n\n"
        yield "| migration | table | lock | who waits | and |\n|---|---|---|---|---|\n"
        yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in found)
    missing = [step.name for step in done if report_of(proofs, step.number, phase) is None]
    if missing:
        yield f"\nNot measured: {', '.join(missing)}. To measure the locks, and write this page again:\n\n"
        yield "```sh\nsurefoot prove\nsurefoot runbook -o DIR\n```\n"
    elif not found:
        yield "\nMeasured on a scratch server, nobody who reads or writes a table that was there before has to wait.\n"


def _checks(done: Sequence[Step], when: str) -> Iterator[str]:
    asked = [f"- {step.name}: {check.name}\n" for step in done for check in step.checks_at(when)]
    if asked:
        yield "\nThe script itself asks, and stops at the first that fails:\n\n"
        yield from asked


def _verified(work: Work, done: Sequence[Step]) -> Iterator[str]:
    yield from _checks(done, "after")
    if guards := dict.fromkeys(
        f"- {guard.name}, by {guard.max_slowdown:.0%} at most\n" for s in done for guard in s.guards
    ):
        yield "\nThe script measures, before and after, the queries that must not become slower:\n\n"
        yield from guards
    if work.project.manifest.checks:
        yield "\n`verify.sql` asks the invariants of the whole database, and looks through the ledger:\n\n"
        yield from (f"- {check.name}\n" for check in work.project.manifest.checks)


def _way_out(work: Work, proofs: Mapping[int, Proof], is_rollback: bool) -> Iterator[str]:
    if is_rollback:
        yield RUN.partition("\n\nIt tells")[0].format(script="deploy.sql") + "\n"
        return
    stuck = work.migrations[-1 - len(work.undoing)] if len(work.undoing) < len(work.migrations) else None
    if work.undoing:
        yield BACK
        drops = [(step.name, drop) for step in work.undoing for drop in _drops(proofs, step.number)]
        if drops:
            yield "\nWhat goes with it, as it was measured, with all rows:\n\n"
            yield from (f"- {name}: {drop}\n" for name, drop in drops)
    if stuck is not None:
        reason = stuck.entry.irreversible or "it has no rollback file"
        yield f"\n**{stuck.name} cannot be rolled back: {reason}.** `rollback.sql` does not go beyond it.\n"
    yield LAST_RESORT


def _drops(proofs: Mapping[int, Proof], number: int) -> Iterator[str]:
    report = report_of(proofs, number, "back")
    for statement in report.statements if report else ():
        yield from (drop for drop in statement.drops if drop.startswith(("table ", "column ")))
