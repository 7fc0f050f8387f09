"""What to say when a step did not end well: the error, the state of the database, the next command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from surefoot.batches import CopyStream
from surefoot.errors import Diagnosis, Interrupted, LockNotTaken, LockTimedOut, Refused, SqlFailed
from surefoot.script import Script, ScriptError
from surefoot.step import Step
from surefoot_lint.errors import Place, SurefootError

LINE_OF_COPY = re.compile(r"COPY .*?, line (\d+)")
LOCK_STATES = ("55P03", "40P01")  # lock_not_available, deadlock_detected
ENUM_NOT_COMMITTED = "55P04"
COMMANDS = {"applied": "surefoot migrate", "seeded": "surefoot seed"}


def failed(step: Step, error: ScriptError, state: str, together: bool, blocker: str | None) -> SurefootError:
    """Make the error of a statement that failed: of the file, of a lock, or of the ledger's own refusal."""
    place = error.place or Place(step.source.shown)
    if error.diagnosis.sqlstate in LOCK_STATES:
        return LockTimedOut(
            f"{step.name} did not get a lock: {error.diagnosis.message}",
            where=place,
            why=f"it was in the way: {blocker}" if blocker else f"tried {(step.settings.lock_retries or 0) + 1} times",
            state=state,
            next_step=f"wait for that session or end it (SELECT pg_terminate_backend(pid)), then: {command_of(step)}",
        )
    if error.is_ours and error.diagnosis.sqlstate in OUR_REFUSALS:
        return OUR_REFUSALS[error.diagnosis.sqlstate](error.diagnosis, state)
    advice = f"mend {place.path} and run: {command_of(step)}"
    if together and error.diagnosis.sqlstate == ENUM_NOT_COMMITTED:
        advice = "run it without --single-transaction: a new enum label can be used after its commit only"
    if not step.transaction and step.action == "applied":
        advice += f", which resumes; or undo it: surefoot abandon {step.number}"
    return SqlFailed(error.diagnosis, where=place, state=state, next_step=advice)


def _lock_lost(diagnosis: Diagnosis, state: str) -> SurefootError:
    return LockNotTaken(diagnosis.message, why=diagnosis.detail, state=state, next_step="run the command again")


def _ledger_moved(diagnosis: Diagnosis, state: str) -> SurefootError:
    step = "look who else writes to it (surefoot history), and run the command again"
    return Refused("ledger-moved", diagnosis.message, why=diagnosis.detail, state=state, next_step=step)


def _ended_within(diagnosis: Diagnosis, state: str) -> SurefootError:
    state = f"what came before its end within stays, and is not in the ledger; {state}"
    return Refused("ended-within", diagnosis.message, why=diagnosis.detail, state=state, next_step=diagnosis.hint)


OUR_REFUSALS = {"SF001": _lock_lost, "SF002": _ledger_moved, "SF003": _ended_within}


def interrupted(step: Step, state: str) -> Interrupted:
    """Make the error of Ctrl-C within a step."""
    return Interrupted(f"interrupted in {step.name}", state=state, next_step=f"to go on: {command_of(step)}")


def large_statement(script: Script) -> str:
    """Say which statement is so large that client and server need several times its size in memory."""
    size, origin = max(
        ((len(text), origin) for text, origin in zip(script.texts, script.origins, strict=True)), key=itemgetter(0)
    )
    where = f"{origin.path}:{origin.line}" if origin else "a statement"
    return f"{where} is one statement of {size / 1e6:,.0f} MB: client and server hold it whole; COPY would stream it"


def place_in_copy(error: ScriptError, stream: CopyStream) -> Place:
    """Turn the server's line of a COPY, counted from its first line of data, into a line of the file."""
    match = LINE_OF_COPY.search(error.diagnosis.context or "")
    return Place(stream.path, stream.line + int(match.group(1)) - 1 if match else stream.line)


def command_of(step: Step) -> str:
    """Name the command that runs such a step."""
    return COMMANDS.get(step.deed, "surefoot rollback")


def state_after(step: Step | None, done: Sequence[Step]) -> str:
    """Say what remains: nothing of the failed step, and what was done before it."""
    rest = f"nothing of {step.name} remains; " if step else ""
    return rest + told(done)


def told(done: Sequence[Step]) -> str:
    """Say what a run has done so far."""
    if not done:
        return "this run changed nothing else"
    verb = done[0].deed if done[0].deed in COMMANDS else "rolled back"
    names = done[0].name if len(done) == 1 else f"{done[0].name} to {done[-1].name}"
    return f"this run has {verb} {len(done)}: {names}"
