"""What kills a run, and what the next one finds. The first line of each docstring is a row of docs/reliability.md."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
import pytest
from fix_command import wait_until
from fix_contents import tables
from system.fix_debian import Debian, cluster, fresh_database, give
from system.fix_disk import ENLARGED, Disk
from system.fix_faults import LEASES, LEDGER_ROW, NOTHING, SOME, WHOLE, Bank, ended, killed, told
from system.fix_pooler import Pooler, pooling
from system.fix_proxy import Proxies, Proxy
from system.fix_reliability import Observe

ENDS = ["it ends", "it goes on"]  # what becomes of the killed run's session on the server
CHECKED = "[{name: a gate, when: after, sql: 'SELECT gate(71, 1)', expect: 1}]"


def after_the_kill(bank: Bank, point: int, end: str) -> None:
    """Let the session of a killed run end at once, or go on until it finds that its client is gone."""
    if end == "it ends":
        bank.end_sessions()
        bank.open(point)
    else:
        bank.open(point)
        bank.await_no_session()


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("point", [12, 22, 32, 42, 52, LEDGER_ROW])
def test_runner_killed(bank: Bank, observed: Observe, point: int, end: str) -> None:
    """The runner is killed (-9) in each statement of a transaction, and at its row in the ledger."""
    bank.prepare(transaction=True)
    killed(bank.run_to(point))
    after_the_kill(bank, point, end)
    observed(*bank.complete())


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("point", [22, 71, LEDGER_ROW])
def test_runner_killed_with_checks(bank: Bank, observed: Observe, point: int, end: str) -> None:
    """The runner is killed in a transaction of several round trips, with checks."""
    bank.prepare(transaction=True, checks=CHECKED)
    killed(bank.run_to(point))
    after_the_kill(bank, point, end)
    observed(*bank.complete())


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("point", [12, 11, 21, 22, 23, 32, 31, 41, 42, 43, 51, 53, LEDGER_ROW])
def test_runner_killed_outside_of_transactions(bank: Bank, observed: Observe, point: int, end: str) -> None:
    """The runner is killed before, in and after each statement of a non-transactional migration."""
    bank.prepare(transaction=False)
    killed(bank.run_to(point))
    after_the_kill(bank, point, end)
    observed(*bank.complete())


BLOCKERS = {
    "a writer, before the build": ("LOCK TABLE kept IN ROW EXCLUSIVE MODE", 21, "CREATE INDEX%"),
    "a snapshot, at the end of the build": ("SELECT 1", 21, "CREATE INDEX%"),
    "a reader, before the drop": ("LOCK TABLE frozen IN ACCESS SHARE MODE", 51, "DROP INDEX%"),
}
BLOCKED = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event <> 'advisory' AND query LIKE %s
"""


@pytest.mark.parametrize("end", [*ENDS, "the server notices"])
@pytest.mark.parametrize("blocker", BLOCKERS)
def test_runner_killed_while_it_waits(bank: Bank, observed: Observe, database_url: str, blocker: str, end: str) -> None:
    """The runner is killed while CREATE or DROP INDEX CONCURRENTLY waits for other sessions."""
    statement, point, query = BLOCKERS[blocker]
    bank.prepare(transaction=False)
    process = bank.run_to(point)
    with psycopg.connect(database_url, application_name="the test") as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute(statement.encode())
        bank.open(point)
        wait_until(lambda: bank.admin.execute(BLOCKED, [query]).rowcount)
        killed(process)
        if end == "it ends":
            bank.end_sessions()
        elif end == "the server notices":
            bank.await_no_session()
    bank.await_no_session()
    observed(*bank.complete())


