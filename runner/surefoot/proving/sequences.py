"""Where sequences stand: no transaction rolls them back, so the prover puts them back itself."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

# The last value is null for one that was never called: where that would begin, it must be asked itself.
SEQUENCES = """
SELECT c.oid::bigint, pg_sequence_last_value(c.oid), n.nspname, c.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't'
"""
STAND = sql.SQL("SELECT {}::bigint AS sequence, last_value, is_called FROM {}")
PUT_BACK = sql.SQL("SELECT count(setval({}::regclass, {}, {}))")


@dataclass(frozen=True, slots=True)
class Stand:
    """A sequence by its oid, its last value, and whether that was given out."""

    sequence: int
    last_value: int
    is_called: bool


def read_sequences(connection: psycopg.Connection) -> frozenset[Stand]:
    """Read where all sequences stand."""
    found = connection.execute(SEQUENCES).fetchall()
    stands = {Stand(oid, last, True) for oid, last, _, _ in found if last is not None}
    queries = [STAND.format(oid, sql.Identifier(*name)) for oid, last, *name in found if last is None]
    if queries:
        stands |= {Stand(*row) for row in connection.execute(sql.SQL(" UNION ALL ").join(queries))}
    return frozenset(stands)


def put_back(connection: psycopg.Connection, stands: frozenset[Stand]) -> None:
    """Put those that have moved back to where they stood; those that are not there any more are left alone."""
    now = read_sequences(connection)
    there = {stand.sequence for stand in now}
    for stand in stands - now:
        if stand.sequence in there:
            connection.execute(PUT_BACK.format(stand.sequence, stand.last_value, stand.is_called))
