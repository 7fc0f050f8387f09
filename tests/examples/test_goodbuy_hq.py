"""GoodBuy HQ: five phases beside a running platform, three levels of going back, queries that must stay fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from fix_contents import actions
from fix_example import applied, copied, load, typed
from fix_identity import value
from fix_role import MakeRole
from fix_server import fresh_database
from psycopg import sql
from pytest_postgresql.executors import NoopExecutor

import surefoot
from surefoot.connection import Target, connect
from surefoot.servers import Server

NAME = "goodbuy-hq"
PHASES = {"phase-1": 5, "phase-2": 8, "phase-3": 10, "phase-4": 11, "phase-5": 13}
PLATFORM = ("users", "businesses", "health_metrics")
TABLES = {
    "phase-1": {"subscription_plans", "user_subscriptions", "usage_metrics", "billing_transactions"},
    "phase-2": set(),
    "phase-3": {"ai_analysis_sessions", "portfolios", "portfolio_businesses"},
    "phase-4": {"generated_reports"},
    "phase-5": {"query_performance", "billing_audit"},
}


@pytest.fixture
def platform(database_url: str) -> Iterator[psycopg.Connection]:
    """The platform before the phases."""
    applied(NAME, database_url, to="2")
    with connect(Target(database_url, "the test")) as connection:
        yield connection


@pytest.fixture
def service(server: Server, ready: Callable[[str], NoopExecutor]) -> Iterator[psycopg.Connection]:
    """The platform after all phases, with two customers who pay."""
    with fresh_database(server, ready(NAME)) as url, connect(Target(url, "the test")) as connection:
        yield connection


def tables(connection: psycopg.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def digest(connection: psycopg.Connection, *names: str) -> list[object]:
    """Sum up all that tables hold."""
    query = "SELECT md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {} AS t"
    return [connection.execute(sql.SQL(query).format(sql.Identifier(name))).fetchone() for name in names]


def rolled_back(connection: psycopg.Connection, **how: object) -> tuple[str, ...]:
    return surefoot.rollback(load(NAME), connection, consent=lambda _: True, **how).done  # type: ignore[arg-type]


# -- The phases -------------------------------------------------------------------------------------------------------


def test_each_phase_comes_and_goes_by_itself(platform: psycopg.Connection, database_url: str) -> None:
    before, states = digest(platform, *PLATFORM), [tables(platform)]
    for phase, last in PHASES.items():
        applied(NAME, database_url, to=str(last))
        assert tables(platform) - states[-1] == TABLES[phase]
        states.append(tables(platform))
        assert digest(platform, *PLATFORM) == before
    for phase in reversed(PHASES):
        assert rolled_back(platform, phase=phase)
        states.pop()
        assert tables(platform) == states[-1]
    assert digest(platform, *PLATFORM) == before


INDEXES = {
    "idx_user_subscriptions_user_id": "user_subscriptions USING btree (user_id)",
    "idx_usage_metrics_user_date": "usage_metrics USING btree (user_id, date)",
    "idx_ai_sessions_user_status": "ai_analysis_sessions USING btree (user_id, status)",
    "idx_portfolios_user_default": "portfolios USING btree (user_id, is_default)",
}


def test_the_four_indexes(service: psycopg.Connection) -> None:
    for name, definition in INDEXES.items():
        query = "SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
        found = service.execute(query, [name]).fetchone()
        assert found == (f"CREATE INDEX {name} ON public.{definition}", True)


def test_constraints_come_later_and_are_the_same_in_the_end(platform: psycopg.Connection, database_url: str) -> None:
    query = """
        SELECT (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'user_subscriptions'::regclass),
            (SELECT count(*) FROM pg_constraint WHERE conrelid = 'user_subscriptions'::regclass AND NOT convalidated),
            (SELECT bool_and(attnotnull) FROM pg_attribute
             WHERE attrelid = 'user_subscriptions'::regclass AND attname IN ('user_id', 'plan_id'))
    """
    found = []
    for last in (5, 7, 8):
        applied(NAME, database_url, to=str(last))
        found.append(platform.execute(query.encode()).fetchone())
    assert found == [(0, 0, False), (2, 4, False), (2, 0, True)]
    present = "SELECT count(*) FROM pg_constraint WHERE conname LIKE '%%present_check'"
    assert value(platform, present) == 0


def test_every_user_gets_the_free_plan(platform: psycopg.Connection, database_url: str) -> None:
    applied(NAME, database_url, to="5")
    take = "INSERT INTO user_subscriptions (id, user_id, plan_id) VALUES ('own', 'user-7', 'plan-professional')"
    platform.execute(take.encode())
    applied(NAME, database_url, to="6")
    plans = "SELECT plan_id, count(*), bool_and(current_period_end = current_period_start + interval '1 year') "
    plans += "FROM user_subscriptions GROUP BY plan_id ORDER BY plan_id"
    assert platform.execute(plans.encode()).fetchall() == [("plan-free", 999, True), ("plan-professional", 1, None)]
    platform.execute("UPDATE user_subscriptions SET plan_id = 'plan-enterprise' WHERE user_id = 'user-8'")
    rolled_back(platform, steps=1)
    left = platform.execute("SELECT user_id FROM user_subscriptions ORDER BY user_id").fetchall()
    assert left == [("user-7",), ("user-8",)]


# -- What stops a migration -------------------------------------------------------------------------------------------

ORPHANS = {
    "no business without its owner": "UPDATE businesses SET owner_id = 'nobody' WHERE id = 'business-1'",
    "no health score without its business": "UPDATE health_metrics SET business_id = 'none' WHERE id = 'metric-1'",
}


@pytest.mark.parametrize("check", ORPHANS)
def test_an_orphan_stops_phase_1(platform: psycopg.Connection, database_url: str, check: str) -> None:
    platform.execute("ALTER TABLE businesses DROP CONSTRAINT businesses_owner_id_fkey")
    platform.execute("ALTER TABLE health_metrics DROP CONSTRAINT health_metrics_business_id_fkey")
    platform.execute(ORPHANS[check].encode())
    with pytest.raises(surefoot.CheckFailed, match=check):
        applied(NAME, database_url)
    assert tables(platform) == set(PLATFORM)


def changed(tmp_path: Path, file: str, old: str, new: str) -> surefoot.Project:
    """Load a copy of the example with a change in one file."""
    manifest = copied(NAME, tmp_path)
    path = manifest.parent / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return surefoot.Project.load(manifest)


def test_a_user_left_out_takes_the_migration_back(platform: psycopg.Connection, tmp_path: Path) -> None:
    project = changed(tmp_path, "migrations/006_migrate_users.sql", "\nWHERE", "\nWHERE account.id <> 'user-9' AND")
    with pytest.raises(surefoot.CheckFailed, match="no user without a subscription"):
        surefoot.migrate(project, platform)
    assert value(platform, "SELECT count(*) FROM user_subscriptions") == 0
    assert actions(platform)[-1] != (6, "applied")


def test_a_step_that_fails_is_taken_back(platform: psycopg.Connection, tmp_path: Path) -> None:
    project = changed(tmp_path, "migrations/011_generated_reports.sql", "ENABLE ROW", "ENABLE ROWS")
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(project, platform)
    assert "generated_reports" not in tables(platform)
    assert (10, "applied") in actions(platform)


def with_one_more(tmp_path: Path, statement: str, rollback: str, keys: str = "") -> surefoot.Project:
    """Load a copy of the example with a fourteenth migration."""
    manifest = copied(NAME, tmp_path)
    (manifest.parent / "migrations/014_slow.sql").write_text(statement)
    (manifest.parent / "rollbacks/rollback_014.sql").write_text(rollback)
    entry = f"  - {{file: 014_slow.sql, rollback: rollback_014.sql{keys}}}\n"
    text = manifest.read_text()
    manifest.write_text(text.replace("\n# Invariants", f"{entry}\n# Invariants"))
    return surefoot.Project.load(manifest)


SLOW = [
    ("DROP INDEX IF EXISTS health_metrics_business_id_idx;", ""),
    ("DROP INDEX CONCURRENTLY IF EXISTS health_metrics_business_id_idx;", ", transaction: false"),
]
AGAIN = (
    "CREATE INDEX {} IF NOT EXISTS health_metrics_business_id_idx ON health_metrics (business_id, measured_at DESC);"
)


@pytest.mark.parametrize(("statement", "keys"), SLOW, ids=["a transaction", "no transaction"])
def test_a_slow_key_query_takes_the_migration_back(
    service: psycopg.Connection, tmp_path: Path, statement: str, keys: str
) -> None:
    project = with_one_more(tmp_path, statement, AGAIN.format("CONCURRENTLY" if keys else ""), keys)
    with pytest.raises(surefoot.GuardBreached, match=r"'health of a business' is breached.*\+20% is allowed"):
        surefoot.migrate(project, service)
    there = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('health_metrics_business_id_idx')"
    assert value(service, there) is True
    assert (14, "applied") not in actions(service)
    applied_now = "SELECT max(number) FROM surefoot.applied"
    assert value(service, applied_now) == 13


def test_an_index_that_nobody_uses_may_go(service: psycopg.Connection, tmp_path: Path) -> None:
    project = with_one_more(tmp_path, "DROP INDEX IF EXISTS generated_reports_expires_at_idx;", "SELECT 1;")
    assert surefoot.migrate(project, service).done == ("014_slow",)


# -- Going back, at three levels --------------------------------------------------------------------------------------


def test_level_1_schema(service: psycopg.Connection) -> None:
    before = digest(service, *PLATFORM)
    assert len(rolled_back(service, to="2")) == 11
    assert tables(service) == set(PLATFORM)
    assert digest(service, *PLATFORM) == before


def test_level_2_data(service: psycopg.Connection) -> None:
    before, there = digest(service, *PLATFORM, "subscription_plans"), tables(service)
    assert rolled_back(service, to="2", level="data") == ("006_migrate_users",)
    counts = [value(service, f"SELECT count(*) FROM {name}") for name in sorted(TABLES["phase-1"])]
    assert counts == [0, 3, 0, 0]
    assert (digest(service, *PLATFORM, "subscription_plans"), tables(service)) == (before, there)
    assert value(service, "SELECT count(*) FROM surefoot.applied") == 13
    assert value(service, "SELECT count(*) FROM billing_audit WHERE operation = 'DELETE'") == 2
    rolled_back(service, to="5")
    surefoot.migrate(load(NAME), service)
    assert value(service, "SELECT count(*) FROM user_subscriptions WHERE plan_id = 'plan-free'") == 1000


def test_level_3_feature(service: psycopg.Connection) -> None:
    before = digest(service, *PLATFORM, "user_subscriptions", "usage_metrics", "billing_transactions")
    assert rolled_back(service, to="2", level="feature") == ("004_subscription_plans",)
    assert value(service, "SELECT count(*) FROM subscription_plans WHERE is_active") == 0
    assert digest(service, *PLATFORM, "user_subscriptions", "usage_metrics", "billing_transactions") == before
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no plan that is active"):
        service.execute("SELECT start_ai_analysis('user-1', 'business-1', 'forecast')")
    assert value(service, "SELECT count(*) FROM surefoot.applied") == 13


# -- What the new tables promise --------------------------------------------------------------------------------------


def test_analyses_are_limited_by_the_plan(service: psycopg.Connection) -> None:
    start = b"SELECT start_ai_analysis(%s, 'business-5', 'health_analysis')"
    for _ in range(3):
        service.execute(start, ["user-3"])
    with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="all 3 analyses"):
        service.execute(start, ["user-3"])
    for _ in range(60):
        service.execute(start, ["user-2"])  # unlimited
    used = "SELECT sum(count) FROM usage_metrics WHERE user_id = %s AND metric_type = 'ai_analysis'"
    assert [value(service, used, user) for user in ("user-2", "user-3")] == [60, 3]


def test_an_analysis_is_streamed(service: psycopg.Connection) -> None:
    service.execute("LISTEN ai_analysis")
    service.execute("UPDATE ai_analysis_sessions SET progress_percentage = 40 WHERE id = 'test-analysis'")
    (notice,) = service.notifies(timeout=30, stop_after=1)
    assert '"progress" : 40' in notice.payload


@pytest.fixture
def connection(service: psycopg.Connection) -> psycopg.Connection:
    """Where `make_role` makes its roles, and drops what they own."""
    return service


def test_users_see_their_own(service: psycopg.Connection, make_role: MakeRole) -> None:
    role = sql.Identifier(make_role("NOLOGIN"))
    service.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(role))
    owned = ("user_subscriptions", "billing_transactions", "usage_metrics", "portfolios", "portfolio_businesses")
    found = []
    for user in ("user-1", "user-3", ""):
        with service.transaction(force_rollback=True):
            service.execute("SELECT set_config('app.user_id', %s, true)", [user])
            service.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
            found.append([value(service, f"SELECT count(*) FROM {name}") for name in owned])
    assert found == [[2, 1, 1, 1, 2], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]


def test_billing_leaves_a_trail(service: psycopg.Connection) -> None:
    service.execute("UPDATE billing_transactions SET status = 'refunded' WHERE id = 'test-payment-1'")
    trail = "SELECT operation, before ->> 'status', after ->> 'status' FROM billing_audit "
    trail += "WHERE transaction_id = 'test-payment-1' ORDER BY id"
    assert service.execute(trail.encode()).fetchall() == [
        ("INSERT", None, "succeeded"),
        ("UPDATE", "succeeded", "refunded"),
    ]
    for change in ("DELETE FROM billing_audit", "UPDATE billing_audit SET after = NULL", "TRUNCATE billing_audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
            service.execute(change.encode())


WRONG = {
    "active without payment": "DELETE FROM billing_transactions WHERE id = 'test-payment-1'",
    "paid another amount than the plan's price": "UPDATE billing_transactions SET amount = 9 WHERE user_id = 'user-1'",
    "paid for the subscription of another user": "UPDATE billing_transactions SET user_id = 'user-4'",
}


@pytest.mark.parametrize("what", WRONG)
def test_billing_is_verified(service: psycopg.Connection, what: str) -> None:
    assert surefoot.verify(load(NAME), service).holds
    service.execute(WRONG[what].encode())
    failed = [answer for answer in surefoot.verify(load(NAME), service).answers if not answer.is_expected]
    assert [(answer.check.name, answer.got) for answer in failed] == [("billing adds up", what)]


def test_figures_of_the_plans(service: psycopg.Connection) -> None:
    service.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY subscription_analytics")
    figures = service.execute("SELECT plan_name, subscribers, monthly_revenue FROM subscription_analytics ORDER BY 3")
    assert figures.fetchall() == [
        ("Free", 1000, Decimal(0)),
        ("Professional", 1, Decimal(49)),
        ("Enterprise", 1, Decimal("408.33")),
    ]


def test_slowdowns_are_found(service: psycopg.Connection) -> None:
    add = "INSERT INTO query_performance (query_name, duration_ms, measured_at) VALUES (%s, %s, now() - %s::interval)"
    for name, now in (("listing", 13), ("sign in", 11)):
        service.execute(add.encode(), [name, 10, "3 days"])
        service.execute(add.encode(), [name, now, "1 hour"])
    assert service.execute("SELECT query_name FROM query_slowdowns").fetchall() == [("listing",)]


def test_one_default_portfolio(service: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        service.execute("INSERT INTO portfolios (user_id, name, is_default) VALUES ('user-1', 'Other', true)")


def test_the_readme_can_be_typed(database_url: str, server: Server, tmp_path: Path) -> None:
    folder = copied(NAME, tmp_path).parent
    said = typed(folder, database_url, server.binaries)
    assert said.count("8 of 8 checks hold") == 2
    assert said.rstrip().endswith("13 in all")
    text = (folder / "README.md").read_text()
    assert [m.entry.file for m in load(NAME).migrations[2:] if m.entry.file not in text] == []
