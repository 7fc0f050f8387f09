"""A migration that can be held at each of its statements, to be killed there, and what must be true afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import psycopg
import pytest
from fix_command import Command, Outcome, Run, wait_until
from fix_contents import tables
from fix_project import ProjectFolder

# A point where a run can be held is a number: statement 3 is 32 while it works, 31 when its note is about to be
# written, 33 when it is about to be marked as done. The ledger's row is 99.
GATES = 7000
LEDGER_ROW = 99
SETUP = f"""
CREATE FUNCTION gate(point int, value int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock_shared({GATES}, point);
    RETURN value;
END
$$;
CREATE TABLE kept AS SELECT n AS id, 0 AS x FROM generate_series(1, 100) AS n;
CREATE TABLE log (n int);
CREATE TABLE frozen AS SELECT n AS id FROM generate_series(1, 100) AS n;
CREATE INDEX frozen_gated ON frozen (gate(42, id));
CREATE INDEX frozen_other ON frozen (id);
"""
GATED_NOTES = """
CREATE OR REPLACE FUNCTION public.gate_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.gate(new.position * 10 + CASE tg_op WHEN 'INSERT' THEN 1 ELSE 3 END, 0);
    RETURN new;
END
$$;
CREATE OR REPLACE FUNCTION public.gate_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.action IN ('applied', 'rolled_back') THEN
        PERFORM public.gate(99, 0);
    END IF;
    RETURN new;
END
$$;
CREATE OR REPLACE TRIGGER gate BEFORE INSERT OR UPDATE ON surefoot.progress
    FOR EACH ROW EXECUTE FUNCTION public.gate_note();
CREATE OR REPLACE TRIGGER gate BEFORE INSERT ON surefoot.ledger FOR EACH ROW EXECUTE FUNCTION public.gate_row();
"""
TRANSACTIONAL = """
CREATE TABLE made AS SELECT gate(12, n) AS id FROM generate_series(1, 10) AS n;
UPDATE kept SET x = x + gate(22, 1);
CREATE INDEX made_gated ON made (gate(32, id));
ALTER TABLE kept ADD COLUMN y int NOT NULL DEFAULT gate(42, 5);
INSERT INTO log SELECT gate(52, 1);
"""
PIECEWISE = """
UPDATE kept SET x = x + gate(12, 1);
CREATE INDEX CONCURRENTLY IF NOT EXISTS kept_gated ON kept (gate(22, x));
INSERT INTO log SELECT gate(32, 1);
REINDEX INDEX CONCURRENTLY frozen_gated;
DROP INDEX CONCURRENTLY IF EXISTS frozen_other;
"""
PATIENCE_SECONDS = 60.0

WAITING = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = {GATES} AND objid = %s AND NOT granted"
SESSIONS = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name <> 'the test' AND backend_type = 'client backend'
"""
ADVISORY = f"""
SELECT pid, classid, objid FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid <> {GATES}
"""
LEASES = "SELECT holder FROM surefoot.lease WHERE holder IS NOT NULL AND expires_at > clock_timestamp()"
EFFECTS = """
SELECT (SELECT array_agg(DISTINCT x) FROM kept) AS x, (SELECT count(*) FROM log) AS log,
    to_regclass('made') IS NOT NULL AS made, to_regclass('made_gated') IS NOT NULL AS made_gated,
    EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'kept'::regclass AND attname = 'y') AS y,
    (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('kept_gated')) AS kept_gated,
    to_regclass('frozen_other') IS NULL AS dropped
"""
NOTHING_DONE = ([0], 0, False, False, False, None, False)
TRANSACTIONAL_DONE = ([1], 1, True, True, True, None, False)
PIECEWISE_DONE = ([1], 1, False, False, False, True, True)
SOME = "some statements done"
NOTHING, WHOLE = "nothing", "all of it, with its row in the ledger"


@dataclass
class Bank:
    """A project with rows to lose, and one migration that waits at gates which the test shuts."""

    folder: ProjectFolder
    command: Command
    within: Run
    admin: psycopg.Connection
    environment: dict[str, str] = field(default_factory=dict)
    transaction: bool = True
    done: tuple[object, ...] = TRANSACTIONAL_DONE
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, *, transaction: bool, **keys: str) -> None:
        """Write the project: what is there before, and the migration to be interrupted."""
        self.transaction = transaction
        self.done = TRANSACTIONAL_DONE if transaction else PIECEWISE_DONE
        self.folder.add("001_setup.sql", SETUP)
        sql = TRANSACTIONAL if transaction else PIECEWISE
        self.folder.add("002_gated.sql", sql, "SELECT 1", transaction=str(transaction).lower(), **keys)
        self.folder.save()

    def prepare(self, *, transaction: bool, **keys: str) -> None:
        """Write the project, apply what is there before, and put gates before the notes and the ledger's rows."""
        self.write(transaction=transaction, **keys)
        self.succeed("migrate", "--to", "1")
        self.admin.execute(GATED_NOTES)

    def attempt(self, *arguments: str, **environment: str) -> Outcome:
        """Run the command line within this process."""
        return self.within(*arguments, **self.environment | environment)

    def succeed(self, *arguments: str) -> str:
        """Run the command line within this process; it must end with 0. Give what it wrote."""
        outcome = self.attempt(*arguments)
        assert outcome.status == 0, outcome.out + outcome.err
        return outcome.out

    def shut(self, point: int) -> None:
        """Shut a gate."""
        self.admin.execute("SELECT pg_advisory_lock(%s, %s)", [GATES, point])

    def open(self, point: int) -> None:
        """Open a gate."""
        self.admin.execute("SELECT pg_advisory_unlock(%s, %s)", [GATES, point])

    def on(self, url: str, admin: psycopg.Connection) -> Bank:
        """Give the same project on another database."""
        return replace(self, admin=admin, environment={"DATABASE_URL": url})

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `surefoot migrate`, or what the arguments say, as a process of its own."""
        words = arguments or ("migrate",)
        self.processes.append(self.command.start(*words, **self.environment | environment))
        return self.processes[-1]

    def run_to(self, point: int, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a run and hold it at a point, whose gate is left shut."""
        self.shut(point)
        process = self.start(*arguments, **environment)
        self.wait_at(point, process)
        return process

    def wait_at(self, point: int, process: subprocess.Popen[str]) -> None:
        """Wait until a run has come to a point."""
        wait_until(lambda: self.admin.execute(WAITING, [point]).rowcount or process.poll() is not None)
        assert process.poll() is None, process.communicate()

    def sessions(self) -> list[int]:
        """List the sessions on this database, without the test's own."""
        return [row[0] for row in self.admin.execute(SESSIONS)]

    def worker(self, point: int) -> int:
        """Give the process of the server that is held at a point."""
        row = self.admin.execute(WAITING, [point]).fetchone()
        assert row is not None
        return int(row[0])

    def await_idle(self) -> None:
        """Wait until no session works, nor has a transaction open; those of a pool stay."""
        wait_until(lambda: not self.admin.execute(f"{SESSIONS} AND state <> 'idle'").rowcount)

    def end_sessions(self) -> None:
        """End the sessions that a killed run has left, at once."""
        for pid in self.sessions():
            self.admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        self.await_no_session()

    def await_no_session(self) -> None:
        """Wait until the sessions of a killed run have ended by themselves."""
        wait_until(lambda: not self.sessions())

    def left(self) -> str:
        """Say what is left of the migration; the ledger, its notes and the schema must agree."""
        if not self.applied():
            assert tables(self.admin) == []
            return NOTHING
        effects = self.effects()
        is_applied = self.applied() == [1, 2]
        if self.transaction or is_applied:
            assert effects == (self.done if is_applied else NOTHING_DONE)
            assert self.notes() == {}
            return WHOLE if is_applied else NOTHING
        return self._left_of_piecewise(effects, self.notes())

    def _left_of_piecewise(self, effects: tuple[object, ...], notes: dict[int, bool]) -> str:
        x, log, *_, index, is_dropped = effects
        assert (x == [1], log == 1) == (1 in notes, 3 in notes)
        assert notes.get(2) is not True or index is True
        assert notes.get(5) is not True or is_dropped
        done = [position for position, is_done in notes.items() if is_done]
        assert done == list(range(1, len(done) + 1))
        if not notes:
            return NOTHING
        doubt = " and one in doubt" if len(notes) > len(done) else ""
        invalid = ", with an invalid index" if self.invalid() else ""
        return f"{SOME}{doubt}, each noted{invalid}"

    def effects(self) -> tuple[object, ...]:
        """Look at all that the migration changes."""
        row = self.admin.execute(EFFECTS).fetchone()
        assert row is not None
        return row

    def notes(self) -> dict[int, bool]:
        """Give the statements of an unfinished migration that were begun, and whether they are marked as done."""
        rows = self.admin.execute("SELECT position, finished_at IS NOT NULL FROM surefoot.progress ORDER BY position")
        return dict(rows.fetchall())

    def applied(self) -> list[int]:
        """List the numbers of all rows `applied` in the ledger, which need not be there."""
        if self.admin.execute("SELECT to_regclass('surefoot.ledger')").fetchone() == (None,):
            return []
        return [
            int(row[0])
            for row in self.admin.execute("SELECT number FROM surefoot.ledger WHERE action = 'applied' ORDER BY id")
        ]

    def invalid(self) -> list[str]:
        """Name the invalid indexes."""
        rows = self.admin.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        return [row[0] for row in rows]

    def complete(self) -> tuple[str, str]:
        """Run again: it must complete by itself, and all be as it must be. Say what was left, and what it did."""
        left = self.left()
        out = self.succeed("migrate")
        self.must_be_sound()
        return left, told(out, left)

    def must_be_sound(self) -> None:
        """Make sure that nothing is lost, each migration was applied once, and nothing is left behind."""
        assert self.applied() == [1, 2]
        assert self.effects() == self.done
        assert self.admin.execute("SELECT count(*), sum(id) FROM kept").fetchone() == (100, 5050)
        assert self.admin.execute("SELECT count(*), sum(id) FROM frozen").fetchone() == (100, 5050)
        assert self.notes() == {}
        assert self.invalid() == []
        self.succeed("verify")
        assert self.succeed("migrate") == "nothing to do: 2 applied\n"
        assert self.admin.execute(LEASES).fetchall() == []
        assert self.admin.execute(ADVISORY).fetchall() == []


def told(out: str, left: str = NOTHING) -> str:
    """Say in a few words what a run did that came after a fault."""
    if "nothing to do" in out:
        return "found it applied"
    words = ["did the rest" if left.startswith(SOME) else "applied it"]
    words += ["did the one in doubt again"] * ("which is run again" in out)
    words += ["found the one in doubt done"] * ("had been done after all" in out)
    words += ["dropped the invalid index"] * ("was dropped" in out)
    return ", ".join(words)


@pytest.fixture
def bank(folder: ProjectFolder, command: Command, run: Run, admin: psycopg.Connection) -> Iterator[Bank]:
    """The project, not yet written; no run of it outlives the test."""
    bank = Bank(folder, command, run, admin)
    yield bank
    for process in bank.processes:
        process.kill()
        process.communicate()
    bank.admin.close()


def ended(process: subprocess.Popen[str]) -> Outcome:
    """Wait until a run ends."""
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    return Outcome(process.returncode, out, err)


def killed(process: subprocess.Popen[str]) -> None:
    """Kill a run, which cannot do anything about it."""
    process.kill()
    process.communicate()
