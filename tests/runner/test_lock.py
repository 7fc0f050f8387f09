"""One runner at a time: who waits hears why, and nobody waits for the dead."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest
from fix_command import Command, Run, wait_until
from fix_contents import actions, contents, tables
from fix_project import ProjectFolder

import surefoot
from surefoot.connection import Target, connect
from surefoot.events import Event, LedgerMade, LockWaited
from surefoot.lock import held, lock_key
from surefoot.servers import Server
from surefoot_lint.project import Project
from surefoot_lint.show import render

KEY = lock_key("trial", "surefoot")


@pytest.fixture
def holder(database_url: str) -> Iterator[psycopg.Connection]:
    """Another session, that holds the lock."""
    with connect(Target(database_url, "the test")) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [KEY])
        yield connection


def in_words(holder: psycopg.Connection) -> str:
    """Write a pattern of what is said of a holder."""
    return (
        rf"pid {holder.info.backend_pid}, role postgres, application surefoot {re.escape(surefoot.__version__)},"
        r" from a local socket, connected since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    )


@pytest.mark.parametrize(
    ("project", "schema", "key"),
    [
        ("trial", "surefoot", -4447100628448279993),
        ("introalignment", "surefoot", -47859363515107502),
        ("trial", "ops", -2558701293480778801),
    ],
)
def test_the_key_stays_what_it_is(project: str, schema: str, key: int) -> None:
    """Two versions of Surefoot must exclude one another."""
    assert lock_key(project, schema) == key


VERBS: dict[str, Callable[[Project, psycopg.Connection, Callable[[Event], None]], object]] = {
    "migrate": lambda project, connection, listener: surefoot.migrate(project, connection, listener=listener),
    "rollback": lambda project, connection, listener: surefoot.rollback(project, connection, listener=listener),
    "accept": lambda project, connection, listener: surefoot.accept(project, connection, 1, "x", listener),
}


@pytest.mark.parametrize("verb", VERBS)
def test_who_waits_hears_who_holds_the_lock(
    folder: ProjectFolder, connection: psycopg.Connection, holder: psycopg.Connection, verb: str
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);")
    project = folder.load()
    holder.execute("SELECT pg_advisory_unlock(%s)", [KEY])
    surefoot.migrate(project, connection)
    holder.execute("SELECT pg_advisory_lock(%s)", [KEY])
    folder.write("migrations/001_x.sql", "CREATE TABLE x (id int); -- edited")
    folder.add("002_y.sql", "CREATE TABLE y (id int);")
    project = folder.load() if verb == "accept" else project
    heard: list[LockWaited] = []

    def listen(event: Event) -> None:
        if isinstance(event, LockWaited):
            heard.append(event)
            assert actions(holder) == [(1, "applied")]
            holder.execute("SELECT pg_advisory_unlock(%s)", [KEY])

    VERBS[verb](project, connection, listen)
    assert len(heard) == 1
    assert re.fullmatch(in_words(holder), heard[0].holder)


def test_another_name_of_the_application_is_said(
    three: Callable[[], Project], connection: psycopg.Connection, holder: psycopg.Connection
) -> None:
    holder.execute("SET application_name = 'nightly; deploy'")
    heard: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, LockWaited):
            heard.append(event.holder)
            holder.close()

    assert len(surefoot.migrate(three(), connection, listener=listen).done) == 3
    assert "application nightly; deploy, " in heard[0]


def test_the_lock_is_given_up_after_the_longest_wait(
    connection: psycopg.Connection, holder: psycopg.Connection
) -> None:
    events: list[Event] = []
    with (
        pytest.raises(surefoot.LockNotTaken) as caught,
        held(connection, KEY, "surefoot", pytest.fail, events.append, longest=0.05),
    ):
        pytest.fail("it was taken")
    assert len(events) == 1
    assert re.fullmatch(
        rf"error: another runner has held the lock for 0 s: {in_words(holder)}\n"
        "state: nothing was run by this one\n"
        "next: wait for it to end and run the command again; the lock ends with its session",
        render(caught.value),
    )
    assert caught.value.exit_status == 5


@pytest.mark.parametrize("verb", ["status", "plan", "verify", "history"])
def test_who_only_looks_does_not_wait(
    three: Callable[[], Project], run: Run, holder: psycopg.Connection, verb: str
) -> None:
    three()
    assert run(verb).status == 0


def test_the_lock_of_another_ledger_or_database_does_not_matter(
    folder: ProjectFolder, connection: psycopg.Connection, holder: psycopg.Connection, server: Server
) -> None:
    folder.tail = "ledger: {schema: ops}\n"
    folder.add("001_x.sql", "CREATE TABLE x (id int);")
    with psycopg.connect(server.url) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s)", [lock_key("trial", "ops")])
        events: list[Event] = []
        assert surefoot.migrate(folder.load(), connection, listener=events.append).done == ("001_x",)
    assert not [event for event in events if isinstance(event, LockWaited)]


def test_the_lock_is_given_back(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, folder: ProjectFolder
) -> None:
    """After success, a refusal, and a failure alike; the session lives on."""
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    surefoot.migrate(three(), connection)
    assert connection.execute(locks).fetchone() == (0,)
    folder.add("004_bad.sql", "SELECT nope;")
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(folder.load(), connection)
    assert connection.execute(locks).fetchone() == (0,)
    folder.write("migrations/001_one.sql", "SELECT 1;")
    with pytest.raises(surefoot.Refused):
        surefoot.migrate(folder.load(), connection)
    assert connection.execute(locks).fetchone() == (0,)


# -- Processes --------------------------------------------------------------------------------------------------------

HOLDER = """
import sys
from surefoot.connection import Target, connect
from surefoot.lock import held, lock_key

