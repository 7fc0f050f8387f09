"""The verbs of Surefoot, for a program that has a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import psycopg

from surefoot.connection import losing_explained, unprepared
from surefoot.errors import Refused
from surefoot.events import Action, BackedUp, LedgerMade, Listener, ignore
from surefoot.ledger import Applied, Ledger, LedgerState
from surefoot.ledger_ddl import LEDGER_VERSION
from surefoot.lock import Hold, held, lock_key
from surefoot.planner import NOTHING_RUN, Plan, edited_file, plan_migrate, plan_rollback, refuse_untrusted
from surefoot.provenance import provenance_of
from surefoot_lint.manifest import Settings
from surefoot_lint.project import Level, Migration, Project
from surefoot_lint.source import Source, source_of

if TYPE_CHECKING:
    from surefoot.checks import Answer
    from surefoot.dryrun_report import DryRun
    from surefoot.engine import Engine
    from surefoot.losses import ChangedRows, Loss
    from surefoot.renumbering import Repair
    from surefoot.step import Step

MigrationState = Literal["applied", "pending", "unfinished", "edited", "unknown"]


class Run(NamedTuple):
    """What a run did: the names in the order of their doing; nothing when it was declined or not needed."""

    done: tuple[str, ...]
    applied_before: int = 0


class RollbackPreview(NamedTuple):
    """What a rollback would do: its steps, what is lost, and rollback files that are not what was applied.

    `changed_files` holds a unified diff for each, from the ledger's text to the file's.
    """

    steps: tuple[Step, ...]
    losses: tuple[Loss, ...]
    changed_rows: tuple[ChangedRows, ...]
    changed_files: tuple[str, ...]

    @property
    def needs_consent(self) -> bool:
        """Tell whether rows would be lost, or a file runs that nobody has agreed to."""
        return bool(
            self.changed_files or self.changed_rows or any(loss.rows or loss.is_estimate for loss in self.losses)
        )


class StatusLine(NamedTuple):
    """One migration, in the manifest or in the ledger or in both."""

    number: int
    name: str
    phase: str | None
    state: MigrationState
    applied: Applied | None


class Status(NamedTuple):
    """Where a database stands: each migration, and what keeps the next run from starting.

    `is_as_left` tells whether the schema is what the last run left; nothing where that run could not note it.
    """

    lines: tuple[StatusLine, ...]
    ledger: LedgerState
    refusal: Refused | None
    is_as_left: bool | None = None

    @property
    def pending(self) -> int:
        """Count the migrations to be applied."""
        return sum(line.state in ("pending", "unfinished") for line in self.lines)


class Verification(NamedTuple):
    """What `verify` found: the answers of the checks, and sentences on what is wrong otherwise."""

    answers: tuple[Answer, ...]
    problems: tuple[str, ...]
    rows: int

    @property
    def holds(self) -> bool:
        """Tell whether everything is as it must be."""
        return not self.problems and all(answer.is_expected for answer in self.answers)


ACTIONS: dict[Level, Action] = {
    "schema": "rolled_back",
    "data": "data_rolled_back",
    "feature": "feature_rolled_back",
}
INVALID_INDEXES = """
SELECT i.indexrelid::regclass::text FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1
"""


@losing_explained()
def plan(
    project: Project, connection: psycopg.Connection, *, to: str | None = None, out_of_order: bool = False
) -> Plan:
    """Say what `migrate` would apply; nothing is locked or written. Raises as `migrate` does before it runs."""
    ledger = Ledger(connection, project.manifest.ledger.schema)
    planned = plan_migrate(project, ledger.read(), to=to, out_of_order=out_of_order)
    vetted(project, planned.pending, ledger)
    return planned


def migrate(
    project: Project,
    connection: psycopg.Connection,
    *,
    to: str | None = None,
    single_transaction: bool = False,
    out_of_order: bool = False,
    backup: Path | None = None,
    listener: Listener = ignore,
) -> Run:
    """Apply what is pending, up to and with the number `to`.

    With `backup` the database is dumped into that folder first, if anything is pending; a dump that fails stops
    the run before anything else. Its name is the reason of the run's first row in the ledger.
    The connection must be in autocommit mode, and is used alone. The lock of the ledger is held meanwhile. Each
    migration is one transaction together with its row in the ledger, or all are one. Raises Refused and the
    errors of files before anything is run; SqlFailed, CheckFailed, Interrupted, ConnectionFailed after which
    what was committed before stays.
    """
    with locked(project, connection, listener) as turn:
        planned = plan_migrate(project, turn.state, to=to, out_of_order=out_of_order)
        if not planned.pending:
            return Run((), len(planned.applied))
        steps = vetted(project, planned.pending, turn.ledger)
        if turn.hold.is_pooled:
            _refuse_sessions(m.source for m in planned.pending if not m.entry.transaction)
        if single_transaction:
            _refuse_piecewise(planned.pending)
        if backup is not None:
            from surefoot.backup import back_up

            path = back_up(connection, backup, project.manifest.name, turn.hold.tick)
            listener(BackedUp(str(path)))
            steps[0] = replace(steps[0], reason=f"backup: {path.name}")
        turn.engine().run(steps, single_transaction=single_transaction)
        return Run(tuple(step.name for step in steps), len(planned.applied))


def dry_run_migrate(
    project: Project,
    connection: psycopg.Connection,
    *,
    to: str | None = None,
    out_of_order: bool = False,
    listener: Listener = ignore,
) -> DryRun:
    """Run what `migrate` would apply in one transaction, roll it back, and report what each statement did.

    It holds the lock of the ledger, and takes the locks of the migrations, until it ends. Raises as `migrate`
    does before it runs; an error of a statement or a check is the report's `failure`.
    """
    from surefoot.dryrun import rehearse

    with locked(project, connection, listener, writes=False) as turn:
        planned = plan_migrate(project, turn.state, to=to, out_of_order=out_of_order)
        steps = vetted(project, planned.pending, turn.ledger)
        return rehearse(turn.engine(), steps)


def dry_run_rollback(
    project: Project,
    connection: psycopg.Connection,
    *,
    steps: int | None = None,
    to: str | None = None,
    phase: str | None = None,
    level: Level = "schema",
    listener: Listener = ignore,
) -> DryRun:
    """Run what `rollback` would in one transaction, roll it back, and report what each statement did."""
    from surefoot.dryrun import rehearse

    with locked(project, connection, listener, writes=False) as turn:
        chosen = plan_rollback(project, turn.state, steps=steps, to=to, phase=phase, level=level)
        return rehearse(turn.engine(), [_backward(project, turn.ledger, one, level)[0] for one in chosen])


def rollback(
    project: Project,
    connection: psycopg.Connection,
    *,
    steps: int | None = None,
    to: str | None = None,
    phase: str | None = None,
    level: Level = "schema",
    consent: Callable[[RollbackPreview], bool] | None = None,
    listener: Listener = ignore,
) -> Run:
    """Undo applied migrations, the last one first: `steps` of them (1), all after `to`, or all of a phase.

    At the levels `data` and `feature` the migrations stay applied, and their milder rollback files are run.
    It is rehearsed first, in a transaction that is rolled back, to see what is lost. `consent` is shown that and
    decides; without it, a rollback that needs consent is refused. Locks, transactions and errors are as with
    `migrate`.
    """
    with locked(project, connection, listener) as turn:
        state, engine = turn.state, turn.engine()
        chosen = plan_rollback(project, state, steps=steps, to=to, phase=phase, level=level)
        if not chosen:
            return Run((), len(state.applied))
        found = [_backward(project, engine.ledger, one, level) for one in chosen]
        preview = _preview(engine, [step for step, _ in found], [diff for _, diff in found if diff])
        if not _agreed(preview, consent):
            return Run((), len(state.applied))
        engine.run(preview.steps)
        return Run(tuple(step.name for step in preview.steps), len(state.applied))


def abandon(
    project: Project,
    connection: psycopg.Connection,
    number: int,
    *,
    consent: Callable[[RollbackPreview], bool] | None = None,
    listener: Listener = ignore,
) -> Run:
    """Undo an unfinished migration by its rollback file; the ledger says `rolled_back`, with the reason.

    Raises Refused when it is not unfinished or has no rollback file; otherwise as `rollback` does.
    """
    with locked(project, connection, listener) as turn:
        state, engine = turn.state, turn.engine()
        migration = project.named(number)
        if number not in {unfinished for unfinished, _ in state.unfinished} or migration is None:
            raise Refused(
                "not-unfinished",
                f"migration {number} is not unfinished",
                state=NOTHING_RUN,
                next_step="surefoot status shows what is; an applied one is undone by: surefoot rollback",
            )
        source = project.rollback_of(migration)
        if source is None:
            raise no_rollback(migration.name, number, migration)
        preview = _preview(
            engine, [undoing(project, migration, number, migration.name, source, reason="abandoned")], []
        )
        if not _agreed(preview, consent):
            return Run((), len(state.applied))
        engine.run(preview.steps)
        return Run((migration.name,), len(state.applied))


@losing_explained()
def status(project: Project, connection: psycopg.Connection) -> Status:
    """Tell of each migration whether it is applied; nothing is locked or written."""
    ledger = Ledger(connection, project.manifest.ledger.schema)
    state = ledger.read()
    applied = {one.number: one for one in state.applied}
    begun = {number for number, _ in state.unfinished}
    lines = [_line(project, m, applied.get(m.number), m.number in begun) for m in project.migrations]
    known = {migration.number for migration in project.migrations}
    lines += [
        StatusLine(one.number, one.name, None, "unknown", one) for one in state.applied if one.number not in known
    ]
    is_as_left = _is_as_left(ledger, state)
    try:
        plan_migrate(project, state)
    except Refused as refusal:
        return Status(tuple(lines), state, refusal, is_as_left)
    return Status(tuple(lines), state, None, is_as_left)


def _is_as_left(ledger: Ledger, state: LedgerState) -> bool | None:
    """Compare the schema with what the last run left, unless a run is at work or was broken off."""
    if state.left_fingerprint is None or state.unfinished:
        return None
    from surefoot.catalog import fingerprint

    return state.left_fingerprint == fingerprint(ledger.connection, ledger_schema=ledger.schema)


@losing_explained()
def verify(project: Project, connection: psycopg.Connection) -> Verification:
    """Ask the manifest's checks, and look at the ledger's chain, the files' checksums and invalid indexes.

    Everything is read in transactions that are rolled back; it works on a replica too.
    """
    from surefoot import checks

    checks.refuse_unfit(project, project.manifest.checks)
    ledger = Ledger(connection, project.manifest.ledger.schema)
    state = ledger.read()
    connection.execute("BEGIN")
    try:
        answers = tuple(checks.ask_all(connection, project, project.manifest.checks))
        invalid = [row[0] for row in connection.execute(INVALID_INDEXES)]
    finally:
        if not connection.closed:
            connection.execute("ROLLBACK")
    told = {value for answer in answers for row in answer.rows for value in row}
    unnamed = [problem for name in invalid if (problem := f"the index {name} is INVALID") not in told]
    problems = [*_ledger_problems(project, state), *unnamed]
    return Verification(answers, tuple(problems), ledger.count())


def accept(
    project: Project, connection: psycopg.Connection, number: int, reason: str, listener: Listener = ignore
) -> str:
    """Take the present file of an applied migration as what was applied; give its new checksum.

    Raises Refused when the migration is not applied, or the file is not edited.
    """
    with locked(project, connection, listener) as turn:
        state = turn.state
        refuse_untrusted(state)
        one = next((one for one in state.applied if one.number == number), None)
        migration = edited_file(project, one) if one else None
        if migration is None:
            what = "is not edited" if one else "is not applied"
            raise Refused("nothing-to-accept", f"migration {number} {what}", state="nothing was written")
        rollback_source = project.rollback_of(migration)
        connection.execute(
            turn.ledger.record(
                "accepted",
                number,
                migration.name,
                provenance_of(project.folder),
                checksum=migration.source.checksum,
                rollback_checksum=rollback_source.checksum if rollback_source else None,
                reason=reason,
            ).encode()
        )
        return migration.source.checksum


def repair_numbers(project: Project, connection: psycopg.Connection, listener: Listener = ignore) -> tuple[Repair, ...]:
    """Tell the ledger which applied migrations have another number now, as the files of the project have it.

    They are found by their words and their content. Nothing in the ledger changes: rows `repaired` are added, in one
    transaction. Raises Refused: broken chain, unfinished migration.
    """
    from surefoot.renumbering import plan_repairs
    from surefoot.repairs import repair_rows
    from surefoot.script import Script

    with locked(project, connection, listener) as turn:
        state = turn.state
        refuse_untrusted(state)
        repairs = plan_repairs(project, state.applied)
        if repairs:
            if state.unfinished:
                raise Refused(
                    "unfinished",
                    f"migration {state.unfinished[0][0]} was begun and is not finished",
                    state="nothing was written",
                    next_step="put the files back as they were, and finish it: surefoot migrate",
                )
            engine = turn.engine()
            rows = repair_rows(turn.ledger, turn.hold, engine.provenance, repairs)
            engine.send(Script.of(["BEGIN", engine.fence(), *rows, "COMMIT"]))
        return tuple(one for one in repairs if one.is_renumbered)


def seed(
    project: Project, connection: psycopg.Connection, *, consent: bool = False, listener: Listener = ignore
) -> Run:
    """Run the project's seeds, each in a transaction of its own: files of data that can be run again at any time.

    They are no migrations, and the ledger does not hear of them. Raises Refused: migrations are pending; the
    database looks like production, and there is no `consent`. UsageError where there is no seed; SqlFailed.
    """
    from surefoot.seeding import refuse_production, seeds_of

    steps = seeds_of(project)
    if not consent:
        refuse_production(connection)
    with locked(project, connection, listener) as turn:
        planned = plan_migrate(project, turn.state)
        if planned.pending:
            raise Refused(
                "pending",
                f"{planned.pending[0]} is pending, and so are all after it",
                why="seeds fill the tables that the migrations make",
                state=NOTHING_RUN,
                next_step="surefoot migrate, then surefoot seed",
            )
        turn.engine().seed(steps)
        return Run(tuple(step.name for step in steps), len(planned.applied))


class Turn(NamedTuple):
    """What a run has while it holds the lock: the ledger, and what it said when the lock was had."""

    project: Project
    connection: psycopg.Connection
    ledger: Ledger
    hold: Hold
    state: LedgerState
    listener: Listener

    def engine(self) -> Engine:
        """Make the engine, which a run that finds nothing to do never loads."""
        from surefoot.engine import Engine

        provenance = provenance_of(self.project.folder)
        return Engine(
            self.project, self.connection, self.ledger, self.hold, self.state.last_id, provenance, self.listener
        )


@contextmanager
def locked(
    project: Project, connection: psycopg.Connection, listener: Listener, *, writes: bool = True
) -> Iterator[Turn]:
    """Hold the lock for a block; make or upgrade the ledger, unless nothing is to be written, and read it."""
    schema = project.manifest.ledger.schema
    ledger = Ledger(connection, schema)

    def prepare() -> None:
        before = ledger.ensure() if writes else LEDGER_VERSION
        if before < LEDGER_VERSION:
            listener(LedgerMade(schema, before or None, LEDGER_VERSION))

    key = lock_key(project.manifest.name, schema)
    with losing_explained(), unprepared(connection), held(connection, key, schema, prepare, listener) as hold:
        yield Turn(project, connection, ledger, hold, ledger.read(), listener)


def vetted(project: Project, pending: Iterable[Migration], ledger: Ledger | None = None) -> list[Step]:
    """Look through all that is to be run, before anything is, and make its steps.

    With a ledger, unfinished files must be as they were. Raises SplitError, ManifestError, Refused.
    """
    from surefoot import batches, checks, guards
    from surefoot.resume import refuse_unresumable

    steps = []
    for migration in pending:
        entry = migration.entry
        batches.refuse_unfit(migration.source, transaction=entry.transaction)
        checks.refuse_unfit(project, entry.checks)
        guards.refuse_unfit((*project.manifest.guards, *entry.guards))
        if not entry.transaction:
            refuse_unresumable(migration.source, ledger.progress(migration.number, "applied") if ledger else ())
        rollback_source = project.rollback_of(migration)
        if entry.rollback and rollback_source is None:
            shown = f"{project.manifest.folders.rollbacks}/{entry.rollback}"
            raise Refused(
                "rollback-missing",
                f"{migration} has no rollback file: {shown} is not there",
                where=entry.place,
                state=NOTHING_RUN,
                next_step="write it, or say why there is none: irreversible: …",
            )
        if rollback_source is not None:
            batches.refuse_unfit(rollback_source, transaction=False)
        steps.append(_forward(project, migration, rollback_source))
    return steps


def _refuse_piecewise(pending: Iterable[Migration]) -> None:
    """Refuse a run in one transaction when a migration cannot be in any."""
    for migration in pending:
        if not migration.entry.transaction:
            raise Refused(
                "not-one-transaction",
                f"{migration} has transaction: false, so not everything pending fits into one transaction",
                where=migration.entry.place,
                state=NOTHING_RUN,
                next_step=f"surefoot migrate --single-transaction --to {migration.number - 1}, then surefoot migrate",
            )


def _refuse_sessions(sources: Iterable[Source]) -> None:
    from surefoot.resume import refuse_session_settings

    for source in sources:
        refuse_session_settings(source)


def _forward(project: Project, migration: Migration, rollback_source: Source | None) -> Step:
    from surefoot.step import Step

    entry = migration.entry
    number, name = migration.number, migration.name
    undo = None
    if not entry.transaction and rollback_source:
        undo = undoing(project, migration, number, name, rollback_source, reason="a check or a guard failed")
    settings = entry.settings.over(project.manifest.settings)
    return Step(
        "applied",
        number,
        name,
        migration.source,
        rollback_source,
        settings,
        entry.checks,
        entry.settings,
        entry.transaction,
        undo=undo,
        undo_on_failed_check=entry.on_failed_check == "rollback",
        guards=(*project.manifest.guards, *entry.guards),
    )


def undoing(
    project: Project,
    migration: Migration | None,
    number: int,
    name: str,
    source: Source,
    level: Level = "schema",
    reason: str | None = None,
) -> Step:
    """Make the step that runs a rollback: in a transaction, unless it holds what cannot run in one."""
    from surefoot import batches
    from surefoot.step import Step

    own = migration.entry.settings if migration else Settings()
    transaction = not batches.needs_no_transaction_at_all(source)
    settings = own.over(project.manifest.settings)
    return Step(ACTIONS[level], number, name, source, source, settings, (), own, transaction, reason)


def _preview(engine: Engine, steps: Sequence[Step], diffs: Sequence[str]) -> RollbackPreview:
    """Rehearse a rollback, and count what it would take."""
    from surefoot import batches
    from surefoot.losses import changed_rows, count, look, truncated
    from surefoot.resume import refuse_unresumable

    for step in steps:
        batches.refuse_unfit(step.source, transaction=step.transaction)
        if not step.transaction:
            refuse_unresumable(step.source, engine.ledger.progress(step.number, "rolled_back"))
            _refuse_sessions([step.source] if engine.hold.is_pooled else [])
    schema = engine.ledger.schema
    before, after, answers = engine.rehearse(steps, lambda: look(engine.connection, schema))
    gone = count(engine.connection, before, after)
    changed = (*changed_rows(before, after), *truncated(answers))
    return RollbackPreview(tuple(steps), tuple(gone), changed, tuple(diffs))


def _agreed(preview: RollbackPreview, consent: Callable[[RollbackPreview], bool] | None) -> bool:
    if consent is not None:
        return consent(preview)
    if preview.needs_consent:
        raise Refused(
            "consent",
            "this rollback loses rows, or its files were changed",
            state=NOTHING_RUN,
            next_step="give a function that looks at the preview and consents",
        )
    return True


def _backward(project: Project, ledger: Ledger, one: Applied, level: Level) -> tuple[Step, str | None]:
    """Find the rollback of an applied migration, from its file or else from the ledger, and how they differ."""
    migration = project.named(one.number)
    if level != "schema":
        milder = project.rollback_of(migration, level) if migration else None
        assert milder is not None
        return undoing(project, migration, one.number, one.name, milder, level), None
    file = project.rollback_of(migration) if migration else None
    kept = ledger.rollback_sql(one.number)
    if file is None and kept is None:
        raise no_rollback(one.name, one.number, migration)
    source = file or source_of(kept or "", f"ledger:{one.name}")
    step = undoing(project, migration, one.number, one.name, source)
    is_changed = file is not None and file.checksum != one.rollback_checksum
    return step, _diff(file, kept) if is_changed and file else None


def no_rollback(name: str, number: int, migration: Migration | None) -> Refused:
    """Make the error of a migration that cannot be undone."""
    return Refused(
        "no-rollback",
        f"{name} has no rollback: there is no file, and none was kept when it was applied",
        where=migration.entry.place if migration else None,
        state=NOTHING_RUN,
        next_step=f"write it and name it in the manifest; or stop before it: surefoot rollback --to {number}",
    )


def _diff(file: Source, kept: str | None) -> str:
    """Show how a rollback file differs from the one that the ledger keeps."""
    import difflib

    before = (kept or "").splitlines(keepends=True)
    lines = difflib.unified_diff(before, file.read().splitlines(keepends=True), "as applied", file.shown)
    return "".join(lines)


def _line(project: Project, migration: Migration, applied: Applied | None, is_begun: bool) -> StatusLine:
    state: MigrationState = "pending" if applied is None else "applied"
    if is_begun:
        state = "unfinished"
    elif applied is not None and (edited_file(project, applied) or applied.name != migration.name):
        state = "edited"
    return StatusLine(migration.number, migration.name, migration.entry.phase, state, applied)


def _ledger_problems(project: Project, state: LedgerState) -> Iterator[str]:
    if state.broken is not None:
        yield f"the ledger's chain is broken: row {state.broken} was changed by hand"
    for number, _ in state.unfinished:
        yield f"migration {number} was begun and is not finished"
    for one in state.applied:
        if edited_file(project, one):
            yield f"{one.name} was edited after it was applied"
        if project.named(one.number) is None:
            yield f"{one.name} is applied, and the manifest does not know it"
