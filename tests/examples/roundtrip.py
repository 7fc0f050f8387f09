"""Each migration of a project forward, again, back, back again and forward, with its schema compared each time."""

from __future__ import annotations

import psycopg
from examples.schema import schema_of

from surefoot_lint.project import Migration, Project
from surefoot_lint.source import Source
from surefoot_lint.split import Statement, split


def execute(connection: psycopg.Connection, source: Source) -> None:
    """Run a file as psql would outside of a transaction; where it holds nothing against one, all or nothing."""
    statements = [piece.text for piece in split(source.chunks(), source.shown) if isinstance(piece, Statement)]
    if any("CONCURRENTLY" in statement for statement in statements):
        for statement in statements:
            connection.execute(statement.encode())
    else:
        connection.execute("; ".join(["BEGIN", *statements, "COMMIT"]).encode())


def prove(connection: psycopg.Connection, project: Project, migration: Migration) -> None:
    """Take one migration through its round trip; it is applied in the end."""
    rollback = project.rollback_of(migration)
    assert rollback is not None, migration
    before = schema_of(connection)
    execute(connection, migration.source)
    applied = schema_of(connection)
    assert applied != before, f"{migration} changes nothing"
    execute(connection, migration.source)
    assert schema_of(connection) == applied, f"{migration} applied again"
    execute(connection, rollback)
    assert schema_of(connection) == before, f"{migration} rolled back"
    execute(connection, rollback)
    assert schema_of(connection) == before, f"{migration} rolled back again"
    execute(connection, migration.source)
    assert schema_of(connection) == applied, f"{migration} applied after its rollback"
