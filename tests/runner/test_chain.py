"""The hash of a row is a written contract: anybody can compute the chain."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_command import Run
from fix_ledger import assert_chain, history, make_ledger
from fix_project import ProjectFolder

import surefoot
from surefoot.ledger import Ledger
from surefoot_lint.project import Project

ODD_TEXTS = [
    "",
    " ",
    'it\'s "quoted" \\ and \\n not a line',
    "two\nlines\r\n\tand a tab",
    "".join(map(chr, range(1, 0x20))),
    "\x7f\x80\x9f\u00a0\u2028\u2029\ufeff",
    "ä € \U0001f600 👩‍👩‍👧 क्‍ष e\u0301",
    '{"json": [1, null]}',
    "$$ %s {} :name ${x} </script> &amp; /* -- ;",
    "".join(chr(point) for point in range(1, 0x3000)),
    "null",
]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
def test_the_chain_can_be_computed_by_anybody(connection: psycopg.Connection, zone: str) -> None:
    make_ledger(connection)
    connection.execute("SELECT set_config('TimeZone', %s, false)", [zone])
    for number, text in enumerate(ODD_TEXTS, 1):
        connection.execute(
            "SELECT surefoot.record('failed', %s, %s, reason => %s, host => %s, rollback_sql => %s)",
            [number, text, text, text, text],
        )
    connection.execute("SELECT surefoot.record('applied', 20260102030405678901234567890, 'x', os_user => NULL)")
    rows = history(connection)
    assert [row["reason"] for row in rows] == [*ODD_TEXTS, None]
    assert_chain(rows)
    assert Ledger(connection, "surefoot").read().broken is None


def test_the_chain_of_real_runs_can_be_computed_by_anybody(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    folder.add('001_it\'s_"odd"_😀.sql', "SELECT 1;", "SELECT 'a\\b', E'\\'', $$\"\t$$; -- ü")
    folder.add("002_bad.sql", "DO $q$ BEGIN RAISE 'it''s \"odd\" \\ % 😀', E'\\n\\t\\u0001'; END $q$;")
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(folder.load(), connection)
    surefoot.rollback(folder.load(), connection)
    rows = history(connection)
    assert [row["action"] for row in rows] == ["applied", "failed", "rolled_back"]
    assert [row["name"] for row in rows] == ['001_it\'s_"odd"_😀', "002_bad", '001_it\'s_"odd"_😀']
    assert rows[0]["rollback_sql"] == "SELECT 'a\\b', E'\\'', $$\"\t$$; -- ü"
    assert rows[1]["reason"] == 'P0001: it\'s "odd" \\ \n\t\u0001 😀'
    assert_chain(rows)


@pytest.mark.parametrize(
    "setting",
    [
        "TimeZone = 'Asia/Kolkata'",
        "DateStyle = 'SQL, DMY'",
        "IntervalStyle = sql_standard",
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "bytea_output = escape",
        "search_path = ''",
        "lc_numeric = 'C'",
    ],
)
def test_the_settings_of_a_database_do_not_break_the_chain(
    folder: ProjectFolder, three: Callable[[], Project], run: Run, connection: psycopg.Connection, setting: str
) -> None:
    surefoot.migrate(three(), connection, to="1")
    database = connection.execute("SELECT quote_ident(current_database())").fetchone()
    assert database is not None
    if setting.startswith("search_path"):
        for number, table in enumerate(("one", "two", "three"), 1):
            text = f"CREATE TABLE {table if number == 1 else f'public.{table}'} (id bigint);"
            folder.write(f"migrations/{number:03}_{table}.sql", text)
    connection.execute(f"ALTER DATABASE {database[0]} SET {setting}".encode())
    try:
        assert run("migrate").status == 0
        assert run("verify").status == 0
        assert_chain(history(connection))
    finally:
        connection.execute(f"ALTER DATABASE {database[0]} RESET ALL".encode())


def test_the_hash_does_not_depend_on_the_session(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    surefoot.migrate(three(), connection)
    for setting in ("DateStyle = 'German'", "TimeZone = 'Asia/Kathmandu'", "search_path = pg_temp"):
        connection.execute(f"SET {setting}".encode())
        intact = connection.execute("SELECT bool_and(surefoot.row_hash(l) = l.hash) FROM surefoot.ledger AS l")
        assert intact.fetchone() == (True,)
