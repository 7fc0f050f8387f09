"""Whatever goes wrong in a step: no transaction stays open, and the error says in which state the database is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from surefoot.errors import ConnectionFailed
from surefoot.outcomes import command_of, failed, interrupted, state_after, told
from surefoot.recording import Recorder
from surefoot.script import ScriptError, ScriptInterrupted
from surefoot.session import Session
from surefoot.step import Step
from surefoot_lint.errors import Place, SurefootError

RIGHT_MISSING = "42501"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an error of a step must tell besides itself.

    `done` are the steps before it, which stay unless all steps go `together`. `remains` tells what is left of a step
    that is no transaction. One that is `rehearsed` leaves no row `failed`.
    """

    step: Step
    done: Sequence[Step]
    together: bool = False
    rehearsed: bool = False
    remains: Callable[[], str] | None = None

    @property
    def state(self) -> str:
        """Say in which state the database is after the failure."""
        kept = () if self.together else self.done
        return f"{self.remains()}; {told(kept)}" if self.remains else state_after(self.step, kept)


@contextmanager
def explained(session: Session, recorder: Recorder, found: Circumstances) -> Iterator[None]:
    """Turn what goes wrong in a block into an error of Surefoot, with the session cleaned up."""
    try:
        yield
    except ScriptError as error:
        raise _refused(session, recorder, found, error) from error
    except ScriptInterrupted as error:
        session.clean_up()
        is_committed = "COMMIT" in error.tags and found.remains is None
        state = state_after(None, [*found.done, found.step]) if is_committed else found.state
        raise interrupted(found.step, state) from error
    except KeyboardInterrupt as error:
        session.clean_up()
        raise interrupted(found.step, found.state) from error
    except psycopg.OperationalError as error:
        raise _lost(found, str(error)) from error
    except SurefootError as error:
        session.clean_up()
        if error.state is None:
            _record(recorder, found, error.what)
            error.state = found.state
        error.next_step = error.next_step or f"mend it and run: {command_of(found.step)}"
        raise


def _refused(session: Session, recorder: Recorder, found: Circumstances, error: ScriptError) -> SurefootError:
    """Make the error of a statement that the server has refused."""
    if session.connection.closed:
        return _lost(found, str(error))
    session.clean_up()
    _record(recorder, found, f"{error.diagnosis.sqlstate}: {error.diagnosis.message}")
    if error.is_ours and error.diagnosis.sqlstate == RIGHT_MISSING:
        return session.ledger.not_allowed("write", error.diagnosis.message)
    return failed(found.step, error, found.state, found.together, session.watch.blocker)


def _record(recorder: Recorder, found: Circumstances, reason: str) -> None:
    """Note the failure in the ledger; a rehearsal is no attempt."""
    if not found.rehearsed:
        recorder.failure(found.step, reason)


def _lost(found: Circumstances, message: str) -> ConnectionFailed:
    what = "the whole run" if found.together else found.step.name
    state = f"{what} is either applied whole, with its row in the ledger, or not at all; {told(found.done)}"
    return ConnectionFailed(
        f"the connection was lost in {found.step.name}: {message.strip().splitlines()[0]}",
        where=Place(found.step.source.shown),
        state=f"{found.remains()}; the next run resumes it" if found.remains else state,
        next_step="surefoot status --wait 30s tells which; then run the command again",
    )
