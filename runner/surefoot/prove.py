"""Prove migrations: run each forward, back and forward again on a scratch server, and judge what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile

import psycopg

from surefoot import batches
from surefoot.errors import ConnectionFailed, Interrupted, SqlFailed
from surefoot.proving.cache import Cache
from surefoot.proving.evidence import Evidence, Round
from surefoot.proving.observer import install
from surefoot.proving.proof import Proof, judge, not_reached
from surefoot.proving.proofs import Proofs
from surefoot.proving.rounds import Pair, go_back_apart, go_back_together, go_forward, opened
from surefoot.proving.state import State, read_state
from surefoot.scratch.databases import Databases
from surefoot.scratch.given import Given
from surefoot.scratch.local import Local
from surefoot.script import ScriptError, ScriptInterrupted, nothing
from surefoot.step import Step
from surefoot_lint.project import Migration, Project

# unsafe_new_enum_value_usage, active_sql_transaction, invalid_transaction_termination, object_in_use (pending events
# of triggers), out_of_memory (locks), feature_not_supported: a transaction for each file may do without.
OF_ONE_TRANSACTION = ("55P04", "25001", "2D000", "55006", "53200", "0A000")
NOTHING_LEFT = "the scratch databases are gone, and nothing else was touched"
Told = Callable[[Proof], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A migration to be proven, with its files ready to be run; `back` is nothing where it has no rollback."""

    migration: Migration
    evidence: Evidence
    forward: Step
    back: Step | None


def subject_of(project: Project, migration: Migration) -> Subject:
    """Make a migration ready. Raises SplitError, SourceError for files that cannot be run at all."""
    entry, number, name = migration.entry, migration.number, migration.name
    settings = entry.settings.over(project.manifest.settings)
    rollback = project.rollback_of(migration)
    batches.refuse_unfit(migration.source, transaction=entry.transaction)
    forward = Step("applied", number, name, migration.source, rollback, settings, (), entry.settings, entry.transaction)
    back = None
    if rollback is not None:
        batches.refuse_unfit(rollback, transaction=False)
        in_one = not batches.needs_no_transaction_at_all(rollback)
        back = Step("rolled_back", number, name, rollback, rollback, settings, (), entry.settings, in_one)
    evidence = Evidence(
        number, name, migration.source.shown, rollback.shown if rollback else None, entry.irreversible, entry.lossy, ()
    )
    return Subject(migration, evidence, forward, back)


def nobody(_proof: Proof) -> None:
    """Tell nobody."""


def prove(
    project: Project,
    server: Given | Local,
    *,
    numbers: Collection[int] | None = None,
    cache: Cache | None = None,
    require_idempotent: bool = False,
    told: Told = nobody,
    waiting: Callable[[], None] = nothing,
) -> Proofs:
    """Prove the migrations with these numbers, or all, on a scratch server, and give the verdicts in their order.

    Verdicts that the cache knows are not found again. `told` gets each verdict when it is found; `waiting` is called
    if another prover is at work on the server. Raises SplitError and the like for files that cannot be run at all,
    ConnectionFailed, EmbeddedServerError, Interrupted.
    """
    wanted = [m.number for m in project.migrations if numbers is None or m.number in numbers]
    known = {number: proof for number in wanted if cache and (proof := cache.find(number))}
    missing = _missing(wanted, known)
    subjects = _subjects(project, missing)

    def found(proof: Proof) -> None:
        if cache and not proof.is_cached and proof.verdict != "not reached":
            cache.keep(proof)
        told(proof)

    proofs: list[Proof] = []
    if subjects:
        with _explained(), server.opened(waiting) as databases:
            proofs = prove_in_order(databases, project, subjects, missing, found, known)
    done = {proof.evidence.number for proof in proofs}
    for proof in _rest(project, [number for number in wanted if number not in done], known, proofs):
        proofs.append(proof)
        told(proof)
    return Proofs(tuple(proofs), server.origin, server.warning, require_idempotent)


def _missing(wanted: Sequence[int], known: Mapping[int, Proof]) -> list[int]:
    """Choose what is to be proven: what is not known, up to one that is known to stop all that follow."""
    reached = list(takewhile(lambda number: number not in known or not known[number].is_stuck, wanted))
    return [number for number in reached if number not in known]


