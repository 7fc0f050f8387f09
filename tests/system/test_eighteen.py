"""Eighteen awkward cases in which other runners fail, on PostgreSQL 15; each has its name in its docstring."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from fix_command import Command, Outcome, wait_until
from fix_contents import actions, contents, tables
from fix_project import ProjectFolder
from psycopg.conninfo import conninfo_to_dict
from system.fix_debian import BINARIES, GUARDED, Debian, free_port, fresh_database
from system.fix_pooler import Pooler, pooling

from surefoot.servers import Server

PATIENCE_SECONDS = 60.0


def succeed(outcome: Outcome) -> str:
    """Make sure that a run ended well, and give what it wrote."""
    assert outcome.status == 0, outcome.out + outcome.err
    return outcome.out


def at_once(command: Command, count: int, **environment: str) -> list[Outcome]:
    """Run `surefoot migrate` several times at the same time."""
    with ExitStack() as stack:
        processes = [stack.enter_context(command.start("migrate", **environment)) for _ in range(count)]
        ends = [process.communicate(timeout=PATIENCE_SECONDS) for process in processes]
    return [Outcome(process.returncode, *end) for process, end in zip(processes, ends, strict=True)]


def test_01(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """A failing file leaves nothing."""
    folder.add("001_first.sql", "CREATE TABLE first (id int);")
    folder.add(
        "002_bad.sql",
        "CREATE TABLE second (id int);\nINSERT INTO first VALUES (1);\nCREATE TYPE mood AS ENUM ('ok');\n"
        "ALTER TABLE first ADD COLUMN extra text;\nSELECT 1 / 0;\n",
    )
    folder.add("003_third.sql", "CREATE TABLE third (id int);")
    folder.save()
    outcome = command("migrate")
    assert outcome.status == 4
    assert "migrations/002_bad.sql:5:1" in outcome.err
    assert "22012" in outcome.err
    assert "nothing of 002_bad remains" in outcome.err
    assert tables(admin) == ["first"]
    assert admin.execute("SELECT count(*) FROM first").fetchone() == (0,)
    row = admin.execute(
        "SELECT to_regtype('mood'), (SELECT count(*) FROM pg_attribute WHERE attrelid = 'first'::regclass"
        " AND attname = 'extra')"
    ).fetchone()
    assert row == (None, 0)
    assert actions(admin) == [(1, "applied"), (2, "failed")]
    folder.write("migrations/002_bad.sql", "CREATE TABLE second (id int);")
    succeed(command("migrate"))
    assert actions(admin) == [(1, "applied"), (2, "failed"), (2, "applied"), (3, "applied")]


SECRET = "Tr0ub4dor"
UNREACHABLE = {
    "no server": f"postgresql://postgres:{SECRET}@127.0.0.1:{{free}}/x",
    "no such host": f"postgresql://postgres:{SECRET}@host.invalid:5432/x",
    "wrong password": f"postgresql://{GUARDED}:{SECRET}@127.0.0.1:{{port}}/postgres",
    "wrong password, as pairs": f"host=127.0.0.1 port={{port}} user={GUARDED} password={SECRET} dbname=postgres",
    "no such database": f"postgresql://postgres:{SECRET}@127.0.0.1:{{port}}/nowhere",
    "no such role": f"postgresql://nobody:{SECRET}@127.0.0.1:{{port}}/postgres",
    "an at sign in it": f"postgresql://postgres:x@{SECRET}@127.0.0.1:{{port}}/nowhere",
    "a slash in it": f"postgresql://postgres:x/{SECRET}@127.0.0.1:{{port}}/nowhere",
    "a bad port": f"postgresql://postgres:{SECRET}@127.0.0.1:port/x",
    "a bad parameter": f"postgresql://postgres:{SECRET}@127.0.0.1:{{port}}/x?nonsense=1",
    "as a parameter": f"postgresql://127.0.0.1:{{port}}/nowhere?user=postgres&password={SECRET}",
    "pairs that cannot be read": f"host=127.0.0.1 password='{SECRET} dbname=x",
}


@pytest.mark.parametrize("case", UNREACHABLE)
def test_02(folder: ProjectFolder, command: Command, debian: Debian, admin: psycopg.Connection, case: str) -> None:
    """No password in output when connecting fails."""
    admin.execute(f"DO $$ BEGIN CREATE ROLE {GUARDED} LOGIN PASSWORD 'other'; EXCEPTION WHEN OTHERS THEN END $$")
    url = UNREACHABLE[case].format(port=debian.port, free=free_port())
    folder.save()
    for outcome in (
        command("migrate", DATABASE_URL=url),
        command("migrate", "--database-url", url),
        command("migrate", "--json", DATABASE_URL=url),
        command("status", DATABASE_URL=re.sub(f"(:x.|:){SECRET}@", "@", url), PGPASSWORD=SECRET),
    ):
        assert outcome.status == 5, outcome.out + outcome.err
        assert SECRET not in outcome.out + outcome.err
        assert "x@" not in outcome.err
        assert "Traceback" not in outcome.err


def test_03(folder: ProjectFolder, command: Command, admin: psycopg.Connection, database_url: str) -> None:
    """No right to make the ledger: a clear error, and with the SQL that it names it goes on."""
    name = f"developer_{conninfo_to_dict(database_url)['dbname']}"
    admin.execute(f"CREATE ROLE {name} LOGIN; GRANT CREATE ON SCHEMA public TO {name}")
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    folder.save()
    theirs = database_url.replace("postgres@", f"{name}@")
    outcome = command("migrate", DATABASE_URL=theirs)
    assert outcome.status == 5
    assert f"the role {name} may not create the ledger: permission denied for database" in outcome.err
    assert f"surefoot ledger --sql --for {name}" in outcome.err
    assert "Traceback" not in outcome.err
    assert tables(admin) == []
    admin.execute(succeed(command("ledger", "--sql", "--for", name)).encode())
    succeed(command("migrate", DATABASE_URL=theirs))
    assert actions(admin) == [(1, "applied")]
    admin.execute(f"REASSIGN OWNED BY {name} TO postgres; DROP OWNED BY {name}; DROP ROLE {name}")


def test_04(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """CRLF conversion is no edit."""
    sql = "CREATE TABLE t (\n    id int\n);\nINSERT INTO t VALUES (1);\n"
    crlf = sql.replace("\n", "\r\n")
    folder.add("001_t.sql", sql, "DROP TABLE t;\n")
    folder.add("002_u.sql", crlf.replace(" t ", " u "), "DROP TABLE u;\r\n")
    folder.save()
    succeed(command("migrate"))
    folder.write("migrations/001_t.sql", crlf)
    folder.write("migrations/002_u.sql", sql.replace(" t ", " u "))
    folder.write("rollbacks/rollback_001.sql", "DROP TABLE t;\r\n")
    folder.write("rollbacks/rollback_002.sql", "DROP TABLE u;\n")
    assert succeed(command("migrate")) == "nothing to do: 2 applied\n"
    succeed(command("verify"))
    preview = succeed(command("rollback", "--to", "0", "--yes"))
    assert "changed since" not in preview
    assert tables(admin) == []


FUNCTIONS = """\
CREATE FUNCTION add_tax(amount numeric)
RETURNS numeric
LANGUAGE plpgsql
AS $body$
DECLARE
    rate numeric := 0.19; -- ; not an end
