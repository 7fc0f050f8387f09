"""Checks and guards in a runbook are judged as the runner judges them."""

from __future__ import annotations

import psycopg
import pytest
from fix_contents import actions
from fix_project import ProjectFolder
from fix_runbook import Psql, ledger, refuse, succeed

import surefoot

EXPECTED = [
    ("SELECT true", "true", True),
    ("SELECT true", "t", True),
    ("SELECT 1.50", "1.5", True),
    ("SELECT '1.50'", "'1.5'", False),
    ("SELECT NULL", "null", True),
    ("SELECT ''", "null", False),
    ("SELECT ''", "''", True),
    ("SELECT 'x'", "1", False),
    ("SELECT 1 WHERE false", "[]", True),
    ("SELECT 1 WHERE false", "0", False),
    ("SELECT 'a, b', '(\"', E'\\\\', 'c'", "[['a, b', '(\"', '\\', c]]", True),
    ("SELECT '{a,b}'::text[], 'x '::char(3)", "[['{a,b}', 'x  ']]", True),
    ("SELECT inet '10.0.0.1', date '2026-01-02'", "[['10.0.0.1', '2026-01-02']]", True),
    ("SELECT generate_series(1, 2)", "[[1], [2]]", True),
    ("SELECT generate_series(1, 2)", "[[2], [1]]", False),
    ("SELECT 1, 2", "[[1]]", False),
    ("VALUES (1)", "1", True),
    ("SHOW default_transaction_read_only", "off", False),
    ("SHOW default_transaction_read_only", "'off'", True),
    ("SELECT 1 / 0", "{error: division_by_zero}", True),
    ("SELECT 1 / 0", "{error: '22012'}", True),
    ("SELECT 1 / 1", "{error: '22012'}", False),
    ("SELECT x", "{error: '22012'}", False),
    ("INSERT INTO nowhere VALUES (1)", "{error: undefined_table}", True),
]


def test_a_failed_check_leaves_nothing(
    folder: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    for when in ("before", "after"):
        folder.entries.clear()
        check = f"[{{name: it is so, when: {when}, sql: SELECT 1 UNION ALL SELECT NULL, expect: 2}}]"
        folder.add("001_t.sql", "CREATE TABLE t (id int);", checks=check)
        psql.written(folder.load())
        err = refuse(psql("deploy.sql", database_url))
        assert "the check 'it is so' failed: expected 2, got (1), (NULL)" in err
        assert "DETAIL:  manifest.yaml:" in err
        assert "Nothing of 001_t remains" in err
        assert connection.execute("SELECT to_regclass('t')").fetchone() == (None,)
        assert ledger(connection) == []


def test_a_failed_check_of_a_piecewise_one_is_asked_again(
    folder: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    check = "[{name: a row, sql: SELECT count(*) FROM t, expect: 1}]"
    folder.add("002_x.sql", "CREATE INDEX CONCURRENTLY x ON t (id);", transaction="false", checks=check)
    psql.written(folder.load())
    err = refuse(psql("deploy.sql", database_url))
    assert "the check 'a row' failed: expected 1, got (0)" in err
    assert "All statements of 002_x are done and stay; it is not recorded as applied" in err
    connection.execute("INSERT INTO t VALUES (1)")
    succeed(psql("deploy.sql", database_url))
    assert actions(connection) == [(1, "applied"), (2, "applied")]


@pytest.mark.parametrize(("query", "expect", "holds"), EXPECTED)
def test_checks_are_judged_as_the_runner_does(
    folder: ProjectFolder,
    psql: Psql,
    database_url: str,
    connection: psycopg.Connection,
    query: str,
    expect: str,
    holds: bool,
) -> None:
    quoted = query.replace("'", "''")
    folder.tail = f"checks:\n  - {{name: it, sql: '{quoted}', expect: {expect}}}\n"
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    project = folder.load()
    surefoot.migrate(project, connection)
    assert surefoot.verify(project, connection).holds is holds
    psql.written(project)
    assert psql("verify.sql", database_url).status == (0 if holds else 3)


def test_checks_have_their_role(
    folder: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    folder.tail = (
        "checks:\n  - {name: it may, role: pg_read_all_data, sql: SELECT count(*) FROM t, expect: 0}\n"
        "  - {name: may not, role: pg_read_all_data, sql: INSERT INTO t VALUES (1), expect: {error: '42501'}}\n"
    )
    project = folder.load()
    surefoot.migrate(project, connection)
    psql.written(project)
    out = succeed(psql("verify.sql", database_url))
    assert "holds: it may\n" in out
    folder.tail = "checks:\n  - {name: it may, role: nobody_here, sql: SELECT 1, expect: 1}\n"
    psql.written(folder.load())
    err = refuse(psql("verify.sql", database_url))
    assert "no answer: the role nobody_here cannot be taken on" in err


def test_verify_tells_all_that_is_wrong(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    project = prices.load()
    surefoot.migrate(project, connection)
    connection.execute("DELETE FROM price WHERE id = 1")
    connection.execute(
        "INSERT INTO surefoot.progress VALUES (9, 'applied', 1, 1, 'x', '{}');"
        " UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'price_name'::regclass"
    )
    psql.written(project)
    err = refuse(psql("verify.sql", database_url))
    assert "migration 9 was begun and is not finished" in err
    assert "the index price_name is INVALID" in err
    assert "the check 'a price each' failed: expected 5, got (4)" in err
    assert "the database is not as it must be" in err


def test_guards_are_measured(
    folder: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    guards = "guards:\n  - {{name: it is quick, sql: SELECT f() FROM t, max_slowdown: 20%, on_breach: {}}}\n"
    folder.add(
        "001_t.sql",
        "CREATE TABLE t (id int); INSERT INTO t VALUES (1);"
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_sleep(0)';",
    )
    folder.add("002_slow.sql", "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_sleep(0.02)';")
    folder.tail = guards.format("fail")
    page = (psql.written(folder.load()) / "runbook.md").read_text()
    assert "- it is quick, by 20% at most\n" in page
    err = refuse(psql("deploy.sql", database_url))
    assert "the guard 'it is quick' is breached: 0." in err
    assert "and +20.0% is allowed\nDETAIL:  manifest.yaml:" in err
    assert "Nothing of 002_slow remains" in err
    assert actions(connection) == [(1, "applied")]
    folder.tail = guards.format("warn")
    psql.written(folder.load())
    outcome = psql("deploy.sql", database_url)
    assert outcome.status == 0
    assert "WARNING:  the guard 'it is quick' is breached: 0." in outcome.err
    assert actions(connection) == [(1, "applied"), (2, "applied")]