with connect(Target(sys.argv[1], "the test")) as connection:
    key = lock_key("trial", "surefoot")
    with held(connection, key, "surefoot", lambda: None, print):
        print("in", flush=True)
        sys.stdin.read()
"""


def test_a_killed_holder_leaves_no_lock(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str
) -> None:
    surefoot.migrate(three(), connection, to="1")
    arguments = [sys.executable, "-c", HOLDER, database_url]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        assert connection.execute("SELECT pg_try_advisory_lock(%s)", [KEY]).fetchone() == (False,)
        process.kill()
        process.wait()
    assert surefoot.migrate(three(), connection).done == ("002_two", "003_three")


def test_the_server_looks_whether_the_runner_lives_during_a_statement(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    """Otherwise kill -9 in a long CREATE INDEX leaves the lock for as long as that takes."""
    folder.add("001_x.sql", "CREATE TABLE x AS SELECT current_setting('client_connection_check_interval') AS it;")
    surefoot.migrate(folder.load(), connection)
    row = connection.execute("SELECT it FROM x").fetchone()
    assert row is not None
    assert row[0] != "0"


@pytest.mark.parametrize("count", [2, 5])
def test_first_runs_at_once_apply_once(
    three: Callable[[], Project], command: Command, connection: psycopg.Connection, count: int
) -> None:
    three()
    processes = [command.start("migrate") for _ in range(count)]
    outputs = [(process.communicate(timeout=60), process.returncode) for process in processes]
    assert [status for _, status in outputs] == [0] * count, outputs
    said = sorted(out.splitlines()[-1] for (out, _), _ in outputs)
    assert said == ["3 applied; 3 in all", *["nothing to do: 3 applied"] * (count - 1)]
    assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]
    assert tables(connection) == ["one", "three", "two"]
    assert surefoot.verify(three(), connection).holds


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_waits_can_be_interrupted(
    three: Callable[[], Project],
    command: Command,
    connection: psycopg.Connection,
    holder: psycopg.Connection,
    number: signal.Signals,
) -> None:
    three()
    before = contents(connection)
    with command.start("migrate") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert re.fullmatch(rf"waiting for the lock, which is held by {in_words(holder)}\n", process.stdout.readline())
        process.send_signal(number)
        assert process.stdout.read() == ""
        assert process.stderr.read().splitlines()[1:] == ["", "error: interrupted", "state: nothing was run"]
        assert process.wait() == 130
    assert contents(connection) == before


def test_a_connection_that_is_lost_while_waiting_is_no_bug(
    three: Callable[[], Project], connection: psycopg.Connection, holder: psycopg.Connection
) -> None:
    waiting = connection.info.backend_pid

    def listen(event: Event) -> None:
        if isinstance(event, LockWaited):
            holder.execute("SELECT pg_terminate_backend(%s, 60000)", [waiting])

    with pytest.raises(surefoot.ConnectionFailed):
        surefoot.migrate(three(), connection, listener=listen)


def test_the_one_that_comes_second_does_not_make_the_ledger_again(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str
) -> None:
    """It waits before it looks for a ledger, so two first runs do not both make one."""
    events: list[Event] = []
    with connect(Target(database_url, "the test")) as first:
        first.execute("SELECT pg_advisory_lock(%s)", [KEY])

        def listen(event: Event) -> None:
            events.append(event)
            if isinstance(event, LockWaited):
                first.execute("SELECT pg_advisory_unlock(%s)", [KEY])
                surefoot.migrate(three(), first)

        wait = surefoot.migrate(three(), connection, listener=listen)
    assert (wait.done, wait.applied_before) == ((), 3)
    assert not [event for event in events if isinstance(event, LedgerMade)]


def test_a_migration_that_waits_holds_no_snapshot(
    three: Callable[[], Project], command: Command, connection: psycopg.Connection, holder: psycopg.Connection
) -> None:
    """A waiting statement would keep CREATE INDEX CONCURRENTLY of the holder from ending: both would wait for ever."""
    holder.execute("CREATE TABLE t (id int)")
    three()
    with command.start("migrate") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("waiting for the lock")
        holder.execute("SET statement_timeout = '30s'")
        holder.execute("CREATE INDEX CONCURRENTLY i ON t (id)")
        holder.execute("SELECT pg_advisory_unlock(%s)", [KEY])
        assert process.stdout.read().splitlines()[-1] == "3 applied; 3 in all"
        assert process.wait() == 0
    wait_until(lambda: tables(connection) == ["one", "t", "three", "two"])
