"""Runbooks that are killed, or run at once with each other and with the runner: the lock, and what is in doubt."""

from __future__ import annotations

import psycopg
from fix_command import wait_until
from fix_contents import actions
from fix_project import ProjectFolder
from fix_runbook import Psql, refuse, succeed

import surefoot
from surefoot.lock import lock_key

KEY = lock_key("trial", "surefoot")
WAITING_FOR_THE_LOCK = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'psql' AND query LIKE '%pg_try_advisory_lock%'
    AND datname = current_database()
"""


def test_a_killed_psql_leaves_nothing_in_the_way(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    """It is killed while it waits for a lock on a table, in a transaction; the runner then takes all."""
    project = prices.load()
    psql.written(project)
    surefoot.migrate(project, connection, to="2")
    with psycopg.connect(database_url) as blocker:
        blocker.execute("LOCK TABLE price")
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = to_regclass('price') AND NOT granted"
        with psql.start("deploy.sql", database_url) as process:
            wait_until(lambda: connection.execute(waiting).fetchone() == (1,))
            process.kill()
        blocker.rollback()
    assert surefoot.migrate(project, connection).done in (("003_note",), ())
    assert surefoot.verify(project, connection).holds


def test_killed_between_the_statements_of_a_file(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    psql.written(project)
    surefoot.migrate(project, connection, to="1")
    with psycopg.connect(database_url) as blocker:
        blocker.execute("SELECT FROM price WHERE id = 1 FOR UPDATE")
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE price%'"
        with psql.start("deploy.sql", database_url) as process:
            wait_until(lambda: connection.execute(waiting).fetchone() == (1,))
            process.kill()
        blocker.rollback()
    with psql.start("deploy.sql", database_url) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert connection.execute("SELECT name FROM price WHERE id = 1").fetchone() == ("it's one: :name!",)
    assert surefoot.verify(project, connection).holds


def test_killed_while_it_builds_an_index(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    """The catalog decides about the statement in doubt; the runner ends what psql began, and no invalid index stays."""
    project = prices.load()
    psql.written(project)
    surefoot.migrate(project, connection, to="1")
    with psycopg.connect(database_url) as blocker:
        blocker.execute("UPDATE price SET amount = amount WHERE id = 1")
        building = "SELECT count(*) FROM pg_stat_progress_create_index WHERE current_locker_pid <> 0"
        with psql.start("deploy.sql", database_url) as process:
            wait_until(lambda: connection.execute(building).fetchone() == (1,))
            process.kill()
        blocker.rollback()
    assert surefoot.migrate(project, connection).done == ("002_index", "003_note")
    assert connection.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid").fetchone() == (0,)
    assert surefoot.verify(project, connection).holds


def test_two_at_once(prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection) -> None:
    """Each applies what the other has not, and CREATE INDEX CONCURRENTLY does not wait for the one that waits."""
    project = prices.load()
    psql.written(project)
    with psql.start("deploy.sql", database_url) as one, psql.start("deploy.sql", database_url) as two:
        ends = [process.communicate(timeout=60) for process in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0], ends
    assert sum(out.count("  applied ") for out, _ in ends) == 3
    assert sum(out.count("skipped") for out, _ in ends) == 3
    assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]


def test_the_runner_and_psql_at_once(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    psql.written(project)
    with psql.start("deploy.sql", database_url) as process:
        surefoot.migrate(project, connection)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]
    assert surefoot.verify(project, connection).holds


def test_who_holds_the_lock_is_said(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    psql.written(prices.load())
    connection.execute("SELECT pg_advisory_lock(%s)", [KEY])
    err = refuse(psql("deploy.sql", database_url, "-v", "lock_wait=0"))
    assert f"another run has held the lock for 0 s: pid {connection.info.backend_pid}, role postgres" in err
    assert "Nothing was run by this one" in err
    assert connection.execute("SELECT to_regnamespace('surefoot')").fetchone() == (None,)


def test_who_waits_keeps_no_snapshot(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    """CREATE INDEX CONCURRENTLY of the one that holds the lock does not wait for the one that waits for it."""
    psql.written(prices.load())
    connection.execute("CREATE TABLE t (id int)")
    connection.execute("SELECT pg_advisory_lock(%s)", [KEY])
    with psql.start("deploy.sql", database_url) as process:
        wait_until(lambda: connection.execute(WAITING_FOR_THE_LOCK).fetchone() == (1,))
        connection.execute("SET statement_timeout = '30s'")
        connection.execute("CREATE INDEX CONCURRENTLY t_id ON t (id)")
        assert process.stderr
        assert f"NOTICE:  waiting for the lock: pid {connection.info.backend_pid}, " in process.stderr.readline()
        connection.execute("SELECT pg_advisory_unlock(%s)", [KEY])
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


def test_a_lease_behind_a_pooler_is_respected(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    surefoot.migrate(project, connection, to="1")
    connection.execute("UPDATE surefoot.lease SET holder = 'elsewhere', expires_at = now() + interval '1 hour'")
    psql.written(project)
    err = refuse(psql("deploy.sql", database_url, "-v", "lock_wait=0"))
    assert "another run has held the lock for 0 s: elsewhere, behind a pooler" in err
    connection.execute("UPDATE surefoot.lease SET expires_at = now() - interval '1 hour'")
    succeed(psql("deploy.sql", database_url))
    assert connection.execute("SELECT holder, token FROM surefoot.lease").fetchone() == (None, 1)
