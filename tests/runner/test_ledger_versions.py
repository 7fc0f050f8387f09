"""Ledgers of older and newer versions: read, upgraded, refused."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_command import Run
from fix_contents import contents, tables
from fix_ledger import APPLIED_IN_OLD_LEDGERS, OLD_LEDGERS, WITHOUT_COMMENT, assert_chain, history, make_ledger
from fix_server import psql

import surefoot
from surefoot.events import Event, LedgerMade
from surefoot.ledger import Ledger
from surefoot.ledger_ddl import LEDGER_VERSION
from surefoot.servers import Server
from surefoot_lint.project import Project
from surefoot_lint.show import render


def test_every_old_version_is_tested() -> None:
    names = {f"version_{version}.sql" for version in range(1, LEDGER_VERSION)}
    assert {path.name for path in OLD_LEDGERS.iterdir()} == names


def test_an_old_ledger_can_be_read(three: Callable[[], Project], old: psycopg.Connection, version: int) -> None:
    """Without writing: status, plan and verify work on a replica that was not upgraded yet."""
    before = contents(old)
    status = surefoot.status(three(), old)
    assert [line.state for line in status.lines] == ["applied", "applied", "pending"]
    assert status.ledger.version == version
    assert [str(migration) for migration in surefoot.plan(three(), old).pending] == ["003_three"]
    assert surefoot.verify(three(), old).holds
    assert contents(old) == before


def test_an_old_ledger_is_upgraded(three: Callable[[], Project], old: psycopg.Connection, version: int) -> None:
    before = history(old)
    events: list[Event] = []
    assert surefoot.migrate(three(), old, listener=events.append).done == ("003_three",)
    assert [e for e in events if isinstance(e, LedgerMade)] == [LedgerMade("surefoot", version, LEDGER_VERSION)]
    after = history(old)
    assert [{column: row[column] for column in before[0]} for row in after[:APPLIED_IN_OLD_LEDGERS]] == before
    assert [row["name"] for row in after] == ["001_one", "002_two", "003_three"]
    assert_chain(after)
    assert old.execute("SELECT surefoot.version()").fetchone() == (LEDGER_VERSION,)
    assert old.execute(WITHOUT_COMMENT).fetchall() == []
    assert surefoot.verify(three(), old).holds
    assert surefoot.rollback(three(), old, to="0").done == ("003_three", "002_two", "001_one")
    assert tables(old) == []


DEFINITIONS = """
SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = 'surefoot'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc') FROM pg_proc AS p
WHERE p.pronamespace = 'surefoot'::regnamespace
UNION ALL
SELECT o.conname, pg_get_constraintdef(o.oid), '' FROM pg_constraint AS o
WHERE o.connamespace = 'surefoot'::regnamespace
UNION ALL
SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text FROM pg_trigger AS t
WHERE t.tgrelid = 'surefoot.ledger'::regclass
ORDER BY 1, 2
"""


def test_an_upgraded_ledger_is_like_a_new_one(old: psycopg.Connection) -> None:
    make_ledger(old)
    upgraded = old.execute(DEFINITIONS).fetchall()
    old.execute("DROP SCHEMA surefoot CASCADE")
    make_ledger(old)
    assert upgraded == old.execute(DEFINITIONS).fetchall()


def test_an_old_ledger_is_upgraded_by_the_printed_sql_too(
    three: Callable[[], Project], run: Run, old: psycopg.Connection, server: Server, database_url: str
) -> None:
    three()
    psql(server, database_url, run("ledger", "--sql").out)
    assert Ledger(old, "surefoot").read().version == LEDGER_VERSION
    assert run("migrate").status == 0


def test_a_newer_ledger_is_refused(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    project = three()
    surefoot.migrate(project, connection, to="1")
    connection.execute(
        "CREATE OR REPLACE FUNCTION surefoot.version() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 99'"
    )
    before = contents(connection)
    for verb in (surefoot.migrate, surefoot.rollback, surefoot.status, surefoot.plan, surefoot.verify):
        with pytest.raises(surefoot.Refused) as caught:
            verb(project, connection)
        assert caught.value.word == "newer-ledger"
        assert render(caught.value) == (
            f"error: the ledger is of version 99, and this Surefoot knows version {LEDGER_VERSION}\n"
            "state: nothing was run\n"
            "next: pip install --upgrade surefoot"
        )
    assert contents(connection) == before
