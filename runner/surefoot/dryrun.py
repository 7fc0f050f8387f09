"""Run migrations on the target in one transaction that is rolled back, and tell what each statement did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from surefoot import checks
from surefoot.dryrun_report import NOTHING_CHANGED, DryRun, MigrationReport, MovedSequence, StatementReport
from surefoot.errors import CheckFailed, ConnectionFailed, Interrupted, LockTimedOut, SqlFailed
from surefoot.footprint import Footprints
from surefoot.outcomes import ENUM_NOT_COMMITTED, LOCK_STATES
from surefoot.resume import Numbered, numbered
from surefoot.script import Done, Script, ScriptError, ScriptInterrupted
from surefoot.session import CLEAR_SESSION
from surefoot_lint.errors import Place, SurefootError
from surefoot_lint.transaction import needs_no_transaction

if TYPE_CHECKING:
    from surefoot.engine import Engine
    from surefoot.step import Step

SAVEPOINT = "surefoot_dry_run"
# active_sql_transaction, invalid_transaction_termination: a statement wants no transaction around it.
WANTS_NONE = ("25001", "2D000")
# undefined_table, _column, _function, _object, invalid_schema_name, invalid_column_reference (ON CONFLICT without its
# index), invalid_foreign_key, object_not_in_prerequisite_state: something that was not made may be missing.
MISSES_SOMETHING = ("42P01", "42703", "42883", "42704", "3F000", "42P10", "42830", "55000")
OF_ONE_TRANSACTION = {
    ENUM_NOT_COMMITTED: "a new enum label can be used after its commit only",
    "53200": "all locks are held at once (max_locks_per_transaction)",  # out_of_memory
}

CLOCK = "SELECT extract(epoch FROM clock_timestamp()) * 1000"
SEQUENCES = """
SELECT coalesce(json_object_agg(format('%I.%I', schemaname, sequencename), last_value), '{}') FROM pg_sequences
"""
# What SET CONSTRAINTS ALL IMMEDIATE has changed for the rest of the transaction, by name, for want of a RESET.
INITIALLY_DEFERRED = """
SELECT string_agg(format('%I.%I', n.nspname, c.conname), ', ')
FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace WHERE c.condeferred
"""


def rehearse(engine: Engine, steps: Sequence[Step]) -> DryRun:
    """Run steps on the engine's connection in one transaction, roll it back, and report what they did.

    The caller holds the lock of the ledger, and has vetted the files. Checks are asked; deferred constraints are
    checked at the end of each step, as COMMIT would. A statement that cannot run in a transaction is not run. It
    ends at the first error, which is the report's `failure`. Until it ends, everything that it locks stays locked.
    Sequences are not rolled back (manual: functions-sequence): the report lists those that moved.

    Raises Interrupted, ConnectionFailed, SplitError, SourceError.
    """
    rehearsal = _Rehearsal(engine)
    with _left_clean(engine):
        before = rehearsal.sequences()
        failure = rehearsal.run(steps)
        engine.clean_up()
        after = rehearsal.sequences()
    moved = (MovedSequence(name, was, after.get(name, was)) for name, was in sorted(before.items()))
    return DryRun(tuple(rehearsal.reports), tuple(one for one in moved if one.before != one.after), failure)


class _Rehearsal:
    """One dry run: its transaction, and the reports so far."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection = engine.connection
        self.reports: list[MigrationReport] = []
        self.left_out: list[StatementReport] = []

    def run(self, steps: Sequence[Step]) -> SurefootError | None:
        """Run the steps; give the error that ended it. The transaction stays open."""
        self.done = {step.number: self._done_before(step) for step in steps if not step.transaction}
        self.connection.execute("BEGIN")
        self.footprints = Footprints(self.connection)
        try:
            for step in steps:
                self._step(step)
        except (SqlFailed, CheckFailed, LockTimedOut) as failure:
            return failure
        return None

    def sequences(self) -> dict[str, int | None]:
        """Look where all sequences stand, in a transaction of its own."""
        settings = self.engine.project.manifest.settings
        script = Script.of([*self.engine.opening(settings), SEQUENCES, "ROLLBACK"])
        values: dict[str, int | None] = json.loads(self.engine.send(script)[-2].value or "{}")
        return values

    def _done_before(self, step: Step) -> frozenset[int]:
        """Look which statements of an unfinished migration are done, and stay so."""
        return frozenset(row.position for row in self.engine.ledger.progress(step.number, step.action) if row.is_done)

    def _step(self, step: Step) -> None:
        statements: list[StatementReport] = []
        self.engine.current = step
        opened = self._own(step, [*self.engine.limits("SET LOCAL", step.settings), self.footprints.query])
        self.footprints.next(json.loads(opened[-1].value or "[]"), "")
        held_before = self.footprints.held
        try:
            self._check(step, "before")
            for one in numbered(step.source):
                statements.append(self._statement(step, one))  # noqa: PERF401 - they are kept when one fails
            self._own(step, [*self.engine.reset_session, *self.engine.limits("SET LOCAL", step.settings)])
            self._check(step, "after")
            self._commit_as_if(step)
        finally:
            self.reports.append(
                MigrationReport(step.action, step.number, step.name, step.transaction, tuple(statements), held_before)
            )

    def _statement(self, step: Step, one: Numbered) -> StatementReport:
        """Run one statement; where the step is no transaction, leave out what wants none around it."""
        if one.position in self.done.get(step.number, ()) and not one.is_session:
            return _not_run(one, "an earlier run has done it")
        if name := needs_no_transaction(one.statement):
            return self._leave_out(one, f"{name} cannot run in a transaction")
        try:
            if step.transaction:
                return self._measured(one)
            return self._measured(one, [f"SAVEPOINT {SAVEPOINT}"], [f"RELEASE SAVEPOINT {SAVEPOINT}"])
        except ScriptError as error:
            if step.transaction or error.diagnosis.sqlstate not in WANTS_NONE:
                raise self._failed(step, error) from error
            self._own(step, [f"ROLLBACK TO SAVEPOINT {SAVEPOINT}", f"RELEASE SAVEPOINT {SAVEPOINT}"])
            return self._leave_out(one, error.diagnosis.message)

    def _measured(self, one: Numbered, opening: Sequence[str] = (), closing: Sequence[str] = ()) -> StatementReport:
        script = Script.of([*opening, CLOCK])
        script.add(one.statement.text, one.origin)
        answers: list[Done] = []
        if one.copy is not None:
            answers += self.engine.send(script)
            self.engine.copy(one.copy)
            script = Script()
        script.extend([CLOCK, self.footprints.query, *closing])
        answers += self.engine.send(script)
        begin, statement, end, locks = answers[len(opening) :][:4]
        milliseconds = float(end.value or 0) - float(begin.value or 0)
        tag = statement.tag or "COPY"  # stream_copy takes the tag with the rows for itself
        footprint = self.footprints.next(json.loads(locks.value or "[]"), tag)
        return StatementReport(one.path, one.origin.line, tag, round(milliseconds, 3), footprint)

    def _leave_out(self, one: Numbered, why: str) -> StatementReport:
        report = _not_run(one, why)
        self.left_out.append(report)
        return report

    def _check(self, step: Step, when: str) -> None:
        for check in step.checks:
            answer = checks.ask(self.connection, self.engine.project, check) if check.when == when else None
            if answer is not None and not answer.is_expected:
                error = answer.failure(NOTHING_CHANGED, "look at the data, or mend the migration or its check")
                error.why = self._reservation()
                raise error

    def _commit_as_if(self, step: Step) -> None:
        """Check what COMMIT would check, and leave the session as the engine does after each step."""
        answers = self._own(step, ["SET CONSTRAINTS ALL IMMEDIATE", *CLEAR_SESSION, INITIALLY_DEFERRED])
        if names := answers[-1].value:
            self._own(step, [f"SET CONSTRAINTS {names} DEFERRED"])

    def _own(self, step: Step, statements: Sequence[str]) -> list[Done]:
        """Send statements of our own, and explain an error as one of the step."""
        try:
            return self.engine.send(Script.of(statements))
        except ScriptError as error:
            raise self._failed(step, error) from error

    def _failed(self, step: Step, error: ScriptError) -> SurefootError:
        """Make the error of a statement, with its place, as the engine would."""
        if self.connection.closed:
            return _lost(str(error))
        place = error.place or Place(step.source.shown)
        blocker = self.engine.watch.blocker
        if error.diagnosis.sqlstate in LOCK_STATES:
            return LockTimedOut(
                f"{step.name} did not get a lock: {error.diagnosis.message}",
                where=place,
                why=f"it was in the way: {blocker}" if blocker else None,
                state=NOTHING_CHANGED,
                next_step="try again when that session has ended; migrate tries several times",
            )
        failed = SqlFailed(error.diagnosis, where=place, state=NOTHING_CHANGED, next_step=f"mend {place.path}")
        failed.why = self._reservation(error.diagnosis.sqlstate, step)
        return failed

    def _reservation(self, sqlstate: str | None = None, step: Step | None = None) -> str | None:
        """Say why a real run may come further, where that may be so."""
        is_later = bool(self.reports) or (step is not None and not step.transaction)
        if is_later and sqlstate in OF_ONE_TRANSACTION:
            return f"a dry run is one transaction, where a run commits in between: {OF_ONE_TRANSACTION[sqlstate]}"
        if self.left_out and (sqlstate is None or sqlstate in MISSES_SOMETHING):
            told = "; ".join(f"{one.where}: {one.not_run}" for one in self.left_out)
            return f"it may miss what the dry run could not run: {told}"
        return None


def _not_run(one: Numbered, why: str) -> StatementReport:
    return StatementReport(one.path, one.origin.line, None, not_run=why)


@contextmanager
def _left_clean(engine: Engine) -> Iterator[None]:
    """Leave no transaction open and the session as it was, and say that nothing was changed."""
    try:
        yield
    except ScriptError as error:
        if engine.connection.closed:
            raise _lost(str(error)) from error
        raise SqlFailed(error.diagnosis, where=error.place, state=NOTHING_CHANGED) from error
    except (ScriptInterrupted, KeyboardInterrupt) as error:
        raise Interrupted("interrupted in the dry run", state=NOTHING_CHANGED) from error
    except psycopg.OperationalError as error:
        raise _lost(str(error)) from error
    except SurefootError as error:
        error.state = error.state or NOTHING_CHANGED
        raise
    finally:
        engine.clean_up()


def _lost(message: str) -> ConnectionFailed:
    return ConnectionFailed(
        f"the connection was lost in the dry run: {message.strip().splitlines()[0]}",
        state="the server rolls the dry run back",
        next_step="run it again: --wait 30s waits for the server",
    )
