from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from fix_command import Run
from fix_contents import actions
from fix_project import ProjectFolder

import surefoot
from surefoot.errors import Refused, SqlFailed
from surefoot.seeding import looks_like_production
from surefoot.servers import Server
from surefoot_lint.errors import ManifestError, SplitError, UsageError

CATS = "INSERT INTO cat (id, name) VALUES (1, 'Tom') ON CONFLICT (id) DO NOTHING;\n"


@pytest.fixture
def cattery(folder: ProjectFolder) -> ProjectFolder:
    """A project with a table and two seeds, of which the second needs the first."""
    folder.add("001_cat.sql", "CREATE TABLE cat (id int PRIMARY KEY, name text);", "DROP TABLE IF EXISTS cat;")
    folder.write("seeds/2_names.sql", "UPDATE cat SET name = upper(name);\n")
    folder.write("seeds/1_cats.sql", CATS)
    folder.save()
    return folder


def cats(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT id, name FROM cat ORDER BY id").fetchall()


def test_seeds_are_run_in_order_and_again(cattery: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    assert run("migrate").status == 0
    for _ in range(2):
        done = run("seed")
        assert (done.status, done.out.splitlines()[-1]) == (0, "2 seeded"), done.err
        assert cats(connection) == [(1, "TOM")]
    assert actions(connection) == [(1, "applied")]
    assert run("seed", "--json").out.splitlines()[-1] == (
        '{"event": "done", "seeded": ["1_cats", "2_names"], "applied_before": 1}'
    )


def test_the_manifest_may_name_them(cattery: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    cattery.write("data/cats.sql", CATS)
    cattery.tail = "seeds: [data/cats.sql]\n"
    cattery.save()
    assert run("migrate").status == 0
    assert run("seed").out.splitlines()[-1] == "1 seeded"
    assert cats(connection) == [(1, "Tom")]


def test_each_is_a_transaction(cattery: ProjectFolder, connection: psycopg.Connection) -> None:
    cattery.write("seeds/2_names.sql", "INSERT INTO cat VALUES (2, 'Kit');\nSELECT 1 / 0;\n")
    project = cattery.load()
    surefoot.migrate(project, connection)
    with pytest.raises(SqlFailed, match="division by zero") as failure:
        surefoot.seed(project, connection)
    assert str(failure.value.where) == "seeds/2_names.sql:2:1"
    assert failure.value.state == "nothing of 2_names remains; this run has seeded 1: 1_cats"
    assert failure.value.next_step == "mend seeds/2_names.sql and run: surefoot seed"
    assert cats(connection) == [(1, "Tom")]
    assert actions(connection) == [(1, "applied")]


def test_migrations_come_first(cattery: ProjectFolder, connection: psycopg.Connection) -> None:
    with pytest.raises(Refused, match="001_cat is pending, and so are all after it"):
        surefoot.seed(cattery.load(), connection)


def test_there_must_be_one(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    with pytest.raises(UsageError, match="there is no seed"):
        surefoot.seed(folder.load(), connection)


def test_a_transaction_of_its_own_is_refused(cattery: ProjectFolder, connection: psycopg.Connection) -> None:
    cattery.write("seeds/2_names.sql", "BEGIN;\nSELECT 1;\nCOMMIT;\n")
    project = cattery.load()
    surefoot.migrate(project, connection)
    with pytest.raises(SplitError, match="BEGIN in a migration would end its transaction"):
        surefoot.seed(project, connection)
    assert cats(connection) == []


def test_a_path_that_leaves_the_project_is_refused(folder: ProjectFolder) -> None:
    folder.tail = "seeds: [../else/cats.sql]\n"
    with pytest.raises(ManifestError, match=r"the path \.\./else/cats\.sql leaves the project's folder"):
        folder.load()


@pytest.mark.parametrize(
    ("host", "database", "user", "reason"),
    [
        ("db.abcdef.supabase.co", "postgres", "postgres", "it is on db.abcdef.supabase.co"),
        ("8.8.8.8", "shop", "app", "it is on 8.8.8.8"),
        ("localhost", "shop_production", "app", "its database is called shop_production"),
        ("prod-db", "shop", "app", "its host is called prod-db"),
        ("staging.example.com", "live", "app", "its database is called live"),
        ("/var/run/postgresql", "PROD", "app", "its database is called PROD"),
    ],
)
def test_production(host: str, database: str, user: str, reason: str) -> None:
    assert looks_like_production(host, database, user) == reason


@pytest.mark.parametrize(
    ("host", "database", "user"),
    [
        ("", "shop", "app"),
        ("/tmp/x", "shop", "app"),
        ("localhost", "shop", "app"),
        ("127.0.0.1", "products", "app"),
        ("::1", "shop", "app"),
        ("10.0.0.7", "shop", "app"),
        ("db", "delivery", "app"),
        ("pg.local", "shop", "app"),
        ("db.example.com", "shop_dev", "app"),
        ("staging-3.example.com", "shop", "app"),
    ],
)
def test_no_production(host: str, database: str, user: str) -> None:
    assert looks_like_production(host, database, user) is None


@pytest.fixture
def server_database(server: Server) -> Iterator[str]:
    """A database whose name says that it is production."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop_prod")
        yield server.database_url("shop_prod")
        connection.execute("DROP DATABASE shop_prod WITH (FORCE)")


def test_production_is_refused_unless_it_is_meant(cattery: ProjectFolder, run: Run, server_database: str) -> None:
    assert run("migrate", DATABASE_URL=server_database).status == 0
    refused = run("seed", DATABASE_URL=server_database)
    assert refused.status == 3
    assert "error: this database looks like production: its database is called shop_prod" in refused.err
    assert "surefoot seed --yes" in refused.err
    assert run("seed", "--yes", DATABASE_URL=server_database).status == 0
