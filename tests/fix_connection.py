"""A connection to a fresh database, as the command line makes it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from surefoot.connection import Target, connect


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """An autocommit connection to an empty database."""
    with connect(Target(database_url, "the test")) as connection:
        yield connection
