"""All that a migration may change, at one moment: the schema, the rows, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from surefoot.catalog import Catalog, fingerprint, read_catalog
from surefoot.proving.contents import Contents, read_contents
from surefoot.proving.surroundings import Surroundings, read_surroundings


@dataclass(frozen=True, slots=True)
class State:
    """The schema, the rows, and what stands beside them."""

    catalog: Catalog
    contents: Contents
    surroundings: Surroundings


def read_state(connection: psycopg.Connection, known: tuple[Catalog, ...] = ()) -> State:
    """Read the state. A catalog that is known already is recognised by its fingerprint, which costs less."""
    return State(_catalog(connection, known), read_contents(connection), read_surroundings(connection))


def _catalog(connection: psycopg.Connection, known: tuple[Catalog, ...]) -> Catalog:
    if known:
        now = fingerprint(connection)
        for catalog in known:
            if catalog.fingerprint == now:
                return catalog
    return read_catalog(connection)