def _subjects(project: Project, missing: Sequence[int]) -> list[Subject]:
    """Make ready all that must be run: up to the last that is to be proven."""
    last = max((place for place, one in enumerate(project.migrations, 1) if one.number in missing), default=0)
    return [subject_of(project, migration) for migration in project.migrations[:last]]


def _rest(
    project: Project, numbers: Sequence[int], known: Mapping[int, Proof], before: Sequence[Proof]
) -> Iterator[Proof]:
    """Give the verdicts on what comes after all that was run."""
    stuck = next((proof.evidence.name for proof in before if proof.is_stuck), None)
    for migration in project.migrations:
        if migration.number in numbers:
            if stuck is None:
                proof = known[migration.number]
            else:
                proof = not_reached(subject_of(project, migration).evidence, stuck)
            stuck = stuck or (proof.evidence.name if proof.is_stuck else None)
            yield proof


@contextmanager
def _explained() -> Iterator[None]:
    """Say of an interruption and of a lost connection that nothing remains."""
    try:
        yield
    except (KeyboardInterrupt, ScriptInterrupted) as error:
        raise Interrupted("interrupted in the prover", state=NOTHING_LEFT) from error
    except (psycopg.OperationalError, ScriptError) as error:
        raise ConnectionFailed(
            f"the scratch server cannot go on: {str(error).strip().splitlines()[0]}",
            state=NOTHING_LEFT,
            next_step="run it again; look at the memory and the disk of this machine",
        ) from error


def prove_in_order(
    databases: Databases,
    project: Project,
    subjects: Sequence[Subject],
    wanted: Collection[int],
    told: Told = nobody,
    known: Mapping[int, Proof] | None = None,
) -> list[Proof]:
    """Go forward through all subjects on one database, and prove those whose numbers are wanted.

    The others are applied alone; of those the verdicts that are `known` are given too. Raises SqlFailed when one of
    those fails.
    """
    name = databases.make(project.manifest.platform)
    with opened(databases, name) as trial:
        install(trial.connection)
    proofs: list[Proof] = []
    state: State | None = None
    stuck: str | None = None
    for subject in subjects:
        number = subject.migration.number
        if stuck is not None:
            proof = not_reached(subject.evidence, stuck)
        elif number in wanted:
            evidence, state = _prove(databases, name, subject, state)
            proof = judge(evidence)
            stuck = subject.migration.name if proof.is_stuck else None
        else:
            _advance(databases, name, subject)
            state = None
            if known is None or number not in known:
                continue
            proof = known[number]
        proofs.append(proof)
        told(proof)
    return proofs


def _prove(databases: Databases, name: str, subject: Subject, before: State | None) -> tuple[Evidence, State | None]:
    """Prove one migration from the state before it; give the state after it, or nothing where it fails."""
    pair = Pair(subject.forward, subject.back)
    rounds: tuple[Round, ...] = ()
    with opened(databases, name) as trial:
        before = before or read_state(trial.connection)
        first, after = go_forward(trial, subject.forward, before)
        if after is None:
            return replace(subject.evidence, rounds=(first,)), None
        if pair.is_transactional:
            rounds = go_back_together(trial, pair, before, after)
    if rounds and not any(map(_is_doubtful, rounds)):
        return replace(subject.evidence, rounds=(first, *rounds)), after
    rounds = go_back_apart(databases, name, pair, before, after)
    return replace(subject.evidence, rounds=(first, *rounds), method="copies of the database"), after


def _is_doubtful(round_: Round) -> bool:
    """Tell whether a failure may come from several rounds being one transaction; it is looked at on copies then."""
    if round_.failure is None:
        return False
    is_again = round_.phase in ("forward again", "back again")
    return not is_again or round_.failure.diagnosis.sqlstate in OF_ONE_TRANSACTION


def _advance(databases: Databases, name: str, subject: Subject) -> None:
    with opened(databases, name) as trial:
        try:
            trial.commit(subject.forward)
        except ScriptError as error:
            raise SqlFailed(
                error.diagnosis,
                where=error.place,
                state="nothing was proven from there on",
                next_step=f"surefoot prove {subject.migration.name}",
            ) from error
