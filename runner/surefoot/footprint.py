"""What a statement locks, rewrites and drops of what existed before, seen from within its transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import psycopg

Kind = Literal["table", "materialized view", "view", "foreign table", "index", "sequence"]
RewriteKind = Literal["rewritten", "truncated", "rewritten or truncated"]

# 16384 is the first oid that is not PostgreSQL's own (manual: system-catalog-initial-data). An index belongs to its
# table, and so does the sequence of a column.
RELATIONS = """
SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind::text, c.relfilenode::bigint,
    coalesce(i.indrelid, d.refobjid)::bigint
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
LEFT JOIN pg_depend AS d ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'i', 'I', 'S') AND n.nspname !~ '^pg_'
"""
# A relation that is dropped is locked until the transaction ends, and has no file. An index that is made again may have
# the file of the one before it. Others that are new have a greater oid than all before, unless oids have come round.
LOCKS = """
SELECT coalesce(json_agg(json_build_array(l.relation::bigint, l.mode, c.relfilenode::bigint, c.relkind = 'i')), '[]')
FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384
    AND (l.relation <= {} OR c.relkind = 'i')
"""
NAMED = """
SELECT format('%%I.%%I', n.nspname, c.relname)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE format('%%I.%%I', n.nspname, c.relname) = ANY (%s)
"""
KINDS: dict[str, Kind] = {
    "r": "table",
    "p": "table",
    "m": "materialized view",
    "v": "view",
    "f": "foreign table",
    "i": "index",
    "I": "index",
    "S": "sequence",
}
# A lock as the query tells it: the relation's oid, the mode, its file, and whether it is an index.
Held = tuple[int, str, int | None, bool | None]
REWRITES = ("ALTER", "CLUSTER", "REFRESH", "REINDEX")


class LockMode(IntEnum):
    """The modes of a lock on a relation, the weakest first (manual: explicit-locking, table-level locks)."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        """Write it as LOCK TABLE does: SHARE ROW EXCLUSIVE."""
        return self.name.replace("_", " ")


MODES = {f"{str(mode).title().replace(' ', '')}Lock": mode for mode in LockMode}  # ShareRowExclusiveLock


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation that existed before, by its name at that time; `table` is the one that an index belongs to."""

    name: str
    kind: Kind
    table: str | None = None

    def __str__(self) -> str:
        """Write it as `public.leads`, or `index public.leads_pkey`."""
        return self.name if self.kind == "table" else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on a relation."""

    relation: Relation
    mode: LockMode


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A relation that got a new file: its rows were written anew or thrown away; of a DO or CALL it is not known.

    `reason` is ALTER TABLE's own, where the server was asked for it.
    """

    relation: Relation
    how: RewriteKind
    reason: str | None = None

    def __str__(self) -> str:
        """Write what became of it: `rewritten (another type)`."""
        return f"{self.how} ({self.reason})" if self.reason else self.how


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one statement did to what existed before; for each relation the strongest of the locks that are new."""

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    dropped: tuple[Relation, ...] = ()


def relations(connection: psycopg.Connection) -> tuple[dict[int, Relation], dict[int, int]]:
    """Read the relations that are there by their oids, and the files that hold their rows."""
    rows = connection.execute(RELATIONS).fetchall()
    names = {row[0]: row[1] for row in rows}
    found = {oid: Relation(name, KINDS[kind], names.get(table)) for oid, name, kind, _, table in rows}
    return found, {row[0]: row[3] for row in rows}


class Footprints:
    """Tells the footprints of one transaction's statements, from the answers to `query` after each of them.

    What existed before is looked up when it is made. A lock that the transaction holds already, and takes again,
    leaves no trace; one on what the transaction itself has made is of no interest.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self._relations, files = relations(connection)
        self.connection = connection
        self.query = LOCKS.format(max(files, default=0))
        self._files: dict[int, int | None] = {**files}
        self._held: set[tuple[int, LockMode]] = set()

    @property
    def held(self) -> tuple[Lock, ...]:
        """Give the strongest lock that is held on each relation."""
        return self.strongest(self._held)

    def next(self, answer: Iterable[Held], tag: str, dropped: Collection[int] | None = None) -> Footprint:
        """Take the answer to the query after a statement with this command tag.

        `dropped` are the oids that the statement has dropped, where an event trigger has told them.
        """
        answered = [(oid, MODES.get(mode), file, is_index) for oid, mode, file, is_index in answer]
        rows = [row[:3] for row in answered if row[0] in self._files]
        made = {file for oid, _, file, is_index in answered if is_index and oid not in self._files}
        held = {(oid, mode) for oid, mode, _ in rows if mode is not None}
        new, self._held = held - self._held, held
        changed = {oid: file for oid, _, file in rows if file != self._files[oid]}
        passed_on = {oid for oid in changed if self._files[oid] in made}
        self._files |= changed
        changed = {oid: file for oid, file in changed.items() if oid not in passed_on}
        gone = [self._relations[oid] for oid, file in changed.items() if file is None]
        rebuilt = self._rebuilt(gone) if dropped is None else self._not_among(changed, dropped)
        rewritten = [self._relations[oid] for oid, file in changed.items() if file is not None]
        rewrites = [Rewrite(one, _how(tag)) for one in (*rewritten, *rebuilt) if one.kind != "sequence"]
        return Footprint(self.strongest(new), tuple(rewrites), tuple(one for one in gone if one not in rebuilt))

    def _not_among(self, changed: Mapping[int, int | None], dropped: Collection[int]) -> list[Relation]:
        """Find what is gone and was not dropped: its file was made anew under another oid."""
        return [self._relations[oid] for oid, file in changed.items() if file is None and oid not in dropped]

    def _rebuilt(self, gone: Iterable[Relation]) -> list[Relation]:
        """Find the indexes that are there again: ALTER COLUMN … TYPE drops those of the column and makes them anew."""
        indexes = {one.name: one for one in gone if one.kind == "index"}
        if not indexes:
            return []
        return [indexes[row[0]] for row in self.connection.execute(NAMED, [list(indexes)])]

    def strongest(self, locks: Iterable[tuple[int, LockMode]]) -> tuple[Lock, ...]:
        """Give the strongest of the locks on each relation, by the relation's oid, sorted by name."""
        strongest: dict[int, LockMode] = {}
        for oid, mode in locks:
            strongest[oid] = max(mode, strongest.get(oid, mode))
        return tuple(sorted((Lock(self._relations[o], m) for o, m in strongest.items()), key=lambda k: k.relation.name))


def _how(tag: str) -> RewriteKind:
    if tag == "TRUNCATE TABLE":
        return "truncated"
    return "rewritten" if tag.startswith(REWRITES) else "rewritten or truncated"
