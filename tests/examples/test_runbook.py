"""Every example by a runbook and psql alone: the ledger is the runner's, and so is the schema."""

from __future__ import annotations

import pytest
from fix_example import EXAMPLES, load, url_of
from fix_runbook import Psql, ledger, succeed

import surefoot
from surefoot.connection import Target, connect


@pytest.mark.parametrize("name", EXAMPLES)
def test_by_psql_and_by_the_runner(request: pytest.FixtureRequest, psql: Psql, name: str) -> None:
    """On one database: by psql, back by psql, and by the runner."""
    project = load(name)
    url = url_of(request, project)
    psql.written(project)
    succeed(psql("deploy.sql", url))
    with connect(Target(url, "the test")) as connection:
        by_psql = ledger(connection, project.manifest.ledger.schema)
        assert surefoot.verify(project, connection).holds is (psql("verify.sql", url).status == 0)
        succeed(psql("rollback.sql", url))
        surefoot.migrate(project, connection)
        by_runner = ledger(connection, project.manifest.ledger.schema)[-len(by_psql) :]
    assert [row[1:] for row in by_runner] == [row[1:] for row in by_psql]
