"""A schema with what a draft needs beside the definitions: tables in parts, owners, and what depends on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psycopg

from surefoot.catalog import SETTINGS, Catalog, Identity, query_of

SHAPES = Path(__file__).with_name("shapes.sql")
# In place of the catalog's last SELECT: where each object stands in the system's catalogs, and whose it is.
ADDRESSES = """
SELECT kind, name, classid::bigint, objid::bigint, subid, quote_ident(pg_get_userbyid(owner)) FROM listed
WHERE objid <> 0
UNION ALL
SELECT 'extension', quote_ident(extname), 'pg_extension'::regclass::bigint, oid::bigint, 0, NULL FROM pg_extension
"""
# A foreign key of a partition, a view's rule, a table's row type and the like belong to what they were made with.
EDGES = """
SELECT classid::bigint, objid::bigint, objsubid, refclassid::bigint, refobjid::bigint, refobjsubid, deptype
FROM pg_depend WHERE objid >= 16384 AND refobjid >= 16384
"""
BELONGING = "ieSPa"  # what is made and dropped with another, the closest first
LONGEST_WAY = 9


class Address(NamedTuple):
    """Where an object stands in the system's catalogs."""

    classid: int
    objid: int
    subid: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column in parts, in the server's words."""

    name: str
    type: str
    collation: str | None
    not_null: str | None
    valid: bool
    inheritable: bool
    identity: str | None
    sequence: str | None
    default: str | None
    generated: str | None
    storage: str
    has_own_storage: bool
    compression: str | None
    statistics: int | None
    options: list[str]
    server_options: list[str]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view in parts, in the server's words; `kind` is pg_class.relkind."""

    kind: str
    unlogged: bool
    of: str | None
    parents: list[str]
    bound: str | None
    key: str | None
    method: str | None
    options: list[str]
    row_security: bool
    forced: bool
    replica_identity: str | None
    server: str | None
    server_options: list[str]
    query: str | None
    populated: bool
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Find a column by its quoted name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """A database's schema: `needs` tells what an object cannot be without, `within` what it comes and goes with."""

    objects: Mapping[Identity, str]
    owners: Mapping[Identity, str]
    relations: Mapping[str, Relation]
    needs: Mapping[Identity, frozenset[Identity]]
    within: Mapping[Identity, frozenset[Identity]]
    server: int

    def needing(self, one: Identity) -> list[Identity]:
        """Name what cannot be without an object."""
        return sorted(other for other, needed in self.needs.items() if one in needed)

    def wholes(self, one: Identity) -> set[Identity]:
        """Name an object, and all that it goes with."""
        found: set[Identity] = set()
        waiting = [one]
        while waiting:
            next_one = waiting.pop()
            if next_one not in found:
                found.add(next_one)
                waiting += self.within.get(next_one, ())
        return found

    def closest(self, chosen: Collection[Identity], one: Identity) -> list[Identity]:
        """Choose an object, or else the closest that it comes and goes with."""
        around = {one}
        for _ in range(LONGEST_WAY):
            if found := [whole for whole in around if whole in chosen]:
                return found
            around = {whole for part in around for whole in self.within.get(part, ())}
        return []

    def is_made_with(self, one: Identity) -> bool:
        """Tell whether it is the index of a constraint or the sequence of an identity column."""
        around = self.within.get(one, frozenset())
        if one.kind == "index":
            return any(whole.kind == "constraint" for whole in around)
        if one.kind == "sequence":
            owners = [whole for whole in around if whole.kind == "column"]
            return any("AS IDENTITY" in self.objects.get(owner, "") for owner in owners)
        return False


def read_schema(connection: psycopg.Connection, catalog: Catalog, ledger_schema: str) -> Schema:
    """Read what belongs to a catalog that was read before, in a transaction that is rolled back."""
    with connection.transaction(force_rollback=True):
        for name, value in SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, true)", [name, value])
        rows = connection.execute((query_of(ledger_schema) + ADDRESSES).encode()).fetchall()
        shapes = connection.execute(SHAPES.read_bytes()).fetchall()
        edges = connection.execute(EDGES).fetchall()
    names = {Address(*row[2:5]): Identity(*row[:2]) for row in rows}
    needs, within = _resolved(names, [(Address(*row[:3]), Address(*row[3:6]), row[6]) for row in edges])
    owners = {Identity(*row[:2]): row[5] for row in rows if row[5]}
    relations = {name: _relation(parts) for name, parts in shapes}
    return Schema(catalog.objects, owners, relations, needs, within, connection.info.server_version)


def _relation(parts: dict[str, object]) -> Relation:
    columns = parts.pop("columns")
    assert isinstance(columns, list)
    return Relation(**parts, columns=tuple(Column(**column) for column in columns))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of objects by their addresses; what has none in the catalog is told of its owner."""

    names: Mapping[Address, Identity]
    owners: Mapping[Address, Address]

    def of(self, address: Address) -> Identity | None:
        """Name an object, or else what it belongs to."""
        for _ in range(LONGEST_WAY):
            if address in self.names:
                return self.names[address]
            whole = address._replace(subid=0)
            if address not in self.owners and whole == address:
                return None
            address = self.owners.get(address, whole)
        return None


def _resolved(
    names: Mapping[Address, Identity], edges: Sequence[tuple[Address, Address, str]]
) -> tuple[dict[Identity, frozenset[Identity]], dict[Identity, frozenset[Identity]]]:
    """Tell what each object needs, and what it comes and goes with."""
    belongings = [edge for edge in edges if edge[2] in BELONGING and edge[0] not in names]
    belongings.sort(key=lambda edge: BELONGING.index(edge[2]), reverse=True)  # the closest comes last, and stays
    known = _Names(names, {address: other for address, other, _ in belongings})
    needs: defaultdict[Identity, set[Identity]] = defaultdict(set)
    within: defaultdict[Identity, set[Identity]] = defaultdict(set)
    for address, identity in names.items():
        if address.subid and (whole := known.of(address._replace(subid=0))):
            within[identity].add(whole)
    for address, other, kind in edges:
        if kind in BELONGING and address not in names:
            continue  # it goes by itself with any of what it belongs to
        one, needed = known.of(address), known.of(other)
        if one is not None and needed is not None and one != needed:
            is_part = kind in BELONGING and address in names
            (within if is_part else needs)[one].add(needed)
    return _frozen(needs), _frozen(within)


def _frozen(found: Mapping[Identity, set[Identity]]) -> dict[Identity, frozenset[Identity]]:
    return {identity: frozenset(others) for identity, others in found.items()}