BEGIN
    IF amount < 0 THEN
        RAISE EXCEPTION 'negative; %', amount;
    END IF;
    RETURN amount * (1 + rate);
END;
$body$;
CREATE FUNCTION twice(n int) RETURNS int
BEGIN ATOMIC
    SELECT n;
    SELECT CASE WHEN n > 0 THEN n * 2 ELSE (SELECT CASE n WHEN 0 THEN 0 ELSE -n END) END;
END;
CREATE PROCEDURE note(what text) BEGIN ATOMIC
    INSERT INTO notes VALUES (what);
    INSERT INTO notes VALUES (what || ';');
END;
CREATE FUNCTION "begin atomic"() RETURNS text LANGUAGE sql RETURN 'a;b';
CREATE OR REPLACE FUNCTION old_style() RETURNS text AS '
BEGIN
    RETURN ''it''''s; fine'';
END;' LANGUAGE plpgsql;
"""


def test_05(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """Functions over many lines, and BEGIN ATOMIC."""
    folder.add("001_notes.sql", "CREATE TABLE notes (what text);")
    folder.add("002_functions.sql", FUNCTIONS)
    folder.add("003_after.sql", "CALL note('x');")
    folder.save()
    succeed(command("migrate"))
    row = admin.execute('SELECT add_tax(100), twice(4), twice(-3), "begin atomic"(), old_style()').fetchone()
    assert row is not None
    assert [str(value) for value in row] == ["119.00", "8", "3", "a;b", "it's; fine"]
    assert admin.execute("SELECT what FROM notes ORDER BY 1").fetchall() == [("x",), ("x;",)]


HOSTILE = r"""
/* a comment /* inside; a comment */ still; one ' " $$ */
CREATE TABLE t (id serial, x text); -- ' $$ ; /*
INSERT INTO t (x) VALUES ('%s %(x)s % %% {} {0} ${x} $1 :x :''x'' :"x" ? ?? ;'), (E'\';--'), ('\'), (U&'\0041;');
INSERT INTO t (x) VALUES ($a$ ; $b$ ; $$ ; $a $a$), ($$ $q$ ; $q$ $$), ($ü$;$ü$), ('it''s;'), ('a' -- ;
'b;');
DO $do$
BEGIN
    EXECUTE $q$ INSERT INTO t (x) VALUES ($$;%:x${x}$$) $q$;
    EXECUTE format($q$ INSERT INTO t (x) VALUES (%L) $q$, 'nested $$ ; $$');
END
$do$;
CREATE TABLE "semi;colon ""quoted"" -- no comment" ("a;b" int, "$$" int, ":x" int);
SELECT 1 AS "x", a$b$ FROM (SELECT 2 AS a$b$) AS s; ; ;; -- $b$ belongs to the name
SELECT 5%3, 2*-1, 3- -1, (array[1,2])[1:2], '{"a": {"b": [1;]}}', 'x'::text, 4 /**/ ;
SELECT 1 WHERE 'a' ~ '^[;]$' OR '\x' = E'\\x'; SELECT '
;
\q
\echo no command of psql
\.
'; SELECT 'last, without an end' AS x /* ; */"""
HOSTILE_ROWS = [
    """%s %(x)s % %% {} {0} ${x} $1 :x :'x' :"x" ? ?? ;""",
    "';--",
    "\\",
    "A;",
    " ; $b$ ; $$ ; $a ",
    " $q$ ; $q$ ",
    ";",
    "it's;",
    "ab;",
    ";%:x${x}",
    "nested $$ ; $$",
]


@pytest.mark.parametrize("transaction", ["true", "false"])
def test_06(folder: ProjectFolder, command: Command, admin: psycopg.Connection, transaction: str) -> None:
    """Hostile text: nested `$q$`, `%`, `:x`, `${x}`, nested comments, `;` everywhere."""
    folder.add("001_hostile.sql", HOSTILE, transaction=transaction)
    folder.save()
    succeed(command("migrate"))
    assert [row[0] for row in admin.execute("SELECT x FROM t ORDER BY id")] == HOSTILE_ROWS
    assert tables(admin) == ['semi;colon "quoted" -- no comment', "t"]


def test_07(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """kill -9 in the middle, then a new run."""
    folder.add("001_first.sql", "CREATE TABLE first (id int);")
    folder.add("002_slow.sql", "CREATE TABLE second (id int);\nSELECT pg_advisory_xact_lock(7);\nSELECT 1;\n")
    folder.save()
    admin.execute("SELECT pg_advisory_lock(7)")
    with command.start("migrate") as process:
        waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted"
        wait_until(lambda: admin.execute(waiting).rowcount)
        process.kill()
        process.communicate()
    pids = admin.execute(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted"
    ).fetchall()
    for (pid,) in pids:
        admin.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert tables(admin) == ["first"]
    assert actions(admin) == [(1, "applied")]
    admin.execute("SELECT pg_advisory_unlock(7)")
    assert succeed(command("migrate")).splitlines()[-1] == "1 applied; 2 in all"
    assert actions(admin) == [(1, "applied"), (2, "applied")]
    succeed(command("verify"))


@pytest.mark.parametrize("transaction", ["true", "false"])
@pytest.mark.parametrize(
    "setting",
    [
        "SET search_path = elsewhere",
        "SET search_path = ''",
        "SELECT pg_catalog.set_config('search_path', 'elsewhere', false)",
        "SET SESSION AUTHORIZATION anon; RESET SESSION AUTHORIZATION; SET search_path TO elsewhere",
    ],
)
def test_08(folder: ProjectFolder, command: Command, admin: psycopg.Connection, transaction: str, setting: str) -> None:
    """`SET search_path` does not leak, nor hide the ledger."""
    admin.execute("DO $$ BEGIN CREATE ROLE anon; EXCEPTION WHEN duplicate_object THEN END $$")
    folder.add(
        "001_elsewhere.sql", f"CREATE SCHEMA elsewhere;\n{setting};\nCREATE SCHEMA after;", transaction=transaction
    )
    folder.add("002_t.sql", "CREATE TABLE t (id int);", transaction=transaction)
    folder.add("003_role.sql", "SET ROLE anon;\nSET work_mem = '1MB';\nCREATE TEMP TABLE left_over ();")
    folder.add(
        "004_u.sql",
        "DO $$ BEGIN ASSERT current_user = session_user AND current_setting('work_mem') = '4MB'"
        " AND to_regclass('left_over') IS NULL; END $$;\nCREATE TABLE u (id int);",
    )
    folder.save()
    succeed(command("migrate"))
    assert tables(admin) == ["t", "u"]
    assert actions(admin) == [(1, "applied"), (2, "applied"), (3, "applied"), (4, "applied")]
    assert succeed(command("migrate")) == "nothing to do: 4 applied\n"


def test_09(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """An out-of-order file is refused, never skipped."""
    folder.add("001_one.sql", "CREATE TABLE one (id int);")
    folder.add("003_three.sql", "CREATE TABLE three (id int);")
    folder.save()
    succeed(command("migrate"))
    folder.add("002_two.sql", "CREATE TABLE two (id int);")
    folder.add("004_four.sql", "CREATE TABLE four (id int);")
    folder.entries[1:3] = reversed(folder.entries[1:3])
    folder.save()
    outcome = command("migrate")
    assert outcome.status == 3
    assert "002_two" in outcome.err
    assert "--out-of-order" in outcome.err
    assert tables(admin) == ["one", "three"]
    assert command("status", "--check").status != 0
    assert command("plan").status == 3
    succeed(command("migrate", "--out-of-order"))
    assert tables(admin) == ["four", "one", "three", "two"]


def test_10(folder: ProjectFolder, command: Command, debian: Debian) -> None:
    """Two first runs at once on an empty database both end with status 0."""
    for number in range(1, 4):
        folder.add(f"00{number}_t.sql", f"CREATE TABLE t{number} (id int);")
    folder.save()
    for _ in range(8):
        with fresh_database(debian) as url:
            outcomes = at_once(command, 2, DATABASE_URL=url)
            assert [outcome.status for outcome in outcomes] == [0, 0], outcomes
            with psycopg.connect(url) as connection:
                assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]


def test_11(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """Three runs at once with CREATE INDEX CONCURRENTLY: no deadlock, no stall."""
    admin.execute("CREATE TABLE t AS SELECT n FROM generate_series(1, 200000) AS n")
    folder.add("001_a.sql", "CREATE INDEX CONCURRENTLY t_a ON t (n);", transaction="false")
    folder.add("002_b.sql", "ALTER TABLE t ADD COLUMN x text;")
    folder.add("003_c.sql", "CREATE INDEX CONCURRENTLY t_c ON t (n, x);", transaction="false")
    folder.save()
    outcomes = at_once(command, 3)
    assert [outcome.status for outcome in outcomes] == [0, 0, 0], outcomes
    assert not [outcome for outcome in outcomes if "deadlock" in outcome.out + outcome.err]
    assert actions(admin) == [(1, "applied"), (2, "applied"), (3, "applied")]
    assert admin.execute(
        "SELECT bool_and(indisvalid), count(*) FROM pg_index WHERE indrelid = 't'::regclass"
    ).fetchone()
    succeed(command("verify"))


def test_12(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """An edited applied file is noticed."""
    folder.add("001_t.sql", "CREATE TABLE t (id int);\n")
    folder.add("002_u.sql", "CREATE TABLE u (id int);\n")
    folder.save()
    succeed(command("migrate", "--to", "1"))
    folder.write("migrations/001_t.sql", "CREATE TABLE t (id int, x text);\n")
    outcome = command("migrate")
    assert outcome.status == 3
    assert "001_t" in outcome.err
    assert "edited" in outcome.err
    assert tables(admin) == ["t"]
    assert command("verify").status == 1
    assert command("status", "--check").status != 0
    folder.write("migrations/001_t.sql", "CREATE TABLE t (id int);\n")
    succeed(command("migrate"))


@pytest.mark.parametrize("second", ["002_other.sql", "2_other.sql", "0002_other.sql"])
def test_13(folder: ProjectFolder, command: Command, admin: psycopg.Connection, second: str) -> None:
    """A duplicate number is refused before anything runs."""
    folder.add("001_t.sql", "CREATE TABLE t (id int);\n")
    folder.add("002_u.sql", "CREATE TABLE u (id int);\n")
    folder.add(second, "CREATE TABLE v (id int);\n", rollback=None, irreversible="a test")
    folder.save()
    outcome = command("migrate")
    assert outcome.status in (2, 3)
    assert second in outcome.err
    assert "002_u.sql" in outcome.err
    assert tables(admin) == []
    assert admin.execute("SELECT to_regclass('surefoot.ledger')").fetchone() == (None,)


COPIES = """\
CREATE TABLE t (id int, x text);
COPY t (id, x) FROM stdin;
1\ta;b $$ ' " -- /* \\\\ :x %s ${x}
2\t\\N
3\tCOMMIT;
\\.
INSERT INTO t VALUES (4, 'between');
COPY public.t FROM STDIN (FORMAT csv, HEADER);
id,x
5,"two
lines; and "" a quote"
6,\\\\.
\\.

COPY t FROM stdin WITH DELIMITER ',' NULL 'none';
7,none
\\.
COPY t FROM stdin;
\\.
SELECT 1;
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("transaction", ["true", "false"])
def test_14(
    folder: ProjectFolder, command: Command, admin: psycopg.Connection, transaction: str, line_end: str
) -> None:
    """COPY … FROM stdin."""
    folder.add("001_copy.sql", COPIES.replace("\n", line_end), transaction=transaction)
    folder.add("002_after.sql", "INSERT INTO t VALUES (8, 'after');")
    folder.save()
    succeed(command("migrate"))
    assert admin.execute("SELECT * FROM t ORDER BY id").fetchall() == [
        (1, """a;b $$ ' " -- /* \\ :x %s ${x}"""),
        (2, None),
        (3, "COMMIT;"),
        (4, "between"),
        (5, 'two\nlines; and " a quote'),
        (6, "\\\\."),
        (7, None),
        (8, "after"),
    ]
    assert actions(admin) == [(1, "applied"), (2, "applied")]


DUMPED = """
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('happy; or not', 'it''s');
CREATE TABLE app.people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, mood app.mood, big numeric);
INSERT INTO app.people (name, mood, big)
    SELECT E'tab\\tline\\nback\\\\ ' || n, 'it''s', n / 7.0 FROM generate_series(1, 1000) AS n;
CREATE FUNCTION app.shout(x text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN upper(x) || ';'; END $$;
CREATE FUNCTION app.atomic(n int) RETURNS int BEGIN ATOMIC SELECT 1; SELECT n; END;
CREATE VIEW app.happy AS SELECT * FROM app.people WHERE mood = 'happy; or not';
CREATE TABLE app.parts (day date) PARTITION BY RANGE (day);
CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO app.parts VALUES ('2024-06-01');
CREATE MATERIALIZED VIEW app.counted AS SELECT count(*) FROM app.people;
ALTER TABLE app.people ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.people USING (name = current_user);
COMMENT ON TABLE app.people IS 'a ; $$ comment';
"""
WITHOUT_18 = r"SET (transaction_timeout) = .*\n"  # a setting that PostgreSQL 15 does not have: the dump's, not ours


@pytest.mark.parametrize("major", [15, 18])
def test_15(
    folder: ProjectFolder, command: Command, admin: psycopg.Connection, debian: Debian, server: Server, major: int
) -> None:
    r"""\restrict: a pg_dump of version 15, and one of 18, is a migration; the next one is not disturbed."""
    program = (BINARIES if major == 15 else server.binaries) / "pg_dump"
    with fresh_database(debian) as source:
        with psycopg.connect(source) as connection:
            connection.execute(DUMPED)
        dump = subprocess.run([program, "--no-owner", source], capture_output=True, check=True).stdout.decode()
        with psycopg.connect(source, autocommit=True) as connection:
            wanted = contents(connection)
    assert re.search(r"^\\restrict \w+$", dump, re.MULTILINE)
    assert "COPY app.people" in dump
    folder.add("001_dump.sql", re.sub(WITHOUT_18, "", dump))
    folder.add("002_after.sql", "CREATE TABLE after (id int); INSERT INTO app.people (name) VALUES ('new');")
    folder.save()
    succeed(command("migrate", "--to", "1"))
    found = contents(admin)
    for name in ("app.people", "app.parts_1"):
        assert found[name] == wanted[name]
    assert [row for row in found["routines"] if row[0] == "app"] == wanted["routines"]
    assert [row for row in found["relations"] if row[0] == "app"] == wanted["relations"]
    succeed(command("migrate"))
    assert tables(admin) == ["after"]
    assert admin.execute("SELECT max(id) FROM app.people").fetchone() == (1001,)
    assert actions(admin) == [(1, "applied"), (2, "applied")]


SETTINGS_LEFT = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name"


def stranded(pooler: Pooler, admin: psycopg.Connection) -> list[object]:
    """List what was left on the backends of the pool: advisory locks, open transactions, settings."""
    found: list[object] = list(admin.execute("SELECT pid, objid FROM pg_locks WHERE locktype = 'advisory'"))
    found += admin.execute("SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in%%'").fetchall()
    with ExitStack() as stack:  # transactions at once, so that each has a backend of its own
        sessions = [
            stack.enter_context(psycopg.connect(pooler.url, prepare_threshold=None)) for _ in range(pooler.size)
        ]
        seen = set()
        for session in sessions:
            settings: dict[str, str] = dict(session.execute(SETTINGS_LEFT).fetchall())
            row = session.execute("SELECT pg_backend_pid(), current_user = session_user").fetchone()
            assert row is not None
            seen.add(row[0])
            harmless = {"client_encoding", "application_name", "DateStyle", "TimeZone", "standard_conforming_strings"}
            found += [(row, name, settings[name]) for name in settings.keys() - harmless]
            found += [row] if not row[1] else []
            found += session.execute("SELECT name FROM pg_prepared_statements").fetchall()
            found += session.execute("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()").fetchall()
        assert len(seen) == pooler.size
    return found


@pytest.mark.parametrize("count", [1, 2])
def test_16(folder: ProjectFolder, command: Command, admin: psycopg.Connection, pooler: Pooler, count: int) -> None:
    """PgBouncer in transaction mode: apply, again, two at once; nothing is stranded on a pooled backend."""
    folder.add("001_t.sql", "CREATE TABLE t (id int, x text);\nSET search_path = pg_catalog;\nSET work_mem = '7MB';")
    folder.add("002_data.sql", "COPY t FROM stdin;\n1\tone\n2\ttwo\n\\.\n")
    folder.add(
        "003_index.sql",
        "CREATE INDEX CONCURRENTLY t_id ON t (id);\nUPDATE t SET x = x || '!';\n"
        "CREATE INDEX CONCURRENTLY t_x ON t (x);",
        transaction="false",
    )
    folder.add(
        "004_last.sql", "SET ROLE pg_monitor;\nRESET ROLE;\nCREATE TEMP TABLE mine ();\nCREATE TABLE u (id int);"
    )
    folder.save()
    outcomes = at_once(command, count, DATABASE_URL=pooler.url)
    assert [outcome.status for outcome in outcomes] == [0] * count, outcomes
    assert actions(admin) == [(number, "applied") for number in range(1, 5)]
    assert admin.execute("SELECT string_agg(x, ',' ORDER BY id) FROM t").fetchone() == ("one!,two!",)
    assert stranded(pooler, admin) == []
    assert succeed(command("migrate", DATABASE_URL=pooler.url)) == "nothing to do: 4 applied\n"
    succeed(command("verify", DATABASE_URL=pooler.url))
    assert succeed(command("migrate")) == "nothing to do: 4 applied\n"
    succeed(command("rollback", "--to", "2", "--yes", DATABASE_URL=pooler.url))
    assert stranded(pooler, admin) == []


def test_16_a_setting(folder: ProjectFolder, command: Command, admin: psycopg.Connection, database_url: str) -> None:
    """A setting of a non-transactional file reaches nobody else behind PgBouncer, or the file is refused."""
    folder.add("001_t.sql", "CREATE TABLE t AS SELECT current_setting('work_mem') AS seen;")
    folder.add(
        "002_set.sql",
        "SET work_mem = '7MB';\nSELECT pg_advisory_xact_lock(7);\n"
        "INSERT INTO t SELECT current_setting('work_mem');\nCREATE INDEX CONCURRENTLY t_seen ON t (seen);\n",
        transaction="false",
    )
    folder.save()
    admin.execute("SELECT pg_advisory_lock(7)")
    with pooling(database_url, size=2) as pooler:
        with command.start("migrate", DATABASE_URL=pooler.url) as process, ThreadPoolExecutor() as threads:
            waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted"
            wait_until(lambda: admin.execute(waiting).rowcount or process.poll() is not None)
            # The runner is on one backend; one client takes the other, and the next one queues for the runner's.
            one = psycopg.connect(pooler.url)
            one.execute("SELECT 1")
            another = psycopg.connect(pooler.url)
            queued = threads.submit(another.execute, "SELECT 1")
            wait_until(lambda: pooler.waiting() or process.poll() is not None)
            admin.execute("SELECT pg_advisory_unlock(7)")
            queued.result()
            one.rollback()
            one.close()
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
            another.rollback()
            another.close()
        assert stranded(pooler, admin) == []
    assert process.returncode in (0, 3), out + err
    if process.returncode == 0:
        assert admin.execute("SELECT seen FROM t").fetchall() == [("4MB",), ("7MB",)]
    else:
        assert "pooler" in err
        assert "002_set.sql:1" in err
        assert tables(admin) == []


def test_17(folder: ProjectFolder, command: Command, admin: psycopg.Connection) -> None:
    """A non-transactional file fails, the data are repaired, the next run completes and no invalid index stays."""
    admin.execute("CREATE TABLE t (id int, hits int); INSERT INTO t VALUES (1, 0), (1, 0), (2, 0)")
    folder.add(
        "001_unique.sql",
        "UPDATE t SET hits = hits + 1;\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id);\n"
        "UPDATE t SET hits = hits + 1;\n",
        transaction="false",
    )
    folder.save()
    outcome = command("migrate")
    assert outcome.status == 4
    assert "migrations/001_unique.sql:2:1" in outcome.err
    assert "001_unique is unfinished: its first statement is done and stays" in outcome.err
    assert command("migrate").status == 4
    admin.execute("DELETE FROM t WHERE ctid IN (SELECT max(ctid) FROM t GROUP BY id HAVING count(*) > 1)")
    succeed(command("migrate"))
    assert admin.execute(
        "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 't'::regclass"
    ).fetchall() == [("t_id", True)]
    assert admin.execute("SELECT DISTINCT hits FROM t").fetchall() == [(2,)]
    assert actions(admin) == [(1, "failed"), (1, "failed"), (1, "applied")]
    assert admin.execute("SELECT count(*) FROM surefoot.progress").fetchone() == (0,)
    succeed(command("verify"))


STRAY = {
    "COMMIT": 3,
    "commit work": 3,
    "/* x */ End -- y\n": 3,
    "COMMIT AND CHAIN": 3,
    "ROLLBACK": 3,
    "ABORT": 3,
    "BEGIN; SELECT 1; COMMIT": 3,
    "PREPARE TRANSACTION 'x'": 3,
    "DO $$ BEGIN COMMIT; END $$": 4,
    "DO $$ BEGIN EXECUTE 'COM' || 'MIT'; END $$": 4,
    "CALL committing()": 4,
}


@pytest.mark.parametrize("stray", STRAY)
def test_18(folder: ProjectFolder, command: Command, admin: psycopg.Connection, stray: str) -> None:
    """A stray COMMIT half-applies nothing."""
    admin.execute("CREATE PROCEDURE committing() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$")
    folder.add("001_t.sql", "CREATE TABLE t (id int);\n")
    folder.add("002_stray.sql", f"CREATE TABLE u (id int);\n{stray};\nCREATE TABLE v (id int);\nSELECT 1 / 0;\n")
    folder.save()
    outcome = command("migrate")
    assert outcome.status in (2, STRAY[stray]), outcome.err
    assert "migrations/002_stray.sql:2:" in outcome.err
    assert {"u", "v"}.isdisjoint(tables(admin))
    assert tables(admin) == (["t"] if STRAY[stray] == 4 else [])
    folder.write("migrations/002_stray.sql", "CREATE TABLE u (id int);\n")
    succeed(command("migrate"))
    assert tables(admin) == ["t", "u"]
    assert [row for row in actions(admin) if row[1] == "applied"] == [(1, "applied"), (2, "applied")]


def test_all_eighteen_are_here() -> None:
    source = Path(__file__).read_text()
    assert re.findall(r"^def test_(\d\d)\(", source, re.MULTILINE) == [f"{number:02}" for number in range(1, 19)]
