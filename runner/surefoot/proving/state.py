"""All that a migration may change, at one moment: the schema, the rows, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from surefoot.catalog import Catalog, fingerprint, fingerprint_by, read_catalog, read_catalog_by
from surefoot.proving.contents import Contents, read_contents
from surefoot.proving.observer import LISTING
from surefoot.proving.surroundings import Surroundings, read_surroundings
from surefoot.proving.touched import Touched
from surefoot.script import ScriptError

NOT_THERE = ("42883", "3F000")  # undefined_function, invalid_schema_name


@dataclass(frozen=True, slots=True)
class State:
    """The schema, the rows, and what stands beside them."""

    catalog: Catalog
    contents: Contents
    surroundings: Surroundings


def read_state(
    connection: psycopg.Connection,
    known: tuple[Catalog, ...] = (),
    start: State | None = None,
    seen: Touched | None = None,
) -> State:
    """Read the state. A catalog that is known already is recognised by its fingerprint, which costs less.

    With the state at the start of a round, what the round was not seen to touch is taken from there.
    """
    if start is None or seen is None:
        return State(_catalog(connection, known), read_contents(connection), read_surroundings(connection))
    catalog = start.catalog if seen.is_schema_untouched else _catalog(connection, known)
    return State(catalog, read_contents(connection, start.contents, seen), read_surroundings(connection))


def _catalog(connection: psycopg.Connection, known: tuple[Catalog, ...]) -> Catalog:
    """Read the catalog by the prover's own function, or without it where a migration has dropped that."""
    try:
        return _catalog_by(connection, known, f"SELECT {LISTING}()")
    except ScriptError as error:
        if error.diagnosis.sqlstate not in NOT_THERE:
            raise
    return _recognised(known, fingerprint(connection)) or read_catalog(connection)


def _catalog_by(connection: psycopg.Connection, known: tuple[Catalog, ...], listing: str) -> Catalog:
    found = _recognised(known, fingerprint_by(connection, listing)) if known else None
    return found or read_catalog_by(connection, listing)


def _recognised(known: tuple[Catalog, ...], now: str) -> Catalog | None:
    return next((catalog for catalog in known if catalog.fingerprint == now), None)
