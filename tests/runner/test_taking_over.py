"""A database that is there already is taken over when its schema is what the files build."""

from __future__ import annotations

import psycopg
import pytest
from fix_command import Run
from fix_project import ProjectFolder

CATS = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);\n"
MADE = "the ledger was created: schema surefoot\n"
DOGS = "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);\n"


@pytest.fixture
def there(folder: ProjectFolder, database_url: str) -> str:
    """A project of three, and a database that somebody made up to the second by hand."""
    folder.add("001_cats.sql", CATS, "DROP TABLE IF EXISTS cat;")
    folder.add("002_dogs.sql", DOGS, "DROP TABLE IF EXISTS dog;")
    folder.add("003_birds.sql", "CREATE TABLE IF NOT EXISTS bird (id bigint);", "DROP TABLE IF EXISTS bird;")
    folder.save()
    execute(database_url, CATS + DOGS)
    return database_url


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def rows(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('surefoot.ledger')").fetchone() == (None,):
            return []
        query = "SELECT number, action, reason, fingerprint IS NOT NULL FROM surefoot.ledger ORDER BY id"
        return connection.execute(query).fetchall()


def test_what_is_proven_is_noted_and_the_rest_applied(there: str, run: Run) -> None:
    outcome = run("baseline", "--to", "002", "--database-url", there)
    assert (outcome.status, outcome.out) == (
        0,
        MADE + "2 migrations noted as applied, up to 002_dogs; the schema is what they build\nnext: surefoot status\n",
    )
    assert rows(there) == [(1, "baselined", None, False), (2, "baselined", None, True)]
    migrated = run("migrate", "--database-url", there)
    assert migrated.status == 0, migrated.err
    assert [row[:2] for row in rows(there)] == [(1, "baselined"), (2, "baselined"), (3, "applied")]
    assert run("verify", "--database-url", there).status == 0
    assert run("rollback", "--to", "0", "--yes", "--database-url", there).status == 0
    assert run("migrate", "--database-url", there).status == 0


def test_another_schema_is_refused_and_its_differences_named(there: str, run: Run) -> None:
    execute(there, "ALTER TABLE cat ADD COLUMN age integer; DROP TABLE dog")
    outcome = run("baseline", "--to", "2", "--database-url", there)
    assert outcome.status == 3
    assert "extra: column public.cat.age" in outcome.err
    assert "missing: table public.dog" in outcome.err
    assert "--unproven 'REASON'" in outcome.err
    assert rows(there) == []


def test_reason_overrules_and_stays_in_the_ledger(there: str, run: Run) -> None:
    execute(there, "ALTER TABLE cat ADD COLUMN age integer")
    outcome = run("baseline", "--to", "2", "--unproven", "age goes next week", "--database-url", there)
    assert outcome.status == 0
    assert rows(there) == [(1, "baselined", "age goes next week", False), (2, "baselined", "age goes next week", False)]
    assert run("drift", "--database-url", there).status == 1


def test_ledger_with_rows_is_left_alone(there: str, run: Run) -> None:
    assert run("baseline", "--to", "2", "--database-url", there).status == 0
    outcome = run("baseline", "--to", "2", "--database-url", there)
    assert outcome.status == 3
    assert "the ledger of this database has rows already" in outcome.err
    assert len(rows(there)) == 2


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--to", "7"], 3), (["--to", "x"], 2), (["--to", "1", "--unproven", " "], 2)]
)
def test_bad_arguments(arguments: list[str], status: int, there: str, run: Run) -> None:
    assert run("baseline", *arguments, "--database-url", there).status == status
    assert rows(there) == []
