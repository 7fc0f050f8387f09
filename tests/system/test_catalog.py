"""The same files on PostgreSQL 15 and 18 make the same catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fix_catalog import EVERYTHING
from psycopg import sql

import surefoot
from surefoot.catalog import fingerprint, read_catalog
from surefoot.compare import compare
from surefoot.servers import PLATFORMS, Server
from surefoot_lint.project import Project

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"


@pytest.fixture
def fifteen(supabase_url: str) -> Iterator[psycopg.Connection]:
    """A connection to Debian's server, with the platform."""
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def eighteen(server: Server) -> Iterator[psycopg.Connection]:
    """A connection to the embedded server, with the platform and its extensions in the versions of the other."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            with psycopg.connect(server.database_url(name)) as connection:
                connection.execute(
                    "CREATE SCHEMA extensions; CREATE EXTENSION pgcrypto SCHEMA extensions VERSION '1.3'"
                )
                connection.execute((PLATFORMS / "supabase.sql").read_bytes())
            with psycopg.connect(server.database_url(name), autocommit=True) as connection:
                yield connection
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_the_projects_own_migrations(fifteen: psycopg.Connection, eighteen: psycopg.Connection) -> None:
    project = Project.load(MANIFEST)
    assert compare(read_catalog(fifteen), read_catalog(eighteen)) == ()
    kept = []
    for connection in (fifteen, eighteen):
        surefoot.migrate(project, connection)
        row = connection.execute("SELECT fingerprint FROM surefoot.ledger ORDER BY id DESC LIMIT 1").fetchone()
        kept.append(row[0] if row else None)
    assert compare(read_catalog(fifteen), read_catalog(eighteen)) == ()
    assert {*kept} == {fingerprint(fifteen)} == {fingerprint(eighteen)}


def test_one_of_everything(fifteen: psycopg.Connection, eighteen: psycopg.Connection) -> None:
    empty = fingerprint(fifteen)
    for connection in (fifteen, eighteen):
        connection.execute(EVERYTHING.encode())
    assert compare(read_catalog(fifteen), read_catalog(eighteen)) == ()
    assert fingerprint(fifteen) == fingerprint(eighteen) != empty


def test_what_eighteen_does_not_have_in_the_tests(fifteen: psycopg.Connection) -> None:
    """The embedded server is built without ICU."""
    fifteen.execute("CREATE COLLATION german (provider = icu, locale = 'de-u-kn-true', deterministic = false)")
    found = {str(one): said for one, said in read_catalog(fifteen).objects.items() if one.kind == "collation"}
    assert found == {"collation public.german": "PROVIDER i LOCALE 'de-u-kn-true' NOT DETERMINISTIC"}
