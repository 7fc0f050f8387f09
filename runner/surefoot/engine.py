"""Execute migrations and rollbacks: the only module that does."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TypeVar

import psycopg
from psycopg import pq, sql

from surefoot import checks
from surefoot.batches import CopyStream, batches
from surefoot.errors import (
    CheckFailed,
    ConnectionFailed,
)
from surefoot.events import (
    Blocked,
    CheckPassed,
    GuardMeasured,
    IndexBuilding,
    Listener,
    NoticeReceived,
    Retried,
    StepDone,
    StepStarted,
    TextSent,
)
from surefoot.guards import GuardBreached, Timing, judge, measure
from surefoot.ledger import Ledger
from surefoot.lock import Hold
from surefoot.outcomes import (
    LOCK_STATES,
    command_of,
    failed,
    interrupted,
    large_statement,
    place_in_copy,
    state_after,
    told,
)
from surefoot.piecewise import Piecewise, refuse_invalid
from surefoot.provenance import Provenance
from surefoot.script import Done, Script, ScriptError, ScriptInterrupted, nothing, run, stream_copy
from surefoot.side import Watch
from surefoot.step import Step, columns_of, timeouts
from surefoot_lint.errors import Place, SurefootError
from surefoot_lint.manifest import Check, Settings
from surefoot_lint.project import Project

# What a file may have changed in its session is put back before the ledger is written …
RESET_SESSION = ("RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL")
# … and what outlives its transaction goes after it. DISCARD ALL would drop the lock.
CLEAR_SESSION = ("CLOSE ALL", "UNLISTEN *", "DEALLOCATE ALL", "DISCARD SEQUENCES", "DISCARD TEMP")
RIGHT_MISSING = "42501"
LARGE_CHARACTERS = 1 << 23
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds
Seen = TypeVar("Seen")


class Engine:
    """Runs steps on one connection, under the lock, and keeps the ledger.

    `last_id` is the last row of the ledger: it moves with each step.
    """

    def __init__(
        self,
        project: Project,
        connection: psycopg.Connection,
        ledger: Ledger,
        hold: Hold,
        last_id: int,
        provenance: Provenance,
        listener: Listener,
    ) -> None:
        self.project = project
        self.connection = connection
        self.ledger = ledger
        self.hold = hold
        self.last_id = last_id
        self.provenance = provenance
        self.listener = listener
        self.done: list[Step] = []
        self.current: Step | None = None
        self._last: Step | None = None
        self.watch = Watch(hold.side, connection.info.backend_pid)
        self._answered: Callable[[list[Done]], None] = _forget

    def run(self, steps: Sequence[Step], *, single_transaction: bool = False) -> None:
        """Run steps in order, each in a transaction of its own, or all in one.

        Raises SqlFailed, CheckFailed, Interrupted, ConnectionFailed; each says in which state the database is.
        """
        self.connection.add_notice_handler(self._noticed)
        try:
            if single_transaction:
                self._run_together(steps)
            else:
                self._run_apart(steps)
        except KeyboardInterrupt as error:
            self.clean_up()
            raise interrupted(self.current or steps[0], told(self.done)) from error
        finally:
            self.connection.remove_notice_handler(self._noticed)

    def _run_apart(self, steps: Sequence[Step]) -> None:
        """Run each step in a transaction of its own; while the server works, the next one is made ready."""
        self._last = steps[-1]
        ready = self._whole(steps[0], self.last_id)
        for position, step in enumerate(steps, 1):
            following = steps[position] if position < len(steps) else None
            script, ready = ready, None

            def make_ready(following: Step | None = following) -> None:
                nonlocal ready
                ready = self._whole(following, self.last_id + 1) if following else None

            began = self._started(step, position, len(steps))
            if not step.transaction:
                self._run_piecewise(step)
            else:
                with self._explained(step):
                    self._patiently(step, partial(self._run_one, step, script, make_ready))
            self._finished(step, began)

    def _run_one(self, step: Step, script: Script | None, make_ready: Callable[[], None]) -> None:
        if script is not None:
            self.send(script, make_ready)
            return
        opening = [*self.opening(step.settings), self.fence()]
        self._run_file(step, opening, ["COMMIT", *CLEAR_SESSION])

    def _run_piecewise(self, step: Step) -> None:
        """Run a step that is no transaction; when its last check fails, undo it or leave it, as the manifest says."""
        piecewise = Piecewise(self, step)
        with self._explained(step, remains=piecewise.told):
            if not piecewise.is_resumed:
                self._check_apart(step, "before")
            timings = self._measure(step)
            self._patiently(step, piecewise.run)
            self.send(Script.of(self.reset_session))
            refuse_invalid(step, piecewise.left_invalid())
            try:
                self._check_apart(step, "after")
                self._guard(step, timings)
            except CheckFailed as error:
                self._undo(step, error, step.undo_on_failed_check)
                raise
            except GuardBreached as error:
                self._undo(step, error, error.on_breach == "rollback")
                raise
            began = self.ledger.begun(step.number, step.action)
            ending = [*self._recorded(step, began), self.ledger.forget_progress(step.number), "COMMIT"]
            self.send(Script.of(["BEGIN", self.fence(), *ending, *CLEAR_SESSION]))

    def _undo(self, step: Step, error: CheckFailed | GuardBreached, is_wanted: bool) -> None:
        """Undo a step that is no transaction, since a check after it failed; or say that it stays as it is."""
        self.clean_up()
        self._record_failure(step, error.what)
        if step.undo is None or not is_wanted:
            error.state = f"all statements of {step.name} are done and stay; it is not recorded as applied"
            again = "asks the check" if isinstance(error, CheckFailed) else "measures the guard"
            error.next_step = f"surefoot migrate {again} again; surefoot abandon {step.number} undoes it"
            return
        self._run_apart([step.undo])
        self.done.remove(step.undo)
        error.state = f"{step.name} was undone by {step.undo.source.shown}; {told(self.done)}"

    def _check_apart(self, step: Step, when: str) -> None:
        """Ask checks in a transaction of their own, which changes nothing."""
        wanted = step.checks_at(when)
        if wanted:
            self.send(Script.of(self.opening(step.settings)))
            self._check(step, wanted)
            self.send(Script.of(["ROLLBACK"]))

    def _patiently(self, step: Step, attempt: Callable[[], None]) -> None:
        """Run an attempt, and after a lock timeout or a deadlock run it again, after longer and longer pauses."""
        for number in range(1, (step.settings.lock_retries or 0) + 2):
            try:
                return attempt()
            except ScriptError as error:
                is_last = number > (step.settings.lock_retries or 0)
                if error.diagnosis.sqlstate not in LOCK_STATES or self.connection.closed or is_last:
                    raise
                self.clean_up()
                pause = min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE) * random.uniform(0.5, 1.5)  # noqa: S311
                self.listener(Retried(step.name, number, round(pause, 1), self.watch.blocker))
                self._sleep(pause)
        return None

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.hold.tick()
            time.sleep(min(left, 1.0))

    def _whole(self, step: Step, last_id: int) -> Script | None:
        """Put a step into one script, or nothing where it takes several: checks, guards, COPY, a large file."""
        if step.checks or step.guards or step.source.text is None:
            return None
        try:
            first, *more = islice(batches(step.source), 2)
        except (SurefootError, ValueError):  # it will be met, and explained, in its turn
            return None
        if more or first.copy:
            return None
        script = Script.of([*self.opening(step.settings), self.fence(last_id)])
        script.append(first.script)
        script.extend([*self.reset_session, *self._recorded(step), "COMMIT", *CLEAR_SESSION])
        return script

    def _run_together(self, steps: Sequence[Step]) -> None:
        """Run all steps in one transaction."""
        self._last = steps[-1]
        opening = ["BEGIN"]
        for position, step in enumerate(steps, 1):
            began = self._started(step, position, len(steps))
            is_last = position == len(steps)
            with self._explained(step, together=True):
                ours = [*opening, *self.limits("SET LOCAL", step.settings), self.fence()]
                self._run_file(step, ours, ["COMMIT", *CLEAR_SESSION] if is_last else list(CLEAR_SESSION))
            opening = []
            self._finished(step, began)

    def _run_file(self, step: Step, opening: list[str], closing: list[str]) -> None:
        """Run checks, file, checks and the ledger's row, in as few round trips as that takes."""
        timings = self._measure(step)
        script = Script.of(opening)
        before, after = step.checks_at("before"), step.checks_at("after")
        if before:
            self.send(script)
            script = Script()
            self._check(step, before)
        script = self._send_all(step, script)
        script.extend(self.reset_session)
        if after or step.guards:
            script.extend(self.limits("SET LOCAL", step.settings))
            self.send(script)
            script = Script()
            self._check(step, after)
            self._guard(step, timings)
        script.extend([*self._recorded(step), *closing])
        self.send(script)

    def seed(self, steps: Sequence[Step]) -> None:
        """Run files that are no migrations, each in a transaction of its own; the ledger does not hear of them.

        Raises as `run` does.
        """
        try:
            for position, step in enumerate(steps, 1):
                began = self._started(step, position, len(steps))
                with self._explained(step, rehearsed=True):
                    self._patiently(step, partial(self._seed_one, step))
                self.done.append(step)
                self.listener(StepDone(step.deed, step.number, step.name, _milliseconds_since(began)))
        except KeyboardInterrupt as error:
            self.clean_up()
            raise interrupted(self.current or steps[0], told(self.done)) from error

    def _seed_one(self, step: Step) -> None:
        script = self._send_all(step, Script.of([*self.opening(step.settings), self.fence()]))
        script.extend([*self.reset_session, "COMMIT", *CLEAR_SESSION])
        self.send(script)

    def rehearse(self, steps: Sequence[Step], look: Callable[[], Seen]) -> tuple[Seen, Seen, list[Done]]:
        """Run the files of steps in one transaction, look before and after, and roll all of it back.

        Statements that cannot run in a transaction are left out: they take no rows. Gives what `look` saw, and
        what the statements answered. Raises as `run` does; nothing is recorded.
        """
        answers: list[Done] = []
        self._answered = answers.extend
        try:
            self.send(Script.of(["BEGIN"]))
            before = look()
            for step in steps:
                with self._explained(step, rehearsed=True):
                    script = self._send_all(step, Script.of(self.limits("SET LOCAL", step.settings)))
                    script.extend(self.reset_session)
                    self.send(script)
            return before, look(), [answer for answer in answers if answer.origin]
        finally:
            self._answered = _forget
            self.clean_up()

    def _send_all(self, step: Step, script: Script) -> Script:
        """Send the file but for its last batch, which is given back to go together with what follows."""
        sent = 0
        for batch in batches(step.source, leave_out=not step.transaction):
            if sent:
                self.send(script)
                script = Script()
                self.listener(TextSent(step.name, min(sent, step.source.size), step.source.size))
            if batch.script.size > LARGE_CHARACTERS:
                self.listener(NoticeReceived("WARNING", large_statement(batch.script)))
            script.append(batch.script)
            sent += batch.script.size
            if batch.copy is not None:
                self.send(script)
                script = Script()
                sent += self.copy(batch.copy)
        return script

    @property
    def reset_session(self) -> tuple[str, ...]:
        """The statements that put a session back as a migration must find it."""
        return (*RESET_SESSION, *self.hold.session)

    def send(self, script: Script, meanwhile: Callable[[], None] = nothing) -> list[Done]:
        """Send a script, and give the answers; while the server works, keep the lease and look who is in the way."""
        if not script:
            return []
        self.hold.tick()
        self.watch.begin()
        answers = run(self.connection, script, meanwhile=meanwhile, idle=self._idle)
        self._answered(answers)
        return answers

    def _idle(self) -> None:
        """Keep the lease; look what is in the way, and how far an index is. A pooler's backend is not known."""
        self.hold.tick()
        if self.hold.is_pooled or self.current is None or not self.watch.is_due():
            return
        blocker = self.watch.new_blocker()
        if blocker is not None:
            self.listener(Blocked(self.current.name, blocker))
        elif (progress := self.watch.index_progress()) is not None:
            self.listener(IndexBuilding(self.current.name, *progress))

    def copy(self, copy: CopyStream) -> int:
        """Stream the data of the COPY that was just begun, and count its characters."""
        sent = 0

        def counted() -> Iterator[str]:
            nonlocal sent
            for text in copy.pieces:
                self.hold.tick()
                sent += len(text)
                yield text

        try:
            stream_copy(self.connection, counted())
        except ScriptError as error:
            raise ScriptError(error.diagnosis, place_in_copy(error, copy)) from error
        return sent

    def _check(self, step: Step, wanted: Sequence[Check]) -> None:
        for check in wanted:
            answer = checks.ask(self.connection, self.project, check)
            if not answer.is_expected:
                raise answer.failure()
            self.listener(CheckPassed(step.name, check.name))

    def _measure(self, step: Step) -> list[Timing]:
        """Measure the queries that must not become slow, in a transaction of its own with the step's limits."""
        if not step.guards:
            return []
        is_open = self.connection.info.transaction_status != pq.TransactionStatus.IDLE
        self.send(Script.of([] if is_open else self.opening(step.settings)))
        timings = [measure(self.connection, guard, self._idle) for guard in step.guards]
        self.send(Script.of([] if is_open else ["ROLLBACK"]))
        return timings

    def _guard(self, step: Step, before: Sequence[Timing]) -> None:
        """Measure them again, and judge. Raises GuardBreached, unless the guard only warns."""
        for guard, was, now in zip(step.guards, before, self._measure(step), strict=True):
            verdict = judge(was, now, guard)
            medians = verdict.before_ms, verdict.after_ms
            self.listener(GuardMeasured(step.name, guard.name, *medians, verdict.is_breach))
            if verdict.is_breach and guard.on_breach != "warn":
                failure = verdict.failure()
                failure.on_breach = guard.on_breach
                raise failure

    def opening(self, settings: Settings) -> list[str]:
        """Write the statements that begin a transaction."""
        return ["BEGIN", *self.limits("SET LOCAL", settings)]

    def limits(self, verb: str, settings: Settings, leave_out: Collection[str] = ()) -> list[str]:
        """Write the statements that set the timeouts, by SET or SET LOCAL; what is not said is without limit."""
        values = timeouts(settings, leave_out)
        if self.hold.notices_lost_client:
            values["client_connection_check_interval"] = "2s"
        return [f"{verb} {name} = '{value}'" for name, value in values.items()]

    def fence(self, last_id: int | None = None) -> str:
        """Write the statement by which a transaction makes sure that it is this run's turn."""
        return self.ledger.fence(self.hold.key, self.last_id if last_id is None else last_id, self.hold.lease_token)

    def _recorded(self, step: Step, started_at: str | None = None) -> list[str]:
        """Write what puts a step into the ledger, the run's last one with the schema's fingerprint.

        A rollback also ends the notes of a migration it abandons.
        """
        ends_notes = step.action == "rolled_back" and step.reason is not None
        forgetting = [self.ledger.forget_progress(step.number)] if ends_notes else []
        if step is not self._last:
            return [self._record(step, started_at), *forgetting]
        from surefoot.catalog import KEPT, keep_fingerprint

        return [*keep_fingerprint(self.ledger.schema), self._record(step, started_at, KEPT), *forgetting]

    def _record(self, step: Step, started_at: str | None, fingerprint: str | None = None) -> str:
        """Write the call that adds the step's row; an applied migration keeps its rollback file in the ledger."""
        return self.ledger.record(
            step.action,
            step.number,
            step.name,
            self.provenance,
            **columns_of(step),
            started_at=started_at,
            fenced_by=self.hold.key,
            lease_token=self.hold.lease_token,
            fingerprint=fingerprint,
        )

    @contextmanager
    def _explained(
        self,
        step: Step,
        *,
        together: bool = False,
        rehearsed: bool = False,
        remains: Callable[[], str] | None = None,
    ) -> Iterator[None]:
        """Leave no transaction open, and say with each error in which state the database is.

        `remains` tells what is left of a step that is no transaction.
        """
        done = [] if together else self.done
        record_failure = _record_nothing if rehearsed else self._record_failure

        def state() -> str:
            return f"{remains()}; {told(done)}" if remains else state_after(step, done)

        try:
            yield
        except ScriptError as error:
            if self.connection.closed:
                raise self._lost(step, str(error), together, remains) from error
            self.clean_up()
            record_failure(step, f"{error.diagnosis.sqlstate}: {error.diagnosis.message}")
            if error.is_ours and error.diagnosis.sqlstate == RIGHT_MISSING:
                raise self.ledger.not_allowed("write", error.diagnosis.message) from error
            raise failed(step, error, state(), together, self.watch.blocker) from error
        except ScriptInterrupted as error:
            self.clean_up()
            is_committed = "COMMIT" in error.tags and remains is None
            raise interrupted(step, state_after(None, [*done, step]) if is_committed else state()) from error
        except KeyboardInterrupt as error:
            self.clean_up()
            raise interrupted(step, state()) from error
        except psycopg.OperationalError as error:
            raise self._lost(step, str(error), together, remains) from error
        except SurefootError as error:
            self.clean_up()
            if error.state is None:
                record_failure(step, error.what)
                error.state = state()
            error.next_step = error.next_step or f"mend it and run: {command_of(step)}"
            raise

    def clean_up(self) -> None:
        """Roll back what is open and reset the session."""
        if self.connection.closed:
            return
        if self.connection.info.transaction_status != pq.TransactionStatus.IDLE:
            self.connection.execute("ROLLBACK")
        self.connection.execute(sql.SQL(";").join(map(sql.SQL, (*self.reset_session, *CLEAR_SESSION))))

    def _record_failure(self, step: Step, reason: str) -> None:
        """Write the failure into the ledger, as far as the server still allows it."""
        from surefoot.catalog import KEPT, keep_fingerprint

        columns = {"checksum": step.source.checksum, "reason": reason}
        call = self.ledger.record("failed", step.number, step.name, self.provenance, fingerprint=KEPT, **columns)
        try:
            self.connection.execute(sql.SQL(";").join(map(sql.SQL, (*keep_fingerprint(self.ledger.schema), call))))
            self.last_id += 1
        except psycopg.Error as error:
            self.listener(NoticeReceived("WARNING", f"the failure could not be written to the ledger: {error}"))

    def _lost(self, step: Step, message: str, together: bool, remains: Callable[[], str] | None) -> ConnectionFailed:
        what = "the whole run" if together else step.name
        state = f"{what} is either applied whole, with its row in the ledger, or not at all; {told(self.done)}"
        return ConnectionFailed(
            f"the connection was lost in {step.name}: {message.strip().splitlines()[0]}",
            where=Place(step.source.shown),
            state=f"{remains()}; the next run resumes it" if remains else state,
            next_step="surefoot status --wait 30s tells which; then run the command again",
        )

    def _started(self, step: Step, position: int, total: int) -> float:
        self.current = step
        self.listener(StepStarted(step.deed, step.number, step.name, position, total, step.source.size))
        return time.monotonic()

    def _finished(self, step: Step, began: float) -> None:
        self.done.append(step)
        self.last_id += 1
        self.listener(StepDone(step.deed, step.number, step.name, _milliseconds_since(began)))

    def _noticed(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        severity = diagnostic.severity_nonlocalized or "NOTICE"
        self.listener(NoticeReceived(severity, diagnostic.message_primary or ""))


def _milliseconds_since(began: float) -> int:
    """Measure from a moment of `time.monotonic` to now."""
    return round((time.monotonic() - began) * 1000)


def _record_nothing(step: Step, reason: str) -> None:
    """Leave the ledger alone: a rehearsal is no attempt."""


def _forget(answers: list[Done]) -> None:
    """Keep no answers: a large file has millions."""
