"""The rounds of one proof: forward, forward again, back, back again, forward once more.

Going forward is committed, as in a run. What follows is one transaction that is rolled back, with savepoints, so that
no round spoils another, or what comes after. Where that cannot be, each round gets a copy of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from surefoot.compare import compare
from surefoot.proving.contents import counted, survived
from surefoot.proving.evidence import Failure, Phase, Round
from surefoot.proving.sequences import Stand, put_back, read_sequences
from surefoot.proving.state import State, read_state
from surefoot.proving.surroundings import Leftover, left, left_in_session
from surefoot.proving.trial import Trial
from surefoot.scratch.databases import Databases
from surefoot.script import ScriptError
from surefoot.step import Step

SAVEPOINT = "surefoot_round"
# What going forward should not leave; a role or a setting may be what the migration is for.
UNFINISHED = ("invalid index", "constraint that is not validated", "partition whose DETACH is not finished")
THE_MIGRATION, THE_ROLLBACK = "the migration", "the rollback"


@dataclass(frozen=True, slots=True)
class Pair:
    """A migration and its rollback, to be run; nothing where it has none."""

    forward: Step
    back: Step | None

    @property
    def is_transactional(self) -> bool:
        """Tell whether both can run in one transaction."""
        return self.forward.transaction and (self.back is None or self.back.transaction)


def go_forward(trial: Trial, step: Step, before: State) -> tuple[Round, State | None]:
    """Run the migration and commit it; give the state after it, or nothing where it failed."""
    try:
        trial.run(step, observed=True)
        in_session = left_in_session(trial.connection, THE_MIGRATION)
    except ScriptError as error:
        return Round("forward", _failure(error)), None
    finally:
        trial.clean_up()
    after = read_state(trial.connection, before, trial.touched)
    unfinished = [one for one in _left(before, after, THE_MIGRATION) if one.kind in UNFINISHED]
    return Round("forward", leftovers=(*unfinished, *in_session), report=trial.report(step)), after


def go_back_together(trial: Trial, pair: Pair, before: State, after: State) -> tuple[Round, ...]:
    """Run the other rounds in one transaction, which is rolled back."""
    sequences = read_sequences(trial.connection)
    trial.send(["BEGIN"])
    try:
        with _undone(trial, sequences):
            forward_again = _again("forward again", trial, trial.within, pair.forward, after, after)
        if pair.back is None:
            return (forward_again,)
        back, state = _go_back(trial, trial.within, pair.back, before, after, after)
        if state is None:
            return forward_again, back
        with _undone(trial, read_sequences(trial.connection)):
            back_again = _again("back again", trial, trial.within, pair.back, state, state)
        return forward_again, back, back_again, _once_more(trial, trial.within, pair.forward, after, back, state)
    finally:
        trial.clean_up()
        put_back(trial.connection, sequences)


def go_back_apart(databases: Databases, name: str, pair: Pair, before: State, after: State) -> tuple[Round, ...]:
    """Run the other rounds on copies of a database that nobody is connected to."""
    with _copied(databases, name) as trial:
        forward_again = _again("forward again", trial, trial.commit, pair.forward, after)
    if pair.back is None:
        return (forward_again,)
    copy = databases.copy(name)
    try:
        with opened(databases, copy) as trial:
            back, state = _go_back(trial, trial.commit, pair.back, before, after)
        if state is None:
            return forward_again, back
        with _copied(databases, copy) as trial:
            back_again = _again("back again", trial, trial.commit, pair.back, state)
        with opened(databases, copy) as trial:
            once_more = _once_more(trial, trial.commit, pair.forward, after, back)
        return forward_again, back, back_again, once_more
    finally:
        databases.drop(copy)


@contextmanager
def opened(databases: Databases, name: str) -> Iterator[Trial]:
    """Open a database for a block."""
    with databases.scratch.connect(name) as connection:
        yield Trial(connection)


@contextmanager
def _copied(databases: Databases, name: str) -> Iterator[Trial]:
    """Open a copy of a database for a block."""
    copy = databases.copy(name)
    try:
        with opened(databases, copy) as trial:
            yield trial
    finally:
        databases.drop(copy)


@contextmanager
def _undone(trial: Trial, sequences: frozenset[Stand]) -> Iterator[None]:
    """Roll back to where the block began, and put the sequences back, which are not rolled back."""
    trial.send([f"SAVEPOINT {SAVEPOINT}"])
    try:
        yield
    finally:
        trial.send([f"ROLLBACK TO SAVEPOINT {SAVEPOINT}", f"RELEASE SAVEPOINT {SAVEPOINT}"])
        put_back(trial.connection, sequences)


def _again(
    phase: Phase, trial: Trial, run: Callable[[Step], None], step: Step, expected: State, start: State | None = None
) -> Round:
    """Run a file, after which schema and rows must be as they are expected to be.

    Where the state at the start is known, only what the file has touched is read.
    """
    try:
        run(step)
    except ScriptError as error:
        return Round(phase, _failure(error))
    state = read_state(trial.connection, start, trial.touched)
    differences = compare(expected.schema, state.schema)
    return Round(phase, None, differences, counted(expected.contents, state.contents))


def _once_more(
    trial: Trial, run: Callable[[Step], None], step: Step, after: State, back: Round, start: State | None = None
) -> Round:
    """Go forward after going back; what rows that lacked is not told a second time."""
    found = _again("forward once more", trial, run, step, after, start)
    return replace(found, losses=()) if back.losses else found


def _go_back(
    trial: Trial, run: Callable[..., None], step: Step, before: State, after: State, start: State | None = None
) -> tuple[Round, State | None]:
    """Run the rollback; schema and rows must be as they were before the migration, in every value."""
    try:
        run(step, observed=True)
    except ScriptError as error:
        return Round("back", _failure(error)), None
    state = read_state(trial.connection, start, trial.touched)
    round_ = Round(
        "back",
        None,
        compare(before.schema, state.schema),
        survived(before.contents, state.contents),
        _left(before, state, THE_ROLLBACK),
        trial.report(step),
    )
    return round_, state


def _left(before: State, now: State, after: str) -> tuple[Leftover, ...]:
    return left(before.surroundings, now.surroundings, after)


def _failure(error: ScriptError) -> Failure:
    return Failure(error.diagnosis, error.place)