@pytest.mark.parametrize("point", [22, LEDGER_ROW])
@pytest.mark.parametrize("transaction", [True, False], ids=["transactional", "non-transactional"])
def test_next_run_does_not_wait_for_the_end(bank: Bank, observed: Observe, transaction: bool, point: int) -> None:
    """The runner is killed, and the next one starts while the killed one's statement still works on the server."""
    bank.prepare(transaction=transaction)
    process = bank.run_to(point)
    orphan = bank.worker(point)
    killed(process)
    following = bank.start()
    # On a busy machine the server may have noticed first; then the next run comes to the gate itself.
    wait_until(lambda: len(bank.sessions()) > 1 or orphan not in bank.sessions())
    bank.open(point)
    outcome = ended(following)
    assert outcome.status == 0, outcome.err
    bank.must_be_sound()
    observed("its session, still at work", told(outcome.out))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    ("transaction", "point"),
    [
        *((True, point) for point in (12, 42, LEDGER_ROW)),
        *((False, point) for point in (12, 11, 21, 22, 23, 31, 42, 43, 51, LEDGER_ROW)),
    ],
)
def test_runner_interrupted(bank: Bank, observed: Observe, transaction: bool, point: int, sign: signal.Signals) -> None:
    """The runner is interrupted (Ctrl-C, SIGTERM); it ends by itself, with 130, and leaves no session."""
    bank.prepare(transaction=transaction)
    process = bank.run_to(point)
    process.send_signal(sign)
    outcome = ended(process)
    assert outcome.status == 130, outcome.err
    assert "Traceback" not in outcome.err
    bank.open(point)
    bank.await_no_session()
    left, done = bank.complete()
    assert left == NOTHING or not transaction
    observed(left, done)


@pytest.mark.parametrize("point", [82, LEDGER_ROW], ids=["in the rehearsal", "at the end"])
@pytest.mark.parametrize("end", ENDS)
def test_rollback_killed(bank: Bank, observed: Observe, point: int, end: str) -> None:
    """The runner is killed while it rolls back."""
    bank.prepare(transaction=True)
    bank.folder.write(
        "rollbacks/rollback_002.sql",
        "DELETE FROM log;\nALTER TABLE kept DROP COLUMN y;\nDROP TABLE made;\nUPDATE kept SET x = x - gate(82, 1);\n",
    )
    bank.succeed("migrate")
    killed(bank.run_to(point, "rollback", "--yes"))
    after_the_kill(bank, point, end)
    row = bank.admin.execute(
        "SELECT action, (SELECT max(x) FROM kept) FROM surefoot.ledger ORDER BY id DESC"
    ).fetchone()
    assert row in [("applied", 1), ("rolled_back", 0)]
    is_undone = row == ("rolled_back", 0)
    out = bank.succeed("migrate") if is_undone else bank.succeed("rollback", "--yes")
    assert is_undone or out.endswith("1 rolled back; 1 stay applied\n")
    if not is_undone:
        bank.succeed("migrate")
    assert bank.effects() == bank.done
    assert bank.applied() == [1, 2, 2]
    bank.succeed("verify")
    observed(
        "all of it undone, with its row in the ledger" if is_undone else "nothing undone",
        "found it undone" if is_undone else "undid it",
    )


# -- The server is lost -----------------------------------------------------------------------------------------------


def crash(debian: Debian, bank: Bank, point: int, victim: str) -> None:
    """Kill the server, or the one process of it that works for the runner, upon which it starts anew by itself."""
    if victim == "the server":
        debian.kill()
    else:
        os.kill(bank.worker(point), signal.SIGKILL)
    wait_until(lambda: is_lost(bank.admin))


