"""Prove migrations: run each forward, back and forward again on a scratch server, and judge what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import takewhile

import psycopg

from surefoot.errors import ConnectionFailed, Interrupted
from surefoot.proving.cache import Cache
from surefoot.proving.chosen import pending
from surefoot.proving.line import Line, Subject, subject_of
from surefoot.proving.proof import Proof, not_reached
from surefoot.proving.proofs import Proofs
from surefoot.proving.restore import look_for, restore
from surefoot.proving.rounds import opened
from surefoot.proving.rows import Rows
from surefoot.proving.work import Helper, Work, go, helped, line_on
from surefoot.scratch.databases import Databases
from surefoot.scratch.given import Given
from surefoot.scratch.local import Local
from surefoot.script import ScriptError, ScriptInterrupted, nothing
from surefoot_lint.project import Project

NOTHING_LEFT = "the scratch databases are gone, and nothing else was touched"
LOOK = "run it again; look at the memory and the disk of this machine"
OF_THE_MACHINE = (
    "53",
    "58",
)  # no disk, no memory, no way to read: nothing is known of the files then (errcodes-appendix)
Told = Callable[[Proof], None]


def nobody(_proof: Proof) -> None:
    """Tell nobody."""


def prove(
    project: Project,
    server: Given | Local,
    *,
    numbers: Collection[int] | None = None,
    rows: Rows | None = None,
    cache: Cache | None = None,
    require_idempotent: bool = False,
    told: Told = nobody,
    waiting: Callable[[], None] = nothing,
) -> Proofs:
    """Prove the migrations with these numbers, or all, on a scratch server, and give the verdicts in their order.

    With `rows`, each is tried on tables that hold them.
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
        platform, work = project.manifest.platform, Work(subjects, missing)
        with (
            _explained(),
            helped(work, server if rows is None else None, platform) as helper,
            server.opened(waiting) as databases,
        ):
            line = line_on(databases, databases.make(platform), rows)
            proofs = _prove(line, work, found, known, helper)
    done = {proof.evidence.number for proof in proofs}
    for proof in _rest(project, [number for number in wanted if number not in done], known, proofs):
        proofs.append(proof)
        told(proof)
    if cache:
        cache.prune()
    return Proofs(tuple(proofs), server.origin, server.warning, require_idempotent)


def prove_on_copy(
    project: Project,
    server: Given | Local,
    origin: str,
    *,
    numbers: Collection[int] | None = None,
    require_idempotent: bool = False,
    told: Told = nobody,
    waiting: Callable[[], None] = nothing,
) -> Proofs:
    """Prove migrations on a copy of a real database, which comes from a dump or a URL: with its rows, and its times.

    Proven are those with these numbers, or those that the database's ledger lacks. Raises as `prove` does, and
    RestoreFailed, and UsageError for what is no dump, and for a database without a ledger.
    """
    source = look_for(origin)
    with _explained(), server.opened(waiting) as databases:
        restored = restore(databases, source, project.manifest.platform)
        with opened(databases, restored.name) as trial:
            wanted = pending(project, trial.connection) if numbers is None else set(numbers)
        subjects = [subject_of(project, one) for one in project.migrations if one.number in wanted]
        proofs = prove_in_order(databases, project, subjects, wanted, told, name=restored.name)
    warning = "; ".join(filter(None, (server.warning, restored.warning))) or None
    return Proofs(tuple(proofs), server.origin, warning, require_idempotent)


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
            next_step=LOOK,
        ) from error


def prove_in_order(
    databases: Databases,
    project: Project,
    subjects: Sequence[Subject],
    wanted: Collection[int],
    told: Told = nobody,
    known: Mapping[int, Proof] | None = None,
    rows: Rows | None = None,
    name: str | None = None,
) -> list[Proof]:
    """Go forward through all subjects on one database, a new one if none is named; prove those that are wanted.

    The others are applied alone; of those the verdicts that are `known` are given too. Raises SqlFailed when one of
    those fails.
    """
    line = line_on(databases, name or databases.make(project.manifest.platform), rows)
    return _prove(line, Work(subjects, wanted), told, known or {})


def _require_machine(proof: Proof) -> None:
    """Judge nothing that failed since the scratch server's machine did. Raises ConnectionFailed."""
    for failure in filter(None, (one.failure for one in proof.evidence.rounds)):
        said = failure.diagnosis
        if said.sqlstate and said.sqlstate.startswith(OF_THE_MACHINE):
            raise ConnectionFailed(
                f"the scratch server cannot go on: {said.message} [{said.sqlstate}]",
                why=f"{proof.evidence.name} is not judged: that says nothing of its files",
                state=NOTHING_LEFT,
                next_step=LOOK,
            )


def _prove(line: Line, work: Work, told: Told, known: Mapping[int, Proof], helper: Helper | None = None) -> list[Proof]:
    """Do the work, with the helper if there is one, and tell each verdict in its turn."""
    proofs: list[Proof] = []

    def tell() -> None:
        for proof in work.ready(known):
            _require_machine(proof)
            proofs.append(proof)
            told(proof)

    with closing(line):
        for _ in go(line, work):
            tell()
    tell()
    while helper is not None and not work.is_done and helper.is_alive():
        work.wait(helper)
        tell()
    tell()
    if helper is not None and helper.error is not None and not work.is_done:
        raise helper.error
    return proofs
