"""Who may use the ledger, and what others are told."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_command import Outcome, Run
from fix_contents import contents, tables
from fix_ledger import assert_chain, history
from fix_role import MakeRole, connected_as
from fix_server import psql
from psycopg import sql
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.servers import Server
from surefoot_lint.project import Project
from surefoot_lint.show import render


def as_role(run: Run, database_url: str, role: str, *arguments: str) -> Outcome:
    return run(*arguments, DATABASE_URL=make_conninfo(database_url, user=role))


def test_a_role_that_may_not_make_the_ledger_gets_the_sql_for_it(
    three: Callable[[], Project],
    run: Run,
    connection: psycopg.Connection,
    server: Server,
    database_url: str,
    make_role: MakeRole,
) -> None:
    three()
    role = make_role()
    database = connection.execute("SELECT current_database()").fetchone()
    assert database is not None
    connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(role)))
    refused = as_role(run, database_url, role, "migrate")
    assert refused.status == 5
    assert refused.err.partition("\n")[2] == (
        f"error: the role {role} may not create the ledger: permission denied for database {database[0]}\n"
        "why: the ledger is the schema surefoot of this database\n"
        "state: nothing was run\n"
        f"next: give this SQL to a DBA: surefoot ledger --sql --for {role}\n"
    )
    assert tables(connection) == []
    psql(server, database_url, run("ledger", "--sql", "--for", role).out)
    assert as_role(run, database_url, role, "migrate").status == 0
    assert tables(connection) == ["one", "three", "two"]
    assert {row["role"] for row in history(connection)} == {role}
    assert as_role(run, database_url, role, "status", "--check").status == 0
    assert as_role(run, database_url, role, "verify").status == 0
    assert as_role(run, database_url, role, "history").status == 0
    assert as_role(run, database_url, role, "rollback", "--to", "0").status == 0
    assert_chain(history(connection))


@pytest.mark.parametrize("prefix", ['we"ird; role', "Upper Case", "ünï'code", "-dash"])
def test_the_printed_grants_fit_any_name_of_a_role(
    three: Callable[[], Project],
    run: Run,
    connection: psycopg.Connection,
    server: Server,
    database_url: str,
    make_role: MakeRole,
    prefix: str,
) -> None:
    three()
    role = make_role(prefix=prefix)
    connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(role)))
    psql(server, database_url, run("ledger", "--sql", f"--for={role}").out)
    assert as_role(run, database_url, role, "migrate").status == 0
    assert {row["role"] for row in history(connection)} == {role}


def grant(connection: psycopg.Connection, role: str, *rights: str) -> None:
    for right in rights:
        connection.execute(sql.SQL(right + " TO {}").format(sql.Identifier(role)))


READING = ("GRANT USAGE ON SCHEMA surefoot", "GRANT SELECT ON ALL TABLES IN SCHEMA surefoot")


def test_a_role_that_may_only_read_can_look(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    grant(connection, role, *READING)
    with connected_as(database_url, role) as reader:
        assert surefoot.status(project, reader).pending == 1
        assert len(surefoot.plan(project, reader).pending) == 1
        assert surefoot.verify(project, reader).holds
        assert len(history(reader)) == 2


def test_a_role_that_may_only_read_cannot_migrate(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    grant(connection, role, *READING, "GRANT CREATE ON SCHEMA public")
    before = contents(connection)
    with connected_as(database_url, role) as reader, pytest.raises(surefoot.LedgerNotAllowed) as caught:
        surefoot.migrate(project, reader)
    assert caught.value.what.startswith(f"the role {role} may not write the ledger")
    assert caught.value.next_step == f"give this SQL to a DBA: surefoot ledger --sql --for {role}"
    assert contents(connection) == before


def test_whatever_it_is_told_a_role_that_may_only_read_changes_nothing(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    grant(connection, role, *READING, "GRANT CREATE ON SCHEMA public")
    before = contents(connection)
    with connected_as(database_url, role) as reader, pytest.raises(surefoot.SurefootError, match="permission denied"):
        surefoot.migrate(project, reader)
    assert contents(connection) == before


def test_a_role_without_rights_cannot_look(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    verbs = (surefoot.status, surefoot.plan, surefoot.verify, surefoot.migrate, surefoot.rollback)
    with connected_as(database_url, role) as stranger:
        for verb in verbs:
            with pytest.raises(surefoot.LedgerNotAllowed) as caught:
                verb(project, stranger)
            assert render(caught.value) == (
                f"error: the role {role} may not read the ledger: permission denied for schema surefoot\n"
                "why: the ledger is the schema surefoot of this database\n"
                "state: nothing was run\n"
                f"next: give this SQL to a DBA: surefoot ledger --sql --for {role}"
            )


def test_an_upgrade_by_a_role_that_may_not_is_refused(
    three: Callable[[], Project], old: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    role = make_role()
    grant(old, role, *READING)
    before = contents(old)
    with connected_as(database_url, role) as reader, pytest.raises(surefoot.LedgerNotAllowed) as caught:
        surefoot.migrate(three(), reader)
    assert caught.value.what.startswith(f"the role {role} may not upgrade the ledger: permission denied for database ")
    assert contents(old) == before


def test_only_who_was_told_may_record(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    surefoot.migrate(three(), connection)
    role = make_role()
    grant(connection, role, *READING, "GRANT INSERT ON surefoot.ledger")
    with (
        connected_as(database_url, role) as other,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function record"),
    ):
        other.execute("SELECT surefoot.record('rolled_back', 3, '003_three')")
