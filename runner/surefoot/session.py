"""One connection under the lock: scripts and COPY data go out, limits and the fence are set, all is put back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import pq, sql

from surefoot.batches import CopyStream, batches
from surefoot.events import Blocked, IndexBuilding, Listener, NoticeReceived, TextSent
from surefoot.ledger import Ledger
from surefoot.lock import Hold
from surefoot.outcomes import large_statement, place_in_copy
from surefoot.script import Done, Script, ScriptError, nothing, run, stream_copy
from surefoot.side import Watch
from surefoot.step import Step, timeouts
from surefoot_lint.manifest import Settings

LARGE_CHARACTERS = 1 << 23
# What a file may have changed in its session is put back before the ledger is written …
RESET_SESSION = ("RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL")
# … and what outlives its transaction goes after it. DISCARD ALL would drop the lock.
CLEAR_SESSION = ("CLOSE ALL", "UNLISTEN *", "DEALLOCATE ALL", "DISCARD SEQUENCES", "DISCARD TEMP")


class Session:
    """What steps are run by, one at a time.

    `last_id` is the last row of the ledger: it moves with each step. `current` is the step at work, of which the
    listener hears what is in its way.
    """

    def __init__(
        self, connection: psycopg.Connection, ledger: Ledger, hold: Hold, last_id: int, listener: Listener
    ) -> None:
        self.connection = connection
        self.ledger = ledger
        self.hold = hold
        self.last_id = last_id
        self.listener = listener
        self.current: Step | None = None
        self.watch = Watch(hold.side, connection.info.backend_pid)
        self._answers: list[Done] | None = None

    @contextmanager
    def keeping_answers(self) -> Iterator[list[Done]]:
        """Keep what the statements of a block answer; else it is forgotten, since a large file has millions."""
        self._answers = []
        try:
            yield self._answers
        finally:
            self._answers = None

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
        answers = run(self.connection, script, meanwhile=meanwhile, idle=self.idle)
        if self._answers is not None:
            self._answers += answers
        return answers

    def idle(self) -> None:
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

    def send_file(self, step: Step, script: Script) -> Script:
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

    def clean_up(self) -> None:
        """Roll back what is open and reset the session."""
        if self.connection.closed:
            return
        if self.connection.info.transaction_status != pq.TransactionStatus.IDLE:
            self.connection.execute("ROLLBACK")
        self.connection.execute(sql.SQL(";").join(map(sql.SQL, (*self.reset_session, *CLEAR_SESSION))))
