"""Queries that must answer as the manifest says: what is taken for the same, and that asking changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
import pytest
from fix_contents import actions, contents, tables
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg import sql

import surefoot
from surefoot.checks import Answer
from surefoot.connection import Target, connect
from surefoot_lint.errors import ManifestError
from surefoot_lint.project import Project
from surefoot_lint.show import render

Ask = Callable[..., Answer]


def check(query: str, expect: str, **keys: str) -> str:
    """Write a check as the manifest has it; `expect` and the other values are YAML."""
    parts = {"name": "it", "sql": json.dumps(query, ensure_ascii=False), "expect": expect} | keys
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"


@pytest.fixture
def ask(folder: ProjectFolder, connection: psycopg.Connection) -> Ask:
    """Ask one check by `verify`."""

    def ask(query: str, expect: str, **keys: str) -> Answer:
        folder.tail = f"checks:\n  - {check(query, expect, **keys)}\n"
        found = surefoot.verify(folder.load(), connection)
        assert found.problems == ()
        assert found.holds == found.answers[0].is_expected
        return found.answers[0]

    return ask


# -- What fits --------------------------------------------------------------------------------------------------------


FITTING = [
    # numbers are compared as numbers
    ("SELECT 1", "1"),
    ("SELECT 1::bigint", "1"),
    ("SELECT 1.0", "1"),
    ("SELECT 1.00::numeric", "1.0"),
    ("SELECT 1", "1.0"),
    ("SELECT '1'", "1"),
    ("SELECT '1.0'", "1"),
    ("SELECT 1e3", "1000"),
    ("SELECT 1000", "1.0e+3"),
    ("SELECT 0.1 + 0.2", "0.3"),
    ("SELECT 0.1::float8", "0.1"),
    ("SELECT -5", "-5"),
    ("SELECT 12345678901234567890123", "12345678901234567890123"),
    ("SELECT 'Infinity'::float8", ".inf"),
    ("SELECT count(*) FROM pg_class WHERE false", "0"),
    # texts as psql shows them
    ("SELECT 'abc'", "abc"),
    ("SELECT 'abc'::char(5)", "'abc  '"),
    ("SELECT ''", "''"),
    ("SELECT 1", "'1'"),
    ("SELECT 1.0", "'1.0'"),
    ("SELECT 'ä 😀'", "ä 😀"),
    ("SELECT E'a\\nb'", '"a\\nb"'),
    ("SELECT '100%'", "100%"),
    ("SELECT 'true'", "'true'"),
    ("SELECT 'NULL'", "'NULL'"),
    ("SELECT '{}', '{a}' LIMIT 0", "[]"),
    ("SELECT ARRAY[1, 2]", "'{1,2}'"),
    ("SELECT '\\x00ff'::bytea", "'\\x00ff'"),
    ("SELECT 'a'::\"char\"", "a"),
    ("SELECT (1, 'a', NULL)", "'(1,a,)'"),
    # truth
    ("SELECT true", "true"),
    ("SELECT false", "false"),
    ("SELECT 1 = 1", "yes"),
    ("SELECT 1 = 2", "no"),
    ("SELECT true", "t"),
    ("SELECT true", "'t'"),
    # nothing
    ("SELECT NULL", "null"),
    ("SELECT NULL", "~"),
    ("SELECT NULL::int", ""),
    # dates and times
    ("SELECT DATE '2026-01-02'", "2026-01-02"),
    ("SELECT TIMESTAMP '2026-01-02 03:04:05'", "2026-01-02 03:04:05"),
    ("SELECT TIMESTAMP '2026-01-02 03:04:05.5'", "'2026-01-02 03:04:05.5'"),
    ("SELECT TIME '12:30'", "'12:30:00'"),
    ("SELECT DATE '2026-01-02'", "'2026-01-02'"),
    # rows
    ("SELECT 1", "[[1]]"),
    ("SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS v ORDER BY 1", "[[1, a], [2, null]]"),
    ("VALUES (true, 1.0, DATE '2026-01-02')", "[[true, 1, 2026-01-02]]"),
    ("SELECT 1 WHERE false", "[]"),
    ("SELECT WHERE false", "[]"),
    # the form of the query
    ("SELECT 1;", "1"),
    ("SELECT 1 ; ", "1"),
    ("SELECT 1 -- one", "1"),
    ("SELECT 1; -- one", "1"),
    ("-- one\nSELECT 1", "1"),
    ("/* ; */ SELECT ';' /* ; */", "';'"),
    ("SELECT '{}%s%%'", "'{}%s%%'"),
    ("WITH a AS (SELECT 1 AS x) TABLE a", "1"),
    ("TABLE pg_am LIMIT 0", "[]"),
    ("SHOW search_path", "'\"$user\", public'"),
    ("SET LOCAL work_mem = '4MB'", "[]"),
]


def test_what_fits(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    lines = [check(query, expect, name=f"n{number}") for number, (query, expect) in enumerate(FITTING)]
    folder.tail = "checks:\n" + "".join(f"  - {line}\n" for line in lines)
    found = surefoot.verify(folder.load(), connection)
    assert len(found.answers) == len(FITTING)
    wrong = [(answer.check.sql, answer.expected, answer.got) for answer in found.answers if not answer.is_expected]
    assert wrong == []
    assert found.holds


@pytest.mark.parametrize(
    ("query", "expect", "expected", "got"),
    [
        ("SELECT 2", "1", "1", "2"),
        ("SELECT 1.01", "1", "1", "1.01"),
        ("SELECT 'one'", "1", "1", "one"),
        ("SELECT 1.0", "'1'", "1", "1.0"),
        ("SELECT 'abc '", "abc", "abc", "abc "),
        ("SELECT 'ABC'", "abc", "abc", "ABC"),
        ("SELECT NULL", "0", "0", "NULL"),
        ("SELECT NULL", "''", "", "NULL"),
        ("SELECT NULL", "false", "f", "NULL"),
        ("SELECT ''", "null", "NULL", ""),
        ("SELECT 'NULL'", "null", "NULL", "NULL"),
        ("SELECT 1", "true", "t", "1"),
        ("SELECT 'true'", "true", "t", "true"),
        ("SELECT true", "false", "f", "t"),
        ("SELECT true", "1", "1", "t"),
        ("SELECT DATE '2026-01-03'", "2026-01-02", "2026-01-02", "2026-01-03"),
        ("SELECT 'NaN'::float8", ".nan", "nan", "NaN"),
        # the number of rows and columns
        ("SELECT 1 WHERE false", "1", "1", "no row"),
        ("SELECT 1 WHERE false", "0", "0", "no row"),
        ("SELECT 1 WHERE false", "null", "NULL", "no row"),
        ("SELECT 1, 2", "1", "1", "(1, 2)"),
        ("VALUES (1), (1)", "1", "1", "(1), (1)"),
        ("SELECT 1", "[]", "no row", "(1)"),
        ("SELECT 1 WHERE false", "[[1]]", "(1)", "no row"),
        ("VALUES (1), (2)", "[[2], [1]]", "(2), (1)", "(1), (2)"),
        ("VALUES (1), (2)", "[[1]]", "(1)", "(1), (2)"),
        ("VALUES (1, NULL)", "[[1, 2]]", "(1, 2)", "(1, NULL)"),
        ("VALUES (1, 2)", "[[1]]", "(1)", "(1, 2)"),
        (
            "SELECT * FROM generate_series(1, 8)",
            "[[true]]",
            "(t)",
            "(1), (2), (3), (4), (5) and 3 more rows",
        ),
        # errors
        (
            "SELECT nope",
            "1",
            "1",
            'the error 42703 (undefined_column): column "nope" does not exist',
        ),
        (
            "SELECT nope",
            "{error: '42501'}",
            "the error 42501",
            'the error 42703 (undefined_column): column "nope" does not exist',
        ),
        ("SELECT 1", "{error: '42501'}", "the error 42501", "(1)"),
        ("SELECT 1 WHERE false", "{error: insufficient_privilege}", "the error insufficient_privilege", "no row"),
        ("SET LOCAL work_mem = '4MB'", "1", "1", "no row"),
    ],
)
def test_what_does_not_fit(ask: Ask, query: str, expect: str, expected: str, got: str) -> None:
    answer = ask(query, expect)
    assert not answer.is_expected
    assert (answer.expected, answer.got) == (expected, got)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT 1 / 0", "'22012'"),
        ("SELECT 1 / 0", "division_by_zero"),
        ("SELECT * FROM nowhere", "42P01"),
        ("SELECT * FROM nowhere", "undefined_table"),
        ("SELEC", "syntax_error"),
        ("SELECT 'x'::int", "invalid_text_representation"),
        ("INSERT INTO pg_database DEFAULT VALUES", "not_null_violation"),
        ("SELECT set_config('role', 'nobody_at_all', false)", "invalid_parameter_value"),
        ("VALUES (pg_catalog.raise_nothing())", "undefined_function"),
        ("SELECT 'a' < ANY (SELECT NULL::text COLLATE nowhere)", "undefined_object"),
    ],
)
def test_an_expected_error(ask: Ask, query: str, error: str) -> None:
    answer = ask(query, f"{{error: {error}}}")
    assert answer.is_expected, answer.got


@pytest.mark.parametrize("error", ["P0001", "raise_exception", "SF999"])
def test_an_error_of_ones_own(connection: psycopg.Connection, ask: Ask, error: str) -> None:
    code = "SF999" if error == "SF999" else "P0001"
    connection.execute(
        "CREATE FUNCTION refuse() RETURNS int LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$".encode()
    )
    assert ask("SELECT refuse()", f"{{error: {error}}}").is_expected


def test_the_names_of_errors_are_those_of_the_manual(connection: psycopg.Connection, ask: Ask) -> None:
    """PL/pgSQL knows the conditions by their names, so it is the judge of a sample."""
    errors = psycopg.errors
    sample = [
        errors.UniqueViolation,
        errors.InsufficientPrivilege,
        errors.CheckViolation,
        errors.ReadOnlySqlTransaction,
        errors.LockNotAvailable,
        errors.StringDataRightTruncation,
        errors.InvalidSqlStatementName,
        errors.SqlclientUnableToEstablishSqlconnection,
        errors.CantChangeRuntimeParam,
        errors.WithCheckOptionViolation,
    ]
    connection.execute(
        "CREATE FUNCTION fail(code text) RETURNS int LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = code; END $$"
    )
    for kind in sample:
        name = ask(f"SELECT fail('{kind.sqlstate}')", "1").got.partition("(")[2].partition(")")[0]
        connection.execute(f"DO $$ BEGIN PERFORM fail('{kind.sqlstate}'); EXCEPTION WHEN {name} THEN END $$".encode())


# -- What asking leaves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("INSERT INTO t VALUES (2) RETURNING id", "2"),
        ("DELETE FROM t", "[]"),
        ("DROP TABLE t", "[]"),
        ("SELECT set_config('search_path', '', false)", "''"),
        ("SET SESSION search_path = ''", "[]"),
        ("SET SESSION ROLE pg_monitor", "[]"),
        ("CREATE TEMP TABLE left_over (id int)", "[]"),
        ("SELECT 1 / 0", "{error: division_by_zero}"),
        ("WITH gone AS (DELETE FROM t RETURNING 1) SELECT count(*), 1 / 0 FROM gone", "{error: '22012'}"),
    ],
)
def test_a_check_changes_nothing(ask: Ask, connection: psycopg.Connection, query: str, expect: str) -> None:
    connection.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    before = contents(connection)
    assert ask(query, expect).is_expected
    assert contents(connection) == before
    assert connection.execute("SELECT current_setting('search_path'), current_user").fetchone() == (
        '"$user", public',
        "postgres",
    )
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_checks_of_a_migration_change_nothing(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    checks = [
        check("DELETE FROM t RETURNING *", "[[1], [2]]", when="after", name="one"),
        check("SELECT 1 / 0", "{error: division_by_zero}", when="after", name="two"),
        check("SELECT count(*) FROM t", "2", when="after", name="three"),
        check("DROP TABLE u", "[]", when="before", name="four"),
        check("SELECT count(*) FROM u", "0", when="before", name="five"),
    ]
    connection.execute("CREATE TABLE u (id int)")
    folder.add("001_x.sql", "CREATE TABLE t AS VALUES (1), (2);", checks=f"[{', '.join(checks)}]")
    assert surefoot.migrate(folder.load(), connection).done == ("001_x",)
    assert tables(connection) == ["t", "u"]
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_every_check_is_asked_and_answered_in_order(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    lines = [check(f"SELECT {number} / (2 - {number})", str(number), name=f"n{number}") for number in (1, 2, 3)]
    folder.tail = "checks:\n" + "".join(f"  - {line}\n" for line in lines)
    found = surefoot.verify(folder.load(), connection)
    assert [(answer.check.name, answer.is_expected) for answer in found.answers] == [
        ("n1", True),
        ("n2", False),
        ("n3", False),
    ]
    assert str(found.answers[1].check.place) == "manifest.yaml:7:5"
    assert not found.holds


# -- Who asks ---------------------------------------------------------------------------------------------------------


def test_a_role_asks_with_its_own_rights(connection: psycopg.Connection, ask: Ask, make_role: MakeRole) -> None:
    connection.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
    role = make_role("NOLOGIN")
    assert ask("SELECT count(*) FROM t", "{error: insufficient_privilege}", role=role).is_expected
    connection.execute(sql.SQL("GRANT SELECT ON t TO {}").format(sql.Identifier(role)))
    assert ask("SELECT count(*) FROM t", "1", role=role).is_expected
    connection.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
    assert ask("SELECT count(*) FROM t", "0", role=role).is_expected
    assert ask("SELECT count(*) FROM t", "1").is_expected
    assert ask("SELECT current_user = session_user", "false", role=role).is_expected
    assert ask("SELECT current_user = session_user", "true").is_expected


def test_a_role_with_an_odd_name_asks(ask: Ask, make_role: MakeRole) -> None:
    role = make_role("NOLOGIN", prefix='od"d; Role')
    assert ask("SELECT current_user", json.dumps(role), role=json.dumps(role)).is_expected


def test_a_role_that_is_not_there_is_said(ask: Ask) -> None:
    answer = ask("SELECT 1", "1", role="nobody_at_all")
    assert not answer.is_expected
    assert answer.got == 'no answer: the role nobody_at_all cannot be taken on: role "nobody_at_all" does not exist'


@pytest.mark.parametrize("error", ["insufficient_privilege", "'42501'"])
def test_a_role_that_could_not_be_taken_on_is_no_answer(
    folder: ProjectFolder, connection: psycopg.Connection, database_url: str, make_role: MakeRole, error: str
) -> None:
    anon, deployer = make_role("NOLOGIN"), make_role()
    connection.execute("CREATE TABLE invoices (id int); GRANT SELECT ON invoices TO PUBLIC")
    folder.tail = f"checks:\n  - {check('TABLE invoices', f'{{error: {error}}}', role=anon)}\n"
    with connect(Target(f"{database_url} user={deployer}", "the test")) as other:
        assert not surefoot.verify(folder.load(), other).holds


def test_a_missing_role_is_no_answer(ask: Ask) -> None:
    assert not ask("SELECT 1", "{error: invalid_parameter_value}", role="nobody_at_all").is_expected


# -- Where the query stands -------------------------------------------------------------------------------------------


def test_a_query_in_a_file(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.write("checks/one.sql", "-- how many\r\nSELECT count(*)\r\nFROM pg_class WHERE false;\r\n")
    folder.tail = "checks:\n  - {name: none, sql_file: checks/one.sql, expect: 0}\n"
    assert surefoot.verify(folder.load(), connection).holds


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_query_in_a_file_for_a_migration(folder: ProjectFolder, connection: psycopg.Connection, when: str) -> None:
    folder.write("checks/one.sql", "SELECT count(*) FROM t;")
    checks = f"[{{name: one, when: {when}, sql_file: checks/one.sql, expect: 1}}]"
    folder.add("001_x.sql", "INSERT INTO t VALUES (1);", checks=checks)
    connection.execute("CREATE TABLE t (id int)")
    if when == "after":
        assert surefoot.migrate(folder.load(), connection).done == ("001_x",)
    else:
        with pytest.raises(surefoot.CheckFailed, match="the check 'one' failed: expected 1, got 0"):
            surefoot.migrate(folder.load(), connection)


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("checks/none.sql", None, "checks/none.sql: there is no such file"),
        ("checks/bom.sql", "\ufeffSELECT 1", "checks/bom.sql:1:1: the file begins with a byte order mark"),
        ("../out.sql", "SELECT 1", "manifest.yaml:6:5: the path ../out.sql leaves the project's folder"),
    ],
)
def test_a_file_of_a_check_that_cannot_be_read(
    folder: ProjectFolder, connection: psycopg.Connection, file: str, text: str | None, what: str
) -> None:
    if text is not None:
        folder.write(file, text)
    folder.tail = f"checks:\n  - {{name: it, sql_file: {file}, expect: 1}}\n"
    with pytest.raises(surefoot.SurefootError) as caught:
        surefoot.verify(folder.load(), connection)
    assert str(caught.value) == what
    assert caught.value.exit_status == 2


# -- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t", "SELECT 1;\n\nSELECT 2;"])
def test_two_statements_are_refused(ask: Ask, connection: psycopg.Connection, query: str) -> None:
    connection.execute("CREATE TABLE t (id int)")
    with pytest.raises(ManifestError) as caught:
        ask(query, "1")
    line = f"  - {check(query, '1')}"
    assert render(caught.value) == (
        "manifest.yaml:6:5: error: the check 'it' must be one query: it holds 2 statements\n"
        f"    6 | {line}\n"
        "      |     ^\n"
        "state: nothing was run\n"
        "next: mend it; several queries become several checks, or are joined with UNION ALL"
    )
    assert tables(connection) == ["t"]


@pytest.mark.parametrize("query", ["-- nothing", ";", "/* */ ;"])
def test_no_statement_is_refused(ask: Ask, query: str) -> None:
    with pytest.raises(ManifestError, match="the check 'it' must be one query: it holds no statement"):
        ask(query, "1")


CONTROLS = [
    "COMMIT",
    "ROLLBACK",
    "BEGIN",
    "END",
    "ABORT",
    "START TRANSACTION",
    "PREPARE TRANSACTION 'x'",
    "/**/ commit",
]


@pytest.mark.parametrize("query", CONTROLS)
def test_transaction_control_is_refused(ask: Ask, query: str) -> None:
    with pytest.raises(ManifestError, match=r"^manifest\.yaml:6:5: the check 'it' "):
        ask(query, "[]")


def test_the_refusal_of_transaction_control_says_so(ask: Ask) -> None:
    with pytest.raises(ManifestError) as caught:
        ask("COMMIT", "[]")
    assert caught.value.what == "the check 'it' must be one query: COMMIT would end its transaction"


@pytest.mark.parametrize("query", CONTROLS[:3])
def test_transaction_control_in_a_check_of_a_migration_is_refused_before_anything_runs(
    folder: ProjectFolder, connection: psycopg.Connection, query: str
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);")
    folder.add("002_y.sql", "CREATE TABLE y (id int);", checks=f"[{check(query, '[]')}]")
    with pytest.raises(ManifestError, match="the check 'it' "):
        surefoot.migrate(folder.load(), connection)
    assert tables(connection) == []


def test_a_procedure_that_commits_cannot(ask: Ask, connection: psycopg.Connection) -> None:
    connection.execute("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$")
    assert ask("CALL p()", "{error: invalid_transaction_termination}").is_expected


def test_a_query_that_cannot_be_cut_is_placed_where_the_check_stands(ask: Ask) -> None:
    with pytest.raises(ManifestError) as caught:
        ask("SELECT 'open", "1")
    assert str(caught.value) == "manifest.yaml:6:5: the check 'it' must be one query: a string is not closed"


@pytest.mark.parametrize("query", ["COPY pg_am TO STDOUT", "COPY pg_am FROM STDIN", "copy (SELECT 1) TO STDOUT"])
def test_copy_is_refused(ask: Ask, query: str) -> None:
    with pytest.raises(ManifestError, match="the check 'it' must be one query: COPY is none"):
        ask(query, "[]")


# -- A check that fails -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [False, True])
def test_a_failing_check_says_what_remains(
    folder: ProjectFolder, connection: psycopg.Connection, together: bool
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);")
    checks = f"[{check('SELECT count(*) FROM y', '1', name='one row')}]"
    folder.add("002_y.sql", "CREATE TABLE y (id int);", checks=checks)
    with pytest.raises(surefoot.CheckFailed) as caught:
        surefoot.migrate(folder.load(), connection, single_transaction=together)
    manifest = folder.save().read_text().splitlines()
    assert render(caught.value) == (
        "manifest.yaml:9:14: error: the check 'one row' failed: expected 1, got 0\n"
        f"    9 | {manifest[8]}\n"
        "      |              ^\n"
        "state: nothing of 002_y remains; "
        + ("this run changed nothing else\n" if together else "this run has applied 1: 001_x\n")
        + "next: mend it and run: surefoot migrate"
    )
    assert tables(connection) == ([] if together else ["x"])
    assert actions(connection) == ([(2, "failed")] if together else [(1, "applied"), (2, "failed")])


def test_a_failing_check_before_runs_nothing_of_the_file(
    folder: ProjectFolder, connection: psycopg.Connection, three: Callable[[], Project]
) -> None:
    three()
    folder.add("004_x.sql", "SELECT nope;", checks=f"[{check('SELECT false', 'true', when='before')}]")
    with pytest.raises(surefoot.CheckFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    assert caught.value.state == "nothing of 004_x remains; this run has applied 3: 001_one to 003_three"
    assert actions(connection)[3:] == [(4, "failed")]
