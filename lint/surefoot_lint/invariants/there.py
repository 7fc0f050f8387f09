"""Invariants of what must be there: tables, enums with their labels, storage buckets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from yaml.nodes import MappingNode, Node

from surefoot_lint.document import AnyOf, Flag, JsonSchema, Key, Keys, Reader, Text
from surefoot_lint.invariants.shapes import split_name, text, texts

TABLES_THERE = """
SELECT concat('there is no table ', w.schema, '.', w.name)
FROM (VALUES {wanted}) AS w (schema, name)
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = w.schema AND c.relname = w.name AND c.relkind IN ('r', 'p', 'f')
)
ORDER BY 1
"""
ENUMS = """
SELECT CASE WHEN e.labels IS NULL THEN concat('there is no enum ', w.schema, '.', w.name)
    ELSE concat('the enum ', w.schema, '.', w.name, ' has ', array_to_string(e.labels, ', '), ', and not ',
        array_to_string(w.labels, ', ')) END
FROM (VALUES {wanted}) AS w (schema, name, labels)
LEFT JOIN LATERAL (
    SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder) AS labels
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_enum AS l ON l.enumtypid = t.oid
    WHERE n.nspname = w.schema AND t.typname = w.name AND t.typtype = 'e'
) AS e ON true
WHERE e.labels IS DISTINCT FROM w.labels ORDER BY 1
"""
BUCKETS = """
SELECT CASE WHEN b.id IS NULL THEN concat('there is no bucket ', w.id)
    ELSE concat('the bucket ', w.id, CASE WHEN b.public THEN ' is public' ELSE ' is not public' END) END
FROM (VALUES {wanted}) AS w (id, public)
LEFT JOIN storage.buckets AS b ON b.id = w.id
WHERE b.id IS NULL OR b.public <> w.public ORDER BY 1
"""


class Bucket(NamedTuple):
    """A storage bucket that must be there, and whether it must be open to everybody."""

    id: str
    public: bool | None = None


class BucketName:
    """The name of a bucket alone."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> Bucket:
        """Read a name."""
        return Bucket(Text().read(node, reader))

    def schema(self) -> JsonSchema:
        """Describe a name."""
        return Text().schema()


DESCRIBED = Keys(
    {"id": Key(Text(), "the bucket", required=True), "public": Key(Flag(), "whether everybody may read it")}, Bucket
)
BUCKET_NAME = BucketName()
BUCKET = AnyOf((BUCKET_NAME, DESCRIBED), lambda node: DESCRIBED if isinstance(node, MappingNode) else BUCKET_NAME)


def tables(name: str, wanted: Sequence[str]) -> Iterable[tuple[str, str]]:
    """List the tables that are not there."""
    if wanted:
        yield name, TABLES_THERE.format(wanted=", ".join(f"({texts(split_name(one))})" for one in wanted)).strip()


def enums(name: str, wanted: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """List the enums that are not there or have other labels."""
    rows = (f"({texts(split_name(enum))}, ARRAY[{texts(labels)}]::text[])" for enum, labels in wanted.items())
    if wanted:
        yield name, ENUMS.format(wanted=", ".join(rows)).strip()


def buckets(name: str, wanted: Sequence[Bucket]) -> Iterable[tuple[str, str]]:
    """List the buckets that are not there, or open when they should be closed, or closed when open."""
    rows = (f"({text(one.id)}, {'NULL' if one.public is None else one.public}::boolean)" for one in wanted)
    if wanted:
        yield name, BUCKETS.format(wanted=", ".join(rows)).strip()
