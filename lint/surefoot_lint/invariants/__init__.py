"""What must hold in every database of a project, by name: the query of each lists what breaks it.

Adding one is adding a row to INVARIANTS. The queries read the system's catalogs alone, which every role may; but for
buckets, which are rows.
"""

from __future__ import annotations

from surefoot_lint.document import Key, Keys, ListOf, Text
from surefoot_lint.invariants.counts import COUNT, count
from surefoot_lint.invariants.everywhere import (
    CONSTRAINTS_VALIDATED,
    FOREIGN_KEYS_INDEXED,
    NO_INVALID_INDEXES,
    POLICIES_PRESENT,
    RLS_ENABLED,
    holds_in,
)
from surefoot_lint.invariants.shapes import NAME, Asked, Everywhere, Invariant, Named, OneOrMore
from surefoot_lint.invariants.there import BUCKET, buckets, enums, tables

__all__ = ["INVARIANTS", "SHAPE", "Invariant"]

INVARIANTS = (
    ("rls_enabled", "every table has row-level security", Everywhere(), holds_in(RLS_ENABLED)),
    ("policies_present", "every table has a policy", Everywhere(), holds_in(POLICIES_PRESENT)),
    ("no_invalid_indexes", "no index is INVALID", Everywhere(), holds_in(NO_INVALID_INDEXES)),
    ("constraints_validated", "every constraint holds for all rows", Everywhere(), holds_in(CONSTRAINTS_VALIDATED)),
    ("foreign_keys_indexed", "every foreign key has an index", Everywhere(), holds_in(FOREIGN_KEYS_INDEXED)),
    ("tables", "tables that must be there", ListOf(NAME), tables),
    ("enums", "enums with their labels in order", Named(ListOf(Text())), enums),
    ("buckets", "storage buckets that must be there", ListOf(BUCKET), buckets),
    ("counts", "how many objects there must be", OneOrMore(COUNT), count),
)


def _all_of(**said: tuple[Invariant, ...]) -> tuple[Invariant, ...]:
    return tuple(one for several in said.values() for one in several)


SHAPE = Keys(
    {name: Key(Asked(name, shape, queries), doc, default=()) for name, doc, shape, queries in INVARIANTS}, _all_of
)
