"""All that a migration may change, at one moment: the schema, the rows, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from surefoot.proving.contents import Contents, read_contents
from surefoot.proving.schema import Schema, read_schema
from surefoot.proving.stale import read_stale
from surefoot.proving.surroundings import Surroundings, read_surroundings
from surefoot.proving.touched import Touched


@dataclass(frozen=True, slots=True)
class State:
    """The schema, the rows, and what stands beside them."""

    schema: Schema
    contents: Contents
    surroundings: Surroundings


def read_state(connection: psycopg.Connection, start: State | None = None, seen: Touched | None = None) -> State:
    """Read the state; with that at the start of a round, and what the round was seen to touch, only what is stale.

    Raises ScriptError.
    """
    if start is None or (stale := read_stale(connection, seen)) is None:
        return State(read_schema(connection), read_contents(connection), read_surroundings(connection))
    return State(
        read_schema(connection, start.schema, stale),
        read_contents(connection, start.contents, stale),
        read_surroundings(connection),
    )
