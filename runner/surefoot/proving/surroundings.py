"""What a migration may leave behind beside the schema: in the catalog's corners, in the cluster, in its session."""

from __future__ import annotations

import json
from dataclasses import dataclass

import psycopg

LEFT = """
SELECT json_build_object(
    'invalid index', (
        SELECT json_agg(i.indexrelid::regclass::text) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE NOT i.indisvalid AND c.relkind = 'i'),
    'constraint that is not validated', (
        SELECT json_agg(concat(conname, ' on ', nullif(conrelid, 0)::regclass, nullif(contypid, 0)::regtype))
        FROM pg_constraint WHERE NOT convalidated AND contype IN ('c', 'f', 'n')),
    'partition whose DETACH is not finished', (
        SELECT json_agg(inhrelid::regclass::text) FROM pg_inherits WHERE inhdetachpending),
    'role', (SELECT json_agg(rolname) FROM pg_roles WHERE oid >= 16384),
    'setting of the database', (
        SELECT json_agg(concat_ws(' ', nullif(setrole, 0)::regrole, setting))
        FROM pg_db_role_setting, unnest(setconfig) AS setting
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))),
    'large object', (SELECT json_agg(oid::text) FROM pg_largeobject_metadata)
)
"""
# What would be reset after the file, or end with its session.
SESSION = """
SELECT json_build_object(
    'setting of the session', (
        SELECT json_agg(name || ' = ' || setting) FROM pg_settings
        WHERE source = 'session' AND name NOT LIKE 'surefoot.%'),
    'role of the session', (SELECT json_agg(current_user) WHERE current_user <> session_user),
    'temporary object', (
        SELECT json_agg(relname) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind IN ('r', 'v', 'S')),
    'prepared statement', (SELECT json_agg(name) FROM pg_prepared_statements WHERE from_sql),
    'open cursor', (SELECT json_agg(name) FROM pg_cursors WHERE is_holdable),
    'channel listened to', (SELECT json_agg(channel) FROM pg_listening_channels() AS channel),
    'advisory lock', (
        SELECT json_agg(objid::text) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
)
"""


@dataclass(frozen=True, slots=True, order=True)
class Leftover:
    """One thing beside the schema: its kind, and its name; `after` says which file has left it."""

    kind: str
    name: str
    after: str = ""

    def __str__(self) -> str:
        """Write it as `role app, left by the rollback`."""
        return f"{self.kind} {self.name}, left by {self.after}" if self.after else f"{self.kind} {self.name}"


Surroundings = frozenset[Leftover]


def read_surroundings(connection: psycopg.Connection) -> Surroundings:
    """Read what stands beside the schema: of the database, and of the cluster."""
    return frozenset(_asked(connection, LEFT))


def left_in_session(connection: psycopg.Connection, after: str) -> tuple[Leftover, ...]:
    """Read what a file has left in its session, before that is reset."""
    return tuple(sorted(Leftover(one.kind, one.name, after) for one in _asked(connection, SESSION)))


def left(before: Surroundings, now: Surroundings, after: str) -> tuple[Leftover, ...]:
    """Name what was not there before, and which file has left it."""
    return tuple(sorted(Leftover(one.kind, one.name, after) for one in now - before))


def _asked(connection: psycopg.Connection, query: str) -> list[Leftover]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    found: dict[str, list[str] | None] = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    return [Leftover(kind, name) for kind, names in found.items() for name in names or ()]
