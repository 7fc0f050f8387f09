"""Execute migrations and rollbacks: the only module that does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import islice
from typing import TypeVar

import psycopg

from surefoot.batches import batches
from surefoot.conditions import hold_guards, measure_guards, pass_checks, pass_checks_apart
from surefoot.errors import CheckFailed
from surefoot.events import Listener, NoticeReceived, StepDone, StepStarted
from surefoot.explaining import Circumstances, explained
from surefoot.guards import GuardBreached
from surefoot.ledger import Ledger, LedgerState
from surefoot.lock import Hold
from surefoot.outcomes import interrupted, told
from surefoot.patience import patiently
from surefoot.piecewise import Piecewise, refuse_invalid
from surefoot.provenance import Provenance
from surefoot.recording import Recorder
from surefoot.script import Done, Script
from surefoot.session import CLEAR_SESSION, Session
from surefoot.step import Step
from surefoot_lint.errors import SurefootError
from surefoot_lint.project import Project

Seen = TypeVar("Seen")


class Engine(Session):
    """Runs steps on one connection, under the lock, and keeps the ledger."""

    def __init__(
        self,
        project: Project,
        connection: psycopg.Connection,
        ledger: Ledger,
        hold: Hold,
        state: LedgerState,
        provenance: Provenance,
        listener: Listener,
    ) -> None:
        super().__init__(connection, ledger, hold, state.last_id, listener)
        self.project = project
        self.provenance = provenance
        self._recorder = Recorder(self, provenance, state.may_use_blocks)
        self.done: list[Step] = []
        self._last: Step | None = None

    def run(self, steps: Sequence[Step], *, single_transaction: bool = False) -> None:
        """Run steps in order, each in a transaction of its own, or all in one.

        Raises SqlFailed, CheckFailed, Interrupted, ConnectionFailed; each says in which state the database is.
        """
        self.connection.add_notice_handler(self._noticed)
        self._recorder.warn()
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
                with self._explaining(step):
                    patiently(self, step, partial(self._run_one, step, script, make_ready))
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
        with self._explaining(step, remains=piecewise.told):
            if not piecewise.is_resumed:
                pass_checks_apart(self, self.project, step, "before")
            timings = measure_guards(self, step)
            patiently(self, step, piecewise.run)
            self.send(Script.of(self.reset_session))
            refuse_invalid(step, piecewise.left_invalid())
            try:
                pass_checks_apart(self, self.project, step, "after")
                hold_guards(self, step, timings)
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
        self._recorder.failure(step, error.what)
        if step.undo is None or not is_wanted:
            error.state = f"all statements of {step.name} are done and stay; it is not recorded as applied"
            again = "asks the check" if isinstance(error, CheckFailed) else "measures the guard"
            error.next_step = f"surefoot migrate {again} again; surefoot abandon {step.number} undoes it"
            return
        self._run_apart([step.undo])
        self.done.remove(step.undo)
        error.state = f"{step.name} was undone by {step.undo.source.shown}; {told(self.done)}"

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
            with self._explaining(step, together=True):
                ours = [*opening, *self.limits("SET LOCAL", step.settings), self.fence()]
                self._run_file(step, ours, ["COMMIT", *CLEAR_SESSION] if is_last else list(CLEAR_SESSION))
            opening = []
            self._finished(step, began)

    def _run_file(self, step: Step, opening: list[str], closing: list[str]) -> None:
        """Run checks, file, checks and the ledger's row, in as few round trips as that takes."""
        timings = measure_guards(self, step)
        script = Script.of(opening)
        if step.checks_at("before"):
            self.send(script)
            script = Script()
            pass_checks(self, self.project, step, "before")
        script = self.send_file(step, script)
        script.extend(self.reset_session)
        if step.checks_at("after") or step.guards:
            script.extend(self.limits("SET LOCAL", step.settings))
            self.send(script)
            script = Script()
            pass_checks(self, self.project, step, "after")
            hold_guards(self, step, timings)
        script.extend([*self._recorded(step), *closing])
        self.send(script)

    def seed(self, steps: Sequence[Step]) -> None:
        """Run files that are no migrations, each in a transaction of its own; the ledger does not hear of them.

        Raises as `run` does.
        """
        try:
            for position, step in enumerate(steps, 1):
                began = self._started(step, position, len(steps))
                with self._explaining(step, rehearsed=True):
                    patiently(self, step, partial(self._seed_one, step))
                self.done.append(step)
                self.listener(StepDone(step.deed, step.number, step.name, _milliseconds_since(began)))
        except KeyboardInterrupt as error:
            self.clean_up()
            raise interrupted(self.current or steps[0], told(self.done)) from error

    def _seed_one(self, step: Step) -> None:
        script = self.send_file(step, Script.of([*self.opening(step.settings), self.fence()]))
        script.extend([*self.reset_session, "COMMIT", *CLEAR_SESSION])
        self.send(script)

    def rehearse(self, steps: Sequence[Step], look: Callable[[], Seen]) -> tuple[Seen, Seen, list[Done]]:
        """Run the files of steps in one transaction, look before and after, and roll all of it back.

        Statements that cannot run in a transaction are left out: they take no rows. Gives what `look` saw, and
        what the statements answered. Raises as `run` does; nothing is recorded.
        """
        try:
            with self.keeping_answers() as answers:
                self.send(Script.of(["BEGIN"]))
                before = look()
                for step in steps:
                    with self._explaining(step, rehearsed=True):
                        script = self.send_file(step, Script.of(self.limits("SET LOCAL", step.settings)))
                        script.extend(self.reset_session)
                        self.send(script)
                return before, look(), [answer for answer in answers if answer.origin]
        finally:
            self.clean_up()

    def _recorded(self, step: Step, started_at: str | None = None) -> list[str]:
        return self._recorder.statements(step, started_at, is_last=step is self._last)

    def _explaining(
        self,
        step: Step,
        *,
        together: bool = False,
        rehearsed: bool = False,
        remains: Callable[[], str] | None = None,
    ) -> AbstractContextManager[None]:
        return explained(self, self._recorder, Circumstances(step, self.done, together, rehearsed, remains))

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
