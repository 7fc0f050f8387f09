"""Runbooks on PostgreSQL 15, by psql 15 and 18: the ledger and the schema are the runner's."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from fix_project import ProjectFolder
from fix_runbook import Psql, both_ways, ledger, succeed
from system.fix_debian import BINARIES
from system.fix_pooler import pooling

import surefoot
from surefoot.servers import embedded_binaries

ROOT = Path(__file__).parents[2]
PROGRAMS = {"psql 15": BINARIES, "psql 18": embedded_binaries()}


@pytest.fixture(params=PROGRAMS)
def psql(request: pytest.FixtureRequest, tmp_path: Path) -> Psql:
    """Debian's psql, and the embedded one."""
    return Psql(PROGRAMS[request.param], tmp_path)


def test_a_project_with_everything(prices: ProjectFolder, psql: Psql, database_url: str, other_url: str) -> None:
    both_ways(prices.load(), psql, database_url, other_url)


def test_the_reference_project(psql: Psql, supabase_url: str) -> None:
    """By psql and, after its rollback, by the runner."""
    project = surefoot.Project.load(ROOT)
    psql.written(project)
    succeed(psql("deploy.sql", supabase_url))
    succeed(psql("verify.sql", supabase_url))
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        by_psql = ledger(connection)
        succeed(psql("rollback.sql", supabase_url))
        surefoot.migrate(project, connection)
        assert len(by_psql) == 19
        assert [row[1:] for row in ledger(connection)[38:]] == [row[1:] for row in by_psql]


def test_behind_a_pooler_nothing_is_broken(
    prices: ProjectFolder, psql: Psql, database_url: str, connection: psycopg.Connection
) -> None:
    """Two at once by the same few backends: each does its work or refuses; the server itself is then taken."""
    project = prices.load()
    psql.written(project)
    with pooling(database_url, size=2) as pooler:
        with psql.start("deploy.sql", pooler.url, "-v", "lock_wait=2") as one:
            two = psql("deploy.sql", pooler.url, "-v", "lock_wait=2")
            one.communicate(timeout=60)
        assert {one.returncode, two.status} <= {0, 3}
    succeed(psql("deploy.sql", database_url))
    assert [row[1:4] for row in ledger(connection)] == [
        (1, "001_price", "applied"),
        (2, "002_index", "applied"),
        (3, "003_note", "applied"),
    ]
    assert surefoot.verify(project, connection).holds
