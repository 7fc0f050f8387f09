"""A database that goes forward, migration by migration, while each is proven on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from surefoot import batches
from surefoot.errors import SqlFailed
from surefoot.proving.evidence import Evidence, Round
from surefoot.proving.rounds import Pair, go_back_apart, go_back_together, go_forward, opened
from surefoot.proving.rows import Rows, clashing_table
from surefoot.proving.session import Session
from surefoot.proving.state import State, read_state
from surefoot.proving.surroundings import read_surroundings
from surefoot.scratch.databases import Databases
from surefoot.script import ScriptError
from surefoot.step import Step
from surefoot_lint.project import Migration, Project

# unsafe_new_enum_value_usage, active_sql_transaction, invalid_transaction_termination, object_in_use (pending events
# of triggers), out_of_memory (locks), feature_not_supported: a transaction for each file may do without.
OF_ONE_TRANSACTION = ("55P04", "25001", "2D000", "55006", "53200", "0A000")


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


@dataclass(slots=True)
class Line:
    """A database that goes forward, migration by migration, while each is proven on the way.

    `is_stuck` tells that the last migration failed, so that the database goes no further.
    """

    databases: Databases
    name: str
    rows: Rows | None = None
    is_stuck: bool = False
    _state: State | None = None
    _session: Session | None = None

    def prove(self, subject: Subject) -> Evidence:
        """Prove one migration: with rows on a copy, so that they disturb nothing that follows."""
        if self.rows is None:
            self._session = self._session or Session(self.databases, self.name)
            evidence, self._state = _prove(self._session, subject, self._state)
            self.is_stuck = self._state is None
            return evidence
        left_out: list[str] = []
        evidence = self._filled(subject, self.rows, left_out)
        while (table := clashing_table(evidence)) is not None and table not in left_out:
            left_out.append(table)
            evidence = self._filled(subject, self.rows, left_out)
        try:
            self.advance(subject)
        except SqlFailed:
            self.is_stuck = True
        return evidence

    def _filled(self, subject: Subject, rows: Rows, left_out: Sequence[str]) -> Evidence:
        copy = self.databases.copy(self.name)
        with opened(self.databases, copy) as trial:
            unfilled = rows.put_into(trial.connection, left_out)
            trial.clean_up()
        unfilled += tuple(f"{table}: they would clash with those that the migration inserts" for table in left_out)
        filled = replace(subject, evidence=replace(subject.evidence, is_filled=True, unfilled=unfilled))
        session = Session(self.databases, copy)
        try:
            evidence, _ = _prove(session, filled, None)
        finally:
            session.leave()
        self.databases.drop(copy)
        return evidence

    def close(self) -> None:
        """Close the session of the last migration, if there is one."""
        if self._session is not None:
            self._session.leave()

    def advance(self, subject: Subject) -> None:
        """Apply a migration alone. Raises SqlFailed."""
        self._state = None
        session = self._session = self._session or Session(self.databases, self.name)
        trial = session.begin()
        try:
            trial.commit(subject.forward)
        except ScriptError as error:
            raise SqlFailed(
                error.diagnosis,
                where=error.place,
                state="nothing was proven from there on",
                next_step=f"surefoot prove {subject.migration.name}",
            ) from error
        if self.rows is not None or session.is_outdated(read_surroundings(trial.connection)):
            session.leave()  # with rows, each proof is made on a copy, which nobody may be connected to


def _prove(session: Session, subject: Subject, before: State | None) -> tuple[Evidence, State | None]:
    """Prove one migration from the state before it; give the state after it, or nothing where it fails."""
    pair = Pair(subject.forward, subject.back)
    rounds: tuple[Round, ...] = ()
    trial = session.begin()
    before = before or read_state(trial.connection)
    if session.is_outdated(before.surroundings):
        session.leave()
        trial = session.begin()
        before = read_state(trial.connection)
    first, after = go_forward(trial, subject.forward, before)
    if after is None:
        return replace(subject.evidence, rounds=(first,)), None
    if pair.is_transactional:
        rounds = go_back_together(trial, pair, before, after)
    if rounds and not any(map(_is_doubtful, rounds)):
        return replace(subject.evidence, rounds=(first, *rounds)), after
    session.leave()
    rounds = go_back_apart(session.databases, session.name, pair, before, after)
    return replace(subject.evidence, rounds=(first, *rounds), method="copies of the database"), after


def _is_doubtful(round_: Round) -> bool:
    """Tell whether a failure may come from several rounds being one transaction; it is looked at on copies then."""
    if round_.failure is None:
        return False
    is_again = round_.phase in ("forward again", "back again")
    return not is_again or round_.failure.diagnosis.sqlstate in OF_ONE_TRANSACTION
