"""One database under trial: run files on it as the engine would, without ledger and lock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import psycopg
from psycopg import pq

from surefoot.batches import Batch, CopyStream, batches
from surefoot.dryrun_report import MigrationReport, StatementReport
from surefoot.footprint import Lock
from surefoot.outcomes import place_in_copy
from surefoot.proving.concurrent import Concurrent
from surefoot.proving.observer import Observer
from surefoot.proving.touched import COUNTS, Touched, touched
from surefoot.resume import Numbered, numbered
from surefoot.script import Done, Script, ScriptError, nothing, run, stream_copy
from surefoot.session import CLEAR_SESSION, RESET_SESSION
from surefoot.step import TIMEOUTS, Step
from surefoot_lint.manifest import Settings

# What SET CONSTRAINTS ALL IMMEDIATE has changed for the rest of the transaction, by name, for want of a RESET.
DEFERRED = """
SELECT string_agg(format('%I.%I', n.nspname, c.conname), ', ')
FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace WHERE c.condeferred
"""
SAVEPOINT = "surefoot_proof"


@dataclass(slots=True)
class Trial:
    """Runs steps on one connection in autocommit mode, as a superuser; `seen` is what observed steps did.

    `touched` is what the last step has touched, where that is known.
    """

    connection: psycopg.Connection
    seen: list[StatementReport] = field(default_factory=list)
    touched: Touched | None = None
    _held_before: tuple[Lock, ...] = ()

    def run(self, step: Step, *, observed: bool = False) -> None:
        """Run a file as the engine would, and commit it; its session stays as it is. Raises ScriptError."""
        self.seen = []
        self._held_before = ()
        self.touched = None
        if step.transaction and observed:
            before = self.send(["BEGIN", COUNTS])[-1].value
            self._file(step, observed)
            after = self.send([COUNTS, "COMMIT"])[0].value
            self.touched = touched(before, after, step.source)
        elif step.transaction:
            self.send(["BEGIN"])
            self._file(step, observed)
            self.send(["COMMIT"])
        else:
            self._piecewise(step, observed)

    def commit(self, step: Step, *, observed: bool = False) -> None:
        """Run a file as the engine would, commit it, and reset the session. Raises ScriptError."""
        try:
            self.run(step, observed=observed)
        finally:
            self.clean_up()

    def within(self, step: Step, *, observed: bool = False) -> None:
        """Run a file in the transaction that is open, up to what its COMMIT would check. Raises ScriptError.

        In a savepoint of its own TRUNCATE gives every older table a new file, which shows what the counters may not.
        """
        self.seen = []
        self.touched = None
        before = self.send([f"SAVEPOINT {SAVEPOINT}", COUNTS])[-1].value
        self._file(step, observed)
        self.send([*RESET_SESSION, "SET CONSTRAINTS ALL IMMEDIATE", *CLEAR_SESSION])
        names, after, _ = (one.value for one in self.send([DEFERRED, COUNTS, f"RELEASE SAVEPOINT {SAVEPOINT}"]))
        self.send([f"SET CONSTRAINTS {names} DEFERRED"] if names else [])
        self.touched = touched(before, after, step.source)

    def report(self, step: Step) -> MigrationReport:
        """Gather what the observed statements of a step did."""
        return MigrationReport(
            step.action, step.number, step.name, step.transaction, tuple(self.seen), self._held_before
        )

    def send(self, statements: Sequence[str]) -> list[Done]:
        """Send statements of our own. Raises ScriptError."""
        return run(self.connection, Script.of(statements)) if statements else []

    def clean_up(self) -> None:
        """Roll back what is open, and reset the session."""
        if self.connection.info.transaction_status != pq.TransactionStatus.IDLE:
            self.send(["ROLLBACK"])
        self.send([*RESET_SESSION, *CLEAR_SESSION])

    def _file(self, step: Step, observed: bool) -> None:
        """Send a file to the transaction that is open, in batches."""
        limits = _limits("SET LOCAL", step.settings)
        if not observed:
            self.send(limits)
            for batch in batches(step.source):
                self._batch(batch)
            return
        observer = Observer(self.connection)
        self._held_before = observer.begin(self.send([*limits, observer.look])[-1])
        self.seen = observer.reports
        for batch in batches(step.source):
            observer.read(self._watched(observer, batch))

    def _batch(self, batch: Batch) -> None:
        run(self.connection, batch.script)
        if batch.copy is not None:
            self._copy(batch.copy)

    def _watched(self, observer: Observer, batch: Batch) -> list[Done]:
        """Send a batch with looks between its statements; COPY takes the look after it apart."""
        if batch.copy is None:
            return run(self.connection, observer.watched(batch.script))
        answers = run(self.connection, observer.watched(batch.script, is_copy_last=True))
        self._copy(batch.copy)
        return answers + self.send([observer.look])

    def _copy(self, copy: CopyStream) -> None:
        try:
            stream_copy(self.connection, copy.pieces)
        except ScriptError as error:
            raise ScriptError(error.diagnosis, place_in_copy(error, copy)) from error

    def _piecewise(self, step: Step, observed: bool) -> None:
        """Run a file statement by statement, each in a transaction of its own where it can be in one."""
        own_timeouts: set[str] = set()
        seen: list[StatementReport] = []
        for one in numbered(step.source):
            if one.is_session:
                own_timeouts.update(name for name in TIMEOUTS if name in one.statement.text.lower())
                run(self.connection, _script(one))
            elif one.outside is None:
                self._inside(step, one, own_timeouts, observed)
                seen += self.seen
            else:
                seen += self._outside(step, one, own_timeouts, observed)
            self.seen = []
        self.seen = seen

    def _inside(self, step: Step, one: Numbered, own_timeouts: Collection[str], observed: bool) -> None:
        self.send(["BEGIN", *_limits("SET LOCAL", step.settings, own_timeouts)])
        batch = Batch(_script(one), one.copy)
        if observed:
            observer = Observer(self.connection)
            observer.begin(self.send([observer.look])[-1])
            observer.read(self._watched(observer, batch))
            self.seen = observer.reports
        else:
            self._batch(batch)
        self.send(["COMMIT"])

    def _outside(
        self, step: Step, one: Numbered, own_timeouts: Collection[str], observed: bool
    ) -> list[StatementReport]:
        """Run a statement alone; an observed one is watched from beside it."""
        self.send(_limits("SET", step.own_settings, own_timeouts))
        ours = [f"RESET {name}" for name in TIMEOUTS if name not in own_timeouts]
        with ExitStack() as beside:
            beside.callback(self.send, ours)
            watch = beside.enter_context(Concurrent(self.connection)) if observed else None
            answers = run(self.connection, _script(one), idle=watch.look if watch else nothing)
            if watch is None:
                return []
            milliseconds = watch.milliseconds
            footprint = watch.footprint(self.connection)
        drops = Observer.drops(self.connection)
        return [StatementReport(one.path, one.origin.line, answers[0].tag, milliseconds, footprint, drops=drops)]


def _limits(verb: str, settings: Settings, leave_out: Collection[str] = ()) -> list[str]:
    """Write the statements that set the timeouts, as the engine does."""
    values = {name: getattr(settings, name) or "0" for name in TIMEOUTS if name not in leave_out}
    return [f"{verb} {name} = '{value}'" for name, value in values.items()]


def _script(one: Numbered) -> Script:
    script = Script()
    script.add(one.statement.text, one.origin)
    return script
