"""Storage buckets that must be there, open to everybody or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yaml.nodes import MappingNode, Node

from surefoot_lint.document import AnyOf, Flag, Key, Keys, ListOf, Shape, Text
from surefoot_lint.invariant import Invariant
from surefoot_lint.literals import literal

# Whoever is bound by the policies of this table may see none of its rows, though they are there.
OTHERS = """
SELECT CASE WHEN b.id IS NOT NULL
        THEN concat('the bucket ', w.id, CASE WHEN b.public THEN ' is' ELSE ' is not' END, ' public')
    WHEN pg_catalog.row_security_active('storage.buckets'::regclass)
        THEN concat('there is no bucket ', w.id, ', or policies hide it from ', current_user)
    ELSE concat('there is no bucket ', w.id) END
FROM (VALUES {wanted}) AS w (id, public)
LEFT JOIN storage.buckets AS b ON b.id = w.id
WHERE b.id IS NULL OR b.public IS DISTINCT FROM coalesce(w.public, b.public)
"""


class Bucket(NamedTuple):
    """A storage bucket that must be there, and whether it must be open to everybody."""

    id: str
    public: bool | None = None


ID = Text(meaning="a name")
DESCRIBED = Keys(
    {"id": Key(Text(), "the bucket", required=True), "public": Key(Flag(), "whether everybody may read it")}, Bucket
)


def _either(node: Node) -> Shape:
    return DESCRIBED if isinstance(node, MappingNode) else ID


def _queries(wanted: Sequence[str | Bucket]) -> Iterable[tuple[str, str]]:
    described = (Bucket(one) if isinstance(one, str) else one for one in wanted)
    rows = (f"({literal(one.id)}, {'NULL' if one.public is None else one.public}::boolean)" for one in described)
    if wanted:
        yield "", OTHERS.format(wanted=", ".join(rows))


INVARIANT = Invariant(
    doc="storage buckets that must be there",
    example="[avatars, {id: papers, public: false}]",
    shape=ListOf(AnyOf((ID, DESCRIBED), _either)),
    queries=_queries,
    next_step="INSERT INTO storage.buckets … in a new migration; who verifies needs SELECT on it, and USAGE on storage",
)
