"""Guards: what is measured, what is judged, what is refused, and that nothing is changed by it."""

from __future__ import annotations

import psycopg
import pytest
from fix_contents import contents
from psycopg.pq import TransactionStatus

from surefoot.console import Console
from surefoot.events import GuardMeasured
from surefoot.guards import GuardBreached, Timing, Verdict, judge, measure, refuse_unfit
from surefoot.progress import following, line_of
from surefoot.script import ScriptError
from surefoot_lint.errors import ManifestError, Place, SplitError
from surefoot_lint.manifest import Guard

PLACE = Place("manifest.yaml", 9, 5)
MANY_LEADS = """
CREATE TABLE leads (id int, name text);
INSERT INTO leads SELECT n, 'lead ' || n FROM generate_series(1, 200000) AS n;
CREATE INDEX leads_id ON leads (id);
ANALYZE leads;
"""
BY_ID = "SELECT name FROM leads WHERE id = 4711"


def guard(sql: str = BY_ID, max_slowdown: float = 0.2, runs: int = 5) -> Guard:
    return Guard("leads by id", sql, max_slowdown, "fail", runs, PLACE)


@pytest.fixture
def leads(connection: psycopg.Connection) -> psycopg.Connection:
    """A connection to a database with many leads and an index."""
    connection.execute(MANY_LEADS)
    return connection


def verdict_on(connection: psycopg.Connection, migration: str, guarded: Guard) -> Verdict:
    """Measure, migrate, measure and judge in one transaction, as the engine does; then roll back."""
    connection.execute("BEGIN")
    try:
        before = measure(connection, guarded)
        connection.execute(migration.encode())
        return judge(before, measure(connection, guarded), guarded)
    finally:
        connection.execute("ROLLBACK")


# -- A migration that makes a query slow, and others ------------------------------------------------------------------


def test_a_dropped_index_is_a_breach(leads: psycopg.Connection) -> None:
    assert verdict_on(leads, "DROP INDEX leads_id", guard()).is_breach


@pytest.mark.parametrize(
    ("migration", "sql"),
    [
        ("ALTER TABLE leads ADD note text", BY_ID),
        ("DROP INDEX leads_id", "SELECT 1"),
        ("CREATE INDEX leads_name ON leads (name)", "SELECT id FROM leads WHERE name = 'lead 4711'"),
        ("CREATE TABLE guests (id int)", "SELECT * FROM guests"),
    ],
    ids=["another column", "another query", "faster", "not there before"],
)
def test_no_breach(leads: psycopg.Connection, migration: str, sql: str) -> None:
    assert not verdict_on(leads, migration, guard(sql)).is_breach


def test_a_query_that_cannot_be_run_any_more_is_a_breach(leads: psycopg.Connection) -> None:
    verdict = verdict_on(leads, "ALTER TABLE leads RENAME name TO title", guard())
    assert verdict.is_breach
    assert verdict.before_ms is not None
    assert verdict.after_ms is None


# -- Measured, without a trace ----------------------------------------------------------------------------------------

WRITING = [
    "DELETE FROM leads",
    "WITH gone AS (DELETE FROM leads WHERE id < 9 RETURNING *) INSERT INTO leads SELECT id + 1000000 FROM gone",
    "UPDATE leads SET name = 'x' WHERE id < 100;",
    "INSERT INTO leads VALUES (0, 'new')",
    "SELECT * INTO other FROM leads WHERE id < 10",
]


@pytest.mark.parametrize("sql", WRITING)
@pytest.mark.parametrize("opening", ["BEGIN", ""], ids=["in a transaction", "outside"])
def test_a_writing_query_changes_nothing(connection: psycopg.Connection, sql: str, opening: str) -> None:
    connection.execute("CREATE TABLE leads AS SELECT n AS id, 'a' AS name FROM generate_series(1, 1000) AS n")
    connection.execute(f"{opening};CREATE TABLE made (id int)".encode())
    before, status = contents(connection), connection.info.transaction_status
    assert len(measure(connection, guard(sql, runs=7)).runs_ms) == 7
    assert connection.info.transaction_status == status
    assert contents(connection) == before
    if opening:
        assert status == TransactionStatus.INTRANS
        connection.execute("COMMIT")
        assert contents(connection) == before


@pytest.mark.parametrize("opening", ["BEGIN", "SELECT 1"], ids=["in a transaction", "outside"])
@pytest.mark.parametrize(
    "sql", ["TABLE t", "SELECT nothing FROM pg_class", "SELECT nofun()", "SELECT 'a'::notype", "TABLE noschema.t"]
)
def test_what_is_not_there_has_no_time(connection: psycopg.Connection, sql: str, opening: str) -> None:
    connection.execute(opening.encode())
    status = connection.info.transaction_status
    assert measure(connection, guard(sql)) == Timing(())
    assert connection.info.transaction_status == status


def test_a_query_that_fails_names_the_guards_place(connection: psycopg.Connection) -> None:
    with pytest.raises(ScriptError) as caught:
        measure(connection, guard("SELECT 1 / (SELECT count(*) FROM pg_class WHERE false)"))
    assert (caught.value.diagnosis.sqlstate, caught.value.place) == ("22012", PLACE)
    assert connection.info.transaction_status == TransactionStatus.IDLE


