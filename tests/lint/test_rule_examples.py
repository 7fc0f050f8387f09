"""The examples of all rules that read SQL run on a real server: what a page shows is what PostgreSQL does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fix_rule import write
from psycopg import sql

from surefoot.servers import Server
from surefoot_lint.context import Moment, Outcome, RoundTrip
from surefoot_lint.rule import Example, Rule, all_rules
from surefoot_lint.survey import survey_folder, survey_project

ROLES = "SELECT rolname FROM pg_roles"
OF_EXAMPLES = r"SELECT rolname FROM pg_roles WHERE rolname LIKE 'example\_%'"  # what another test of them has left
RULES = [rule for rule in all_rules() if rule.looks_at in (Moment, RoundTrip, Outcome)]


@pytest.fixture
def example_url(server: Server, database_url: str) -> Iterator[str]:
    """The connection string of an empty database; the roles that an example makes, which are the server's, go."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        for row in connection.execute(OF_EXAMPLES).fetchall():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(row[0])))
        before = connection.execute(ROLES).fetchall()
        yield database_url
        with psycopg.connect(database_url, autocommit=True) as of_example:
            for row in of_example.execute(ROLES).fetchall():
                if row not in before:
                    role = sql.Identifier(row[0])
                    of_example.execute(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(role))


def run(folder: Path, example: Example, setup: str, url: str) -> None:
    """Run the migrations of an example, then its rollbacks in reverse, as the runner would."""
    texts = write(folder, example, setup)
    fileset = survey_project(folder / "manifest.yaml") if "manifest.yaml" in texts else survey_folder(folder)
    files = [(unit.migration, unit.transaction) for unit in fileset.units]
    files += [(unit.rollback, unit.transaction) for unit in reversed(fileset.units)]
    for file, transaction in files:
        if file is None:
            continue
        with psycopg.connect(url, autocommit=not transaction) as connection:
            for statement in file.statements:
                if not statement.copies_from_stdin:
                    connection.execute(statement.text.encode())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_good_example_runs_on_a_server(rule: Rule, tmp_path: Path, example_url: str) -> None:
    run(tmp_path, rule.good, rule.setup, example_url)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_example_does_on_a_server_what_its_page_says(rule: Rule, tmp_path: Path, example_url: str) -> None:
    if rule.bad_error is None:
        run(tmp_path, rule.bad, rule.setup, example_url)
        return
    with pytest.raises(psycopg.Error) as caught:
        run(tmp_path, rule.bad, rule.setup, example_url)
    assert caught.value.sqlstate == rule.bad_error