def is_lost(connection: psycopg.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def recovered(debian: Debian, bank: Bank, database_url: str) -> None:
    """Start the server, unless it does so itself, and connect to it again."""
    bank.admin.close()
    debian.recover()
    bank.admin = psycopg.connect(database_url, autocommit=True, application_name="the test")


@pytest.mark.parametrize(
    ("transaction", "point"),
    [*((True, point) for point in (12, LEDGER_ROW)), *((False, point) for point in (11, 21, 22, 23, 42, LEDGER_ROW))],
)
def test_session_ended(bank: Bank, observed: Observe, transaction: bool, point: int) -> None:
    """A person ends the runner's session on the server (pg_terminate_backend)."""
    bank.prepare(transaction=transaction)
    process = bank.run_to(point)
    bank.admin.execute("SELECT pg_terminate_backend(%s)", [bank.worker(point)])
    outcome = ended(process)
    assert outcome.status == 5, outcome.err
    assert "the connection was lost in 002_gated" in outcome.err
    assert "Traceback" not in outcome.err
    bank.open(point)
    bank.await_no_session()
    left, done = bank.complete()
    assert left == NOTHING or not transaction
    observed(left, done)


@pytest.mark.parametrize("victim", ["the server", "its process"])
@pytest.mark.parametrize(
    ("transaction", "point"),
    [
        *((True, point) for point in (12, 42, LEDGER_ROW)),
        *((False, point) for point in (11, 21, 22, 23, 42, 43, 51, LEDGER_ROW)),
    ],
)
def test_server_killed(
    bank: Bank,
    observed: Observe,
    debian: Debian,
    database_url: str,
    transaction: bool,
    point: int,
    victim: str,
) -> None:
    """The server, or the one of its processes that works for the runner, is killed (-9) and started again."""
    bank.prepare(transaction=transaction)
    process = bank.run_to(point)
    crash(debian, bank, point, victim)
    outcome = ended(process)
    assert outcome.status == 5, outcome.err
    assert "the connection was lost in 002_gated" in outcome.err
    assert "Traceback" not in outcome.err
    recovered(debian, bank, database_url)
    left, done = bank.complete()
    assert left == NOTHING or not transaction
    observed(left, done)


def test_server_killed_and_awaited(bank: Bank, observed: Observe, debian: Debian, database_url: str) -> None:
    """The server is killed, and the next run, with --wait, starts before it is back."""
    bank.prepare(transaction=True)
    process = bank.run_to(32)
    crash(debian, bank, 32, "the server")
    assert ended(process).status == 5
    following = bank.start("migrate", "--wait", "60s")
    recovered(debian, bank, database_url)
    outcome = ended(following)
    assert outcome.status == 0, outcome.err
    bank.must_be_sound()
    observed(NOTHING, told(outcome.out))


# -- The connection is lost -------------------------------------------------------------------------------------------


@contextmanager
def copied(bank: Bank, debian: Debian, template: str) -> Iterator[tuple[Bank, Proxies]]:
    """Give the project on a copy of a database, and what makes proxies in front of that."""
    with fresh_database(debian, template) as url, psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET application_name = 'the test'")
        proxies = Proxies(url)
        yield bank.on(url, admin), proxies
        for made in proxies.made:
            made.close()


def cut_everywhere(
    debian: Debian, bank: Bank, observed: Observe, template: str, make: Callable[[Proxies, int], Proxy], *options: str
) -> int:
    """Cut the connection at the first question of a run, then at the second …, until one is through; count them."""
    for number in count(1):
        with copied(bank, debian, template) as (copy, proxies):
            proxy = make(proxies, number)
            outcome = copy.attempt("migrate", *options, DATABASE_URL=proxies.url(proxy))
            if outcome.status == 0:
                assert not proxy.is_cut
                copy.must_be_sound()
                return number - 1
            assert outcome.status == 5, outcome.err
            assert proxy.is_cut
            assert "Traceback" not in outcome.err
            copy.await_no_session()
            observed(*copy.complete())
    raise AssertionError


CUTS: dict[str, Callable[[Proxies, int], Proxy]] = {
    "the answer": lambda proxies, number: proxies(cut_after=number),
    "the question": lambda proxies, number: proxies(cut_before=number),
}


@pytest.mark.parametrize("lost", CUTS)
def test_connection_cut(bank: Bank, observed: Observe, debian: Debian, lost: str) -> None:
    """The connection is cut at each round trip of a first run, which makes the ledger and has two transactions."""
    bank.write(transaction=True)
    assert cut_everywhere(debian, bank, observed, "template0", CUTS[lost]) > 5


def test_connection_cut_in_single_transaction(bank: Bank, observed: Observe, debian: Debian) -> None:
    """The connection is cut at each round trip of a first run with --single-transaction."""
    bank.write(transaction=True)
    cut_everywhere(debian, bank, observed, "template0", CUTS["the answer"], "--single-transaction")


@pytest.mark.parametrize("lost", CUTS)
def test_connection_cut_outside_of_transactions(
    bank: Bank, observed: Observe, debian: Debian, database_url: str, lost: str
) -> None:
    """The connection is cut at each round trip of a non-transactional migration."""
    bank.prepare(transaction=False)
    bank.admin.close()
    name = database_url.rpartition("/")[2].partition("?")[0]
    assert cut_everywhere(debian, bank, observed, name, CUTS[lost]) > 15


@pytest.mark.parametrize("percent", [1, 20, 40, 60, 80, 99])
def test_connection_cut_in_copy(bank: Bank, observed: Observe, proxy: Proxies, percent: int) -> None:
    """The connection is cut in the middle of the data of a COPY."""
    lines = "".join(f"{n}\ta line of some length, so that it takes its time\n" for n in range(40_000))
    bank.folder.add("001_first.sql", "CREATE TABLE first (id int);")
    bank.folder.add("002_copy.sql", f"CREATE TABLE t (id int, x text);\nCOPY t FROM stdin;\n{lines}\\.\nSELECT 1;\n")
    bank.folder.save()
    cut = proxy(cut_after_bytes=len(lines) * percent // 100 + 4000)
    outcome = bank.attempt("migrate", DATABASE_URL=proxy.url(cut))
    assert outcome.status == 5, outcome.err
    assert cut.is_cut
    bank.await_no_session()
    assert tables(bank.admin) == ["first"]
    assert bank.applied() == [1]
    assert told(bank.succeed("migrate")) == "applied it"
    assert bank.admin.execute("SELECT count(*), sum(id) FROM t").fetchone() == (40_000, 799_980_000)
    assert bank.applied() == [1, 2]
    bank.succeed("verify")
    observed(NOTHING, "applied it")


SWALLOWED = {
    "the ledger's creation": (True, False, b"CREATE SCHEMA IF NOT EXISTS", NOTHING),
    "a transaction": (True, True, b"CREATE TABLE made", WHOLE),
    "a statement in a transaction": (False, True, b"UPDATE kept", "some statements done, each noted"),
    "a note": (False, True, b"'CREATE INDEX", "some statements done and one in doubt, each noted"),
    "CREATE INDEX": (False, True, b"(gate(22, x))\0", "some statements done and one in doubt, each noted"),
    "a mark": (False, True, b"position = 2", "some statements done, each noted"),
    "REINDEX": (False, True, b"frozen_gated\0", "some statements done and one in doubt, each noted"),
    "DROP INDEX": (False, True, b"frozen_other\0", "some statements done and one in doubt, each noted"),
    "the last row": (False, True, b"DELETE FROM", WHOLE),
}


@pytest.mark.parametrize("what", SWALLOWED)
def test_answer_lost(bank: Bank, observed: Observe, proxy: Proxies, what: str) -> None:
    """The server has done it (COMMIT, or a statement of its own), and the connection is cut before its answer."""
    transaction, is_prepared, text, left = SWALLOWED[what]
    (bank.prepare if is_prepared else bank.write)(transaction=transaction)
    swallowing = proxy(swallow=text)
    outcome = bank.attempt("migrate", DATABASE_URL=proxy.url(swallowing))
    assert outcome.status == 5, outcome.out + outcome.err
    assert swallowing.is_cut
    assert "Traceback" not in outcome.err
    bank.await_no_session()
    assert bank.left() == left
    observed(*bank.complete())


def test_answer_to_rollback_lost(bank: Bank, observed: Observe, proxy: Proxies) -> None:
    """The server has rolled back a migration, and the connection is cut before its answer."""
    bank.folder.add("001_t.sql", "CREATE TABLE t (id int);", "DROP TABLE t;")
    bank.folder.save()
    bank.succeed("migrate")
    outcome = bank.attempt("rollback", DATABASE_URL=proxy.url(proxy(swallow=b"'rolled_back'")))
    assert outcome.status == 5
    bank.await_no_session()
    assert tables(bank.admin) == []
    assert bank.succeed("rollback") == "nothing to roll back\n"
    bank.succeed("migrate")
    bank.succeed("verify")
    observed("all of it undone, with its row in the ledger", "found it undone")


# -- Behind PgBouncer -------------------------------------------------------------------------------------------------


def expire_lease(bank: Bank) -> None:
    """Let the time go by after which a lease ends by itself."""
    bank.admin.execute("UPDATE surefoot.lease SET expires_at = clock_timestamp()")


def test_lease_holder_killed(bank: Bank, observed: Observe, pooler: Pooler) -> None:
    """The runner is killed behind PgBouncer, and the next one waits until its lease ends by itself, 30 s later."""
    bank.prepare(transaction=True)
    process = bank.run_to(22, DATABASE_URL=pooler.url)
    killed(process)
    bank.await_idle()  # the server notices
    bank.open(22)
    assert bank.left() == NOTHING
    outcome = ended(bank.start(DATABASE_URL=pooler.url))
    assert outcome.status == 0, outcome.err
    holder = f"waiting for the lock, which is held by {socket.gethostname()}, process {process.pid}, behind a pooler"
    assert holder in outcome.out
    bank.must_be_sound()
    observed("nothing but its lease", f"waited for the lease to end, {told(outcome.out)}")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("transaction", "point"),
    [(True, 12), (True, LEDGER_ROW), *((False, point) for point in (11, 21, 22, 23, 32, 42, 43, LEDGER_ROW))],
)
def test_runner_killed_behind_a_pooler(
    bank: Bank, observed: Observe, pooler: Pooler, transaction: bool, point: int, end: str
) -> None:
    """The runner is killed behind PgBouncer at a statement, a note, a mark, or its row in the ledger."""
    bank.prepare(transaction=transaction)
    bank.environment["DATABASE_URL"] = pooler.url
    killed(bank.run_to(point))
    if end == "it ends":
        bank.end_sessions()
    bank.open(point)
    bank.await_idle()
    expire_lease(bank)
    observed(*bank.complete())


@pytest.mark.parametrize("point", [11, 21, 22, 23, 42, 43, LEDGER_ROW])
def test_lease_lost(bank: Bank, observed: Observe, pooler: Pooler, point: int) -> None:
    """The runner is stopped behind PgBouncer for longer than its lease, another run completes, and it goes on."""
    bank.prepare(transaction=False)
    bank.environment["DATABASE_URL"] = pooler.url
    stopped = bank.run_to(point)
    stopped.send_signal(signal.SIGSTOP)
    bank.open(point)
    bank.await_idle()
    left = bank.left()
    expire_lease(bank)
    done = told(bank.succeed("migrate"), left)
    assert bank.applied() == [1, 2]
    stopped.send_signal(signal.SIGCONT)
    outcome = ended(stopped)
    assert outcome.status != 0 or left == WHOLE, outcome.out
    assert "Traceback" not in outcome.err
    bank.must_be_sound()
    observed(left, f"{done}; the first one then wrote nothing more")


@pytest.mark.parametrize(
    ("transaction", "point"),
    [(True, 12), (True, LEDGER_ROW), *((False, point) for point in (11, 21, 22, 23, LEDGER_ROW))],
)
def test_pooler_killed(bank: Bank, observed: Observe, pooler: Pooler, transaction: bool, point: int) -> None:
    """PgBouncer is killed (-9) under the runner; the next run goes without it."""
    bank.prepare(transaction=transaction)
    process = bank.run_to(point, DATABASE_URL=pooler.url)
    pooler.kill()
    outcome = ended(process)
    assert outcome.status == 5, outcome.err
    assert "the connection was lost in 002_gated" in outcome.err
    assert "Traceback" not in outcome.err
    bank.open(point)
    bank.await_no_session()
    expire_lease(bank)
    observed(*bank.complete())


@pytest.mark.parametrize("victim", ["the server", "its process", "its session"])
@pytest.mark.parametrize(
    ("transaction", "point"), [(True, 12), (True, LEDGER_ROW), *((False, point) for point in (11, 21, 22, 23, 42))]
)
def test_server_killed_behind_a_pooler(
    bank: Bank,
    observed: Observe,
    debian: Debian,
    pooler: Pooler,
    database_url: str,
    transaction: bool,
    point: int,
    victim: str,
) -> None:
    """The server, or its process or session that works for the runner, is ended behind PgBouncer."""
    bank.prepare(transaction=transaction)
    process = bank.run_to(point, DATABASE_URL=pooler.url)
    if victim == "its session":
        bank.admin.execute("SELECT pg_terminate_backend(%s)", [bank.worker(point)])
    else:
        crash(debian, bank, point, victim)
    outcome = ended(process)
    assert outcome.status == 5, outcome.err
    assert "the connection was lost in 002_gated" in outcome.err
    assert "Traceback" not in outcome.err
    if victim == "its session":
        bank.open(point)
    else:
        recovered(debian, bank, database_url)
    bank.await_idle()
    expire_lease(bank)
    observed(*bank.complete())


def test_lease_respected(bank: Bank, observed: Observe, pooler: Pooler) -> None:
    """A run without PgBouncer starts while one behind it is at work, outside of a transaction."""
    bank.prepare(transaction=False)
    pooled = bank.run_to(22, DATABASE_URL=pooler.url)
    direct = bank.start("migrate", "--json")
    assert direct.stdout is not None
    assert "behind a pooler" in direct.stdout.readline()
    bank.open(22)
    first, second = ended(pooled), ended(direct)
    assert first.status == 0, first.err
    assert second.status == 0, second.err
    assert first.out.endswith("1 applied; 2 in all\n")
    bank.must_be_sound()
    observed("a run that goes on", "waited, and found it applied")


def test_pool_of_one(bank: Bank, observed: Observe, database_url: str) -> None:
    """PgBouncer has one backend, which the runner's own transaction holds."""
    data = "COPY t FROM stdin;\n1\n\\.\n"
    bank.folder.add("001_t.sql", f"CREATE TABLE t (id int);\nSELECT pg_sleep(1.5);\n{data}")
    bank.folder.save()
    with pooling(database_url, size=1) as pooler:
        outcome = ended(bank.start(DATABASE_URL=pooler.url))
    assert outcome.status == 0, outcome.err
    assert bank.applied() == [1]
    observed("—", "applied all")


@pytest.mark.parametrize("other", ["behind PgBouncer", "direct"])
def test_lease_lost_before_a_drop(bank: Bank, observed: Observe, pooler: Pooler, other: str) -> None:
    """The runner is stopped behind PgBouncer before a DROP INDEX CONCURRENTLY; another run makes that index anew."""
    bank.prepare(transaction=False)
    bank.folder.add("003_again.sql", "CREATE INDEX frozen_other ON frozen (id);")
    bank.folder.save()
    stopped = bank.run_to(51, DATABASE_URL=pooler.url)
    stopped.send_signal(signal.SIGSTOP)
    bank.open(51)
    bank.await_idle()
    left = bank.left()
    expire_lease(bank)
    following = bank.attempt("migrate", **{"DATABASE_URL": pooler.url} if other == "behind PgBouncer" else {})
    assert following.status == 0, following.err
    assert bank.applied() == [1, 2, 3]
    stopped.send_signal(signal.SIGCONT)
    outcome = ended(stopped)
    assert outcome.status in (3, 5), outcome.out
    assert bank.admin.execute("SELECT to_regclass('frozen_other') IS NOT NULL").fetchone() == (True,)
    bank.succeed("verify")
    observed(left, "did the rest; the first one then did nothing more")


# -- Many at once -----------------------------------------------------------------------------------------------------


APPLIED_ALL = "4 applied; 4 in all"


def write_four(bank: Bank) -> None:
    bank.folder.add("001_t.sql", "CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) AS n;")
    bank.folder.add("002_x.sql", "ALTER TABLE t ADD COLUMN x int DEFAULT 0;")
    bank.folder.add(
        "003_index.sql", "UPDATE t SET x = x + 1;\nCREATE INDEX CONCURRENTLY t_n ON t (n);", transaction="false"
    )
    bank.folder.add("004_last.sql", "UPDATE t SET x = x + 1;")
    bank.folder.save()


def run_at_once(bank: Bank, runners: int, observed: Observe, **environment: str) -> None:
    """Start many runs on an empty database; each ends well, and each migration was applied by one of them."""
    write_four(bank)
    outcomes = [ended(process) for process in [bank.start(**environment) for _ in range(runners)]]
    assert [outcome.status for outcome in outcomes] == [0] * runners, {o.err for o in outcomes if o.status}
    assert sum(APPLIED_ALL in outcome.out for outcome in outcomes) == 1
    assert bank.applied() == [1, 2, 3, 4]
    assert bank.admin.execute("SELECT DISTINCT x FROM t").fetchall() == [(2,)]
    bank.succeed("verify")
    assert bank.admin.execute("SELECT count(*) FROM surefoot.progress").fetchone() == (0,)
    assert bank.admin.execute(LEASES).fetchall() == []
    for outcome in outcomes:
        observed("—", "applied all" if APPLIED_ALL in outcome.out else "waited, and found all applied")


def test_fifty_at_once(bank: Bank, observed: Observe) -> None:
    """Fifty runners start at once on an empty database."""
    run_at_once(bank, 50, observed)


def test_many_at_once_behind_a_pooler(bank: Bank, observed: Observe, pooler: Pooler) -> None:
    """Sixteen runners start at once on an empty database behind PgBouncer, which has four backends."""
    run_at_once(bank, 16, observed, DATABASE_URL=pooler.url)


def test_some_behind_a_pooler(bank: Bank, observed: Observe, pooler: Pooler) -> None:
    """Runners start at once on an empty database, half of them behind PgBouncer and half not."""
    write_four(bank)
    processes = [bank.start(), bank.start(DATABASE_URL=pooler.url), bank.start(), bank.start(DATABASE_URL=pooler.url)]
    outcomes = [ended(process) for process in processes]
    assert [outcome.status for outcome in outcomes] == [0] * 4, {outcome.err for outcome in outcomes}
    assert bank.applied() == [1, 2, 3, 4]
    assert bank.admin.execute("SELECT DISTINCT x FROM t").fetchall() == [(2,)]
    for outcome in outcomes:
        observed("—", "applied all" if APPLIED_ALL in outcome.out else "waited, and found all applied")


def test_slow_networks(bank: Bank, observed: Observe, proxy: Proxies) -> None:
    """Runners start at once on an empty database, over networks of 0, 5, 20 and 40 ms."""
    write_four(bank)
    urls = [proxy.url(proxy(latency=milliseconds / 1000)) for milliseconds in (0, 5, 20, 40)]
    outcomes = [ended(process) for process in [bank.start(DATABASE_URL=url) for url in urls]]
    assert [outcome.status for outcome in outcomes] == [0] * 4, {outcome.err for outcome in outcomes}
    assert bank.applied() == [1, 2, 3, 4]
    for outcome in outcomes:
        observed("—", "applied all" if APPLIED_ALL in outcome.out else "waited, and found all applied")


# -- The disk is full -------------------------------------------------------------------------------------------------


FILLING = """
CREATE TABLE big (n int, x text) {where};
INSERT INTO big SELECT n, repeat('x', 1000) FROM generate_series(1, 100000) AS n;
ALTER TABLE t ADD COLUMN note text;
"""
BIG_FOR_INDEX = "CREATE TABLE big AS SELECT n || repeat('x', 490) AS x FROM generate_series(1, 200000) AS n;"
INDEXING = "UPDATE t SET n = n + 1;\nCREATE INDEX CONCURRENTLY big_x ON big (x) {where};\nUPDATE t SET n = n + 1;\n"


@pytest.fixture
def tablespace(disk: Disk, admin: psycopg.Connection) -> Iterator[str]:
    """A tablespace on a small disk."""
    folder = disk.path / "tablespace"
    folder.mkdir()
    give(folder)
    admin.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
    yield "TABLESPACE small"
    admin.execute("DROP TABLE IF EXISTS big")
    admin.execute("DROP TABLESPACE small")


def test_disk_full(bank: Bank, observed: Observe, disk: Disk, tablespace: str) -> None:
    """The disk of a tablespace is full in a transaction; then there is room."""
    bank.folder.add("001_t.sql", "CREATE TABLE t AS SELECT 1 AS n;")
    bank.folder.add("002_fill.sql", FILLING.format(where=tablespace))
    bank.folder.save()
    outcome = bank.attempt("migrate")
    assert outcome.status == 4
    assert "[53100]" in outcome.err
    assert tables(bank.admin) == ["t"]
    assert bank.applied() == [1]
    disk.size(ENLARGED)
    assert told(bank.succeed("migrate")) == "applied it"
    assert bank.admin.execute("SELECT count(*), sum(n) FROM big").fetchone() == (100_000, 5_000_050_000)
    assert bank.applied() == [1, 2]
    bank.succeed("verify")
    observed(NOTHING, "applied it")


def test_disk_full_outside_of_transactions(bank: Bank, observed: Observe, disk: Disk, tablespace: str) -> None:
    """The disk of a tablespace is full in CREATE INDEX CONCURRENTLY; then there is room."""
    bank.folder.add("001_t.sql", "CREATE TABLE t AS SELECT 1 AS n;\n" + BIG_FOR_INDEX)
    bank.folder.add("002_index.sql", INDEXING.format(where=tablespace), transaction="false")
    bank.folder.save()
    outcome = bank.attempt("migrate")
    assert outcome.status == 4
    assert "[53100]" in outcome.err
    assert bank.invalid() == []
    assert bank.applied() == [1]
    assert bank.notes() == {1: True, 2: False}
    disk.size(ENLARGED)
    done = told(bank.succeed("migrate"), SOME)
    assert bank.admin.execute("SELECT n FROM t").fetchone() == (3,)
    assert bank.applied() == [1, 2]
    bank.succeed("verify")
    observed("some statements done and one in doubt, each noted", done)


def test_disk_full_of_the_server(bank: Bank, observed: Observe, disk: Disk) -> None:
    """The disk of the whole server, with its write-ahead log, is full; then there is room."""
    disk.size("120m")
    with cluster(disk.path) as server, fresh_database(server) as url:
        small = bank.on(url, psycopg.connect(url, autocommit=True))
        small.folder.add("001_t.sql", "CREATE TABLE t AS SELECT 1 AS n;")
        small.folder.add("002_fill.sql", FILLING.format(where=""))
        small.folder.save()
        outcome = small.attempt("migrate")
        assert outcome.status in (4, 5), outcome.err
        assert "No space left on device" in server.log.read_text()
        disk.size(ENLARGED)
        recovered(server, small, url)
        with small.admin:
            assert tables(small.admin) == ["t"]
            assert small.applied() == [1]
            assert told(small.succeed("migrate")) == "applied it"
            assert small.admin.execute("SELECT count(*), sum(n) FROM big").fetchone() == (100_000, 5_000_050_000)
            assert small.applied() == [1, 2]
            small.succeed("verify")
    observed(NOTHING, "applied it")
