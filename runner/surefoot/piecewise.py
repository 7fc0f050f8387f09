"""Run a non-transactional file: statement by statement, each noted in the ledger, so that a later run resumes.

A statement that can run in a transaction shares one with its note, and so is done exactly once. One that cannot
is noted before and marked after; when that was interrupted, the catalog decides.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from surefoot.errors import Refused
from surefoot.events import LeftoverDropped, StatementResumed, TextSent
from surefoot.resume import Numbered, Progress, invalid_indexes, name_of_index, numbered, settle, table_of
from surefoot.script import Script
from surefoot.step import TIMEOUTS, Step

if TYPE_CHECKING:
    from surefoot.engine import Engine

# As the logged-in role, but only within the transaction: the file may have set another for itself.
AS_OURSELVES = ("SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE")
BUILDING = """
SELECT EXISTS (
    SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND relid = to_regclass(%s)
)
"""
PAUSE = 0.25


@dataclass(slots=True)
class Piecewise:
    """One run of one non-transactional file, new or resumed."""

    engine: Engine
    step: Step
    known: dict[int, Progress] = field(default_factory=dict)
    done: int = 0
    invalid: tuple[int, ...] = ()
    own_timeouts: set[str] = field(default_factory=set)

    @property
    def is_resumed(self) -> bool:
        """Tell whether an earlier run has begun it."""
        return bool(self.engine.ledger.progress(self.step.number, self.step.action))

    def run(self) -> None:
        """Run what is not done yet. Raises ScriptError for a statement that failed."""
        step = self.step
        self.known = {row.position: row for row in self.engine.ledger.progress(step.number, step.action)}
        self.invalid = self._invalid_at_first()
        for one in numbered(step.source):
            self._one(one)
            self.done = one.position
            self.engine.listener(TextSent(step.name, one.statement.offset + len(one.statement.text), step.source.size))

    def left_invalid(self) -> list[str]:
        """Name the invalid indexes that were not there when the migration was begun."""
        connection = self.engine.connection
        new = [oid for oid in invalid_indexes(connection) if oid not in self.invalid]
        return [name.as_string(connection) for oid in new if (name := name_of_index(connection, oid))]

    def told(self) -> str:
        """Say what remains when it stops here."""
        name = self.step.name
        if self.done == 0:
            return f"nothing of {name} is done"
        which = "its first statement is done and stays"
        if self.done > 1:
            which = f"its statements 1 to {self.done} are done and stay"
        return f"{name} is unfinished: {which}"

    def _one(self, one: Numbered) -> None:
        row = self.known.get(one.position)
        if one.is_session:
            self._session(one)
        elif row is not None and row.is_done:
            return
        elif one.outside is None:
            self._inside(one)
        else:
            self._outside(one, row)

    def _session(self, one: Numbered) -> None:
        """Run a SET or RESET of the file; what it says of timeouts is kept."""
        self.own_timeouts.update(name for name in TIMEOUTS if name in one.statement.text.lower())
        script = Script()
        script.add(one.statement.text, one.origin)
        self.engine.send(script)

    def _inside(self, one: Numbered) -> None:
        """Run a statement in one transaction with its note."""
        script = Script.of(["BEGIN", *self.engine.limits("SET LOCAL", self.step.settings, self.own_timeouts)])
        script.add(one.statement.text, one.origin)
        if one.copy is not None:
            self.engine.send(script)
            self.engine.copy(one.copy)
            script = Script()
        script.extend([*AS_OURSELVES, self.engine.fence(), self._note(one, is_done=True), "COMMIT"])
        self.engine.send(script)

    def _outside(self, one: Numbered, row: Progress | None) -> None:
        """Note a statement, run it alone, and mark it; drop first what a failed attempt has left."""
        self._await_builder(one)
        verdict = settle(self.engine.connection, one, row)
        if row is not None:
            self.engine.listener(StatementResumed(self.step.name, one.position, one.origin.line, verdict.is_done))
        else:
            self._write(self._note(one, is_done=False))
        if not verdict.is_done:
            self.engine.hold.assure(self.engine.connection)
            self._drop(verdict.leftovers)
            if not self.engine.hold.is_pooled:
                self.engine.send(Script.of(self.engine.limits("SET", self.step.own_settings, self.own_timeouts)))
            script = Script()
            script.add(verdict.text, one.origin)
            try:
                self.engine.send(script)
            except BaseException:
                self._drop_new(one)
                raise
        self._write(self.engine.ledger.mark_done(self.step.number, self.step.action, one.position))

    def _write(self, note: str) -> None:
        """Write a note of our own, fenced, in a transaction of its own."""
        self.engine.send(Script.of(["BEGIN", *AS_OURSELVES, self.engine.fence(), note, "COMMIT"]))

    def _note(self, one: Numbered, *, is_done: bool) -> str:
        return self.engine.ledger.intend(self.step.number, self.step.action, one, self.invalid, is_done=is_done)

    def _await_builder(self, one: Numbered) -> None:
        """Wait while another session still builds an index on the same table, as one that lost its client may."""
        if one.outside != "CREATE INDEX CONCURRENTLY":
            return
        while (row := self.engine.connection.execute(BUILDING, [table_of(one)]).fetchone()) and row[0]:
            self.engine.hold.tick()
            time.sleep(PAUSE)

    def _drop(self, oids: tuple[int, ...]) -> None:
        for oid in oids:
            name = name_of_index(self.engine.connection, oid)
            if name is not None:
                self.engine.connection.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(name))
                self.engine.listener(LeftoverDropped(self.step.name, name.as_string(self.engine.connection)))

    def _drop_new(self, one: Numbered) -> None:
        """Drop at once what a failed CREATE INDEX has left; when that fails too, the next run does it."""
        if self.engine.connection.closed or one.outside != "CREATE INDEX CONCURRENTLY":
            return
        with suppress(psycopg.Error):
            self._drop(settle(self.engine.connection, one, None).leftovers)

    def _invalid_at_first(self) -> tuple[int, ...]:
        """List the indexes that were invalid when the migration was begun."""
        if self.known:
            return min(self.known.values(), key=lambda row: row.position).invalid_before
        return invalid_indexes(self.engine.connection)


def refuse_invalid(step: Step, names: list[str]) -> None:
    """Refuse to call a migration applied while an invalid index is left."""
    if names:
        raise Refused(
            "invalid-index",
            f"{step.name} has left an invalid index: {', '.join(names)}",
            state=f"all statements of {step.name} are done; it is not recorded as applied",
            next_step=f"DROP INDEX CONCURRENTLY {names[0]}; then: surefoot migrate",
        )
