"""Queries as a client of the hosting's API asks them: as an account, or as an anonymous visitor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from uuid import UUID

import psycopg


def key(name: str) -> UUID:
    """Give the key that seeds make from a name: `md5(name)::uuid`."""
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


@contextmanager
def acting(
    connection: psycopg.Connection, role: str, user: UUID | None = None, visitor: str | None = None
) -> Iterator[psycopg.Connection]:
    """Take on a role and an identity for one transaction, which is rolled back."""
    with connection.transaction(force_rollback=True):
        connection.execute("SELECT set_config('app.anonymous_session_id', %s, true)", [visitor or ""])
        claims = json.dumps({"sub": str(user), "role": role}) if user else ""
        connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [claims])
        connection.execute(f"SET LOCAL ROLE {role}".encode())
        yield connection


def value(connection: psycopg.Connection, query: str, *parameters: object) -> object:
    """Ask for one value."""
    row = connection.execute(query.encode(), parameters).fetchone()
    assert row is not None, query
    return row[0]
