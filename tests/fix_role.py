"""Roles of a test: made on the test's server, gone with all their rights when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.connection import Target, connect

MakeRole = Callable[..., str]


@pytest.fixture
def make_role(connection: psycopg.Connection) -> Iterator[MakeRole]:
    """Make a role that may log in, and give its name; further words go into CREATE ROLE."""
    made: list[str] = []

    def make(options: str = "LOGIN", *, prefix: str = "role") -> str:
        name = f"{prefix}_{uuid4().hex[:8]}"
        connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), sql.SQL(options)))
        made.append(name)
        return name

    yield make
    for name in made:
        role = sql.Identifier(name)
        connection.execute("ROLLBACK") if connection.info.transaction_status else None
        connection.execute(
            sql.SQL("REASSIGN OWNED BY {0} TO CURRENT_USER; DROP OWNED BY {0}; DROP ROLE {0}").format(role)
        )


@contextmanager
def connected_as(url: str, role: str) -> Iterator[psycopg.Connection]:
    """Connect to a test's database as another role."""
    with connect(Target(make_conninfo(url, user=role), "the test")) as connection:
        yield connection
