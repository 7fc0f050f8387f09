"""The schema under trial: read whole once, and then only what a round has left stale."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from surefoot.catalog import DEFAULT_LEDGER, Identity, ask, query_of
from surefoot.proving.stale import NOT_THERE, Stale
from surefoot.script import ScriptError

FUNCTIONS = Path(__file__).with_suffix(".sql")
OWN = "surefoot_proof"  # the schema of all that is put into a database under trial
PIECES = """
SELECT coalesce(json_agg(json_build_array(classid::bigint, objid::bigint, subid, kind, name, definition)), '[]')
FROM line
"""
SOME = sql.SQL("SELECT {}.some({}::oid[], {}::text[])")
OF_SOME = "o.objid = ANY (stale) OR o.objid = 0"
# The catalogs of objects by their oids: of those that are gone, all pieces are.
OBJECTS = (
    "pg_class",
    "pg_proc",
    "pg_type",
    "pg_constraint",
    "pg_trigger",
    "pg_policy",
    "pg_rewrite",
    "pg_publication_rel",
)
THERE = "SELECT '{0}'::regclass::bigint, json_agg(oid::bigint) FROM {0} WHERE '{0}' = ANY (shrunk)"


class Piece(NamedTuple):
    """What is told of an object, or of a part of it, and its address: zeroes for what has none."""

    classid: int
    objid: int
    subid: int
    kind: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Schema:
    """All objects with their definitions, in the server's words, and the pieces that it is put together of.

    `members` stands for all that belongs to extensions.
    """

    objects: Mapping[Identity, str]
    pieces: tuple[Piece, ...]
    members: str | None

    @staticmethod
    def of(pieces: Iterable[Piece], members: str | None) -> Schema:
        """Put it together."""
        pieces = tuple(pieces)
        return Schema({Identity(one.kind, one.name): one.definition for one in pieces}, pieces, members)


def functions() -> str:
    """Write the statements that make the functions which read the schema."""
    hidden = (DEFAULT_LEDGER, OWN)
    parts = {
        "whole": query_of(*hidden) + PIECES,
        "some": query_of(*hidden, only=OF_SOME) + PIECES,
        "there": " UNION ALL ".join(THERE.format(name) for name in OBJECTS),
    }
    text = FUNCTIONS.read_text(encoding="utf-8")
    for name, query in parts.items():
        text = text.replace(f"(:{name})", f"({query})")
    return text


def read_schema(connection: psycopg.Connection, start: Schema | None = None, stale: Stale | None = None) -> Schema:
    """Read all objects of the schema; with that at the start of a round, only what is stale.

    Raises ScriptError.
    """
    if start is None or stale is None or not stale.is_telling:
        return _whole(connection)
    if not stale.changed:
        return start
    query = SOME.format(sql.Identifier(OWN), [*stale.objects], [*stale.shrunk]).as_string()
    found = json.loads(ask(connection, query) or "")
    if found["members"] not in (None, start.members):
        return _whole(connection)
    return _with(start, stale, found)


def _whole(connection: psycopg.Connection) -> Schema:
    """Read it by our own function, or without it where a migration has dropped that."""
    try:
        found = json.loads(ask(connection, f"SELECT {OWN}.whole()") or "")
    except ScriptError as error:
        if error.diagnosis.sqlstate not in NOT_THERE:
            raise
        found = {"members": None, "pieces": json.loads(ask(connection, query_of(DEFAULT_LEDGER, OWN) + PIECES) or "")}
    return Schema.of((Piece(*one) for one in found["pieces"]), found["members"])


def _with(start: Schema, stale: Stale, found: Mapping[str, Any]) -> Schema:
    """Replace what is stale, and leave out what is gone."""
    there = {int(class_): set(oids or ()) for class_, oids in (found["there"] or {}).items()}
    comments = {tuple(one) for one in found["comments"] or ()} if "pg_description" in stale.shrunk else None
    kept = (
        one
        for one in start.pieces
        if one.objid
        and one.objid not in stale.objects
        and (one.classid not in there or one.objid in there[one.classid])
        and (one.kind != "comment" or comments is None or one[:3] in comments)
    )
    return Schema.of((*kept, *(Piece(*one) for one in found["pieces"])), start.members)