def test_a_statement_that_a_rule_turns_into_nothing_takes_no_time(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE t (id int); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING")
    assert measure(connection, guard("INSERT INTO t VALUES (1)")) == Timing((0.0,) * 5)


# -- Judged -----------------------------------------------------------------------------------------------------------

JUDGED = [
    ((10, 10, 10), (12, 12, 12), False),  # just what is allowed
    ((10, 10, 10), (12.1, 12.1, 12.1), True),
    ((10, 10, 10), (5, 5, 5), False),
    ((10, 10, 10), (9000, 10, 10), False),  # one run of many is no median
    ((0.01, 0.01, 0.01), (1.0, 1.0, 1.0), False),  # a hundred times, but below 1 ms
    ((0.01, 0.01, 0.01), (1.02, 1.02, 1.02), True),
    ((0, 0, 0), (0, 0, 0), False),
    ((0, 0, 0), (0.9, 0.9, 0.9), False),
    ((0, 0, 0), (1, 1, 1), True),
    ((), (1000, 1000, 1000), False),
    ((), (), False),
    ((0, 0, 0), (), True),
]


@pytest.mark.parametrize(("before", "after", "is_breach"), JUDGED)
def test_judged(before: tuple[float, ...], after: tuple[float, ...], is_breach: bool) -> None:
    assert judge(Timing(before), Timing(after), guard()).is_breach is is_breach


def test_nothing_may_be_allowed() -> None:
    assert judge(Timing((10.0,)), Timing((11.0,)), guard(max_slowdown=0)).is_breach
    assert not judge(Timing((10.0,)), Timing((10.9,)), guard(max_slowdown=0)).is_breach


# -- Said -------------------------------------------------------------------------------------------------------------


def failure(before: tuple[float, ...], after: tuple[float, ...]) -> GuardBreached:
    return judge(Timing(before), Timing(after), guard(max_slowdown=0.125)).failure("nothing of it remains")


def test_a_breach_says_both_medians_and_what_is_allowed() -> None:
    error = failure((0.5, 0.5, 9.0), (1234.5, 1.0, 9999.0))
    assert str(error) == (
        "manifest.yaml:9:5: the guard 'leads by id' is breached: 0.50 ms before, 1,234.50 ms after (+246,800%), "
        "and +12.5% is allowed"
    )
    assert (error.word, error.exit_status, error.state) == ("guard", 4, "nothing of it remains")
    assert error.why == "medians of 5 runs of EXPLAIN ANALYZE"
    assert error.next_step == "compare its plans (EXPLAIN): is an index missing? Or allow more: max_slowdown"


def test_a_breach_from_zero_has_no_percentage() -> None:
    assert failure((0.0,), (2.0,)).what.endswith("0.00 ms before, 2.00 ms after, and +12.5% is allowed")


def test_a_query_that_cannot_be_run_any_more_is_said_to_be_so() -> None:
    error = failure((1.0,), ())
    assert error.what == "the guard 'leads by id' is breached: after the migration its query cannot be run any more"
    assert error.next_step == "change the guard together with the migration, or remove it"


@pytest.mark.parametrize(
    ("before", "after", "is_breach", "line"),
    [
        (0.5, 1200.25, True, "  warning: 001_x: guard 'g': 0.50 ms before, 1,200.25 ms after, more than it allows"),
        (0.5, 0.25, False, "  001_x: guard 'g': 0.50 ms before, 0.25 ms after"),
        (None, 0.25, False, "  001_x: guard 'g': not there before, 0.25 ms after"),
    ],
)
def test_the_line_of_a_measurement(before: float | None, after: float, is_breach: bool, line: str) -> None:
    assert line_of(GuardMeasured("001_x", "g", before, after, is_breach)) == line


def test_the_json_of_a_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    with following(Console(is_json=True)) as listener:
        listener(GuardMeasured("001_x", "g", None, 1.5, False))
    expected = '"name": "001_x", "guard": "g", "before_ms": null, "after_ms": 1.5, "is_breach": false}'
    assert capsys.readouterr().out == f'{{"event": "guard_measured", {expected}\n'


# -- Refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "SELECT 1;", "-- why\n(SELECT 1) -- so\n;", "with a as (select 1) table a", "TABLE pg_class",
     "VALUES (1)", "INSERT INTO t VALUES (';')", "UPDATE t SET a = 1", "DELETE FROM t", "MERGE INTO t USING s ON true"],
)  # fmt: skip
def test_one_query_is_fit(sql: str) -> None:
    refuse_unfit([guard(sql)])


@pytest.mark.parametrize(
    "sql",
    ["-- nothing", "SELECT 1; SELECT 2", "CREATE TABLE t (id int)", "EXPLAIN SELECT 1", "COMMIT", "VACUUM",
     "COPY t FROM stdin", "EXECUTE p", "DO $$ BEGIN END $$", "\\d t", '"select" 1'],
)  # fmt: skip
def test_anything_else_is_refused(sql: str) -> None:
    with pytest.raises(ManifestError) as caught:
        refuse_unfit([guard(), guard(sql)])
    error = caught.value
    assert str(error) == "manifest.yaml:9:5: the guard 'leads by id' must be one statement that EXPLAIN can measure"
    assert error.why == "such a statement begins with SELECT, WITH, TABLE, VALUES, INSERT, UPDATE, DELETE, MERGE"


def test_an_open_quote_is_refused() -> None:
    with pytest.raises(SplitError):
        refuse_unfit([guard("SELECT 'a")])
