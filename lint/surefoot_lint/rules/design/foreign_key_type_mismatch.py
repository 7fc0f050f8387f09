"""A column of a foreign key has another type than the column that it points to.

An integer that points to a bigint works until the first id that does not fit, and then inserts fail. With other pairs
each comparison casts a value. Where no cast compares them, the server refuses the key (SQLSTATE 42804).

Give both columns the same type: the type of the one that is pointed to.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import Type
from surefoot_lint.references import Reference, referenced_columns, references_made
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id integer REFERENCES owner (id) -- ← SD104
);
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint REFERENCES owner (id)
);
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
"""
ALIKE = {"character varying": "text", "character": "text", "name": "text"}


@rule("SD104", "foreign-key-type-mismatch", Level.WARNING)
def foreign_key_type_mismatch(trip: RoundTrip) -> Iterator[Found]:
    """Find foreign keys whose columns differ in type from those that they point to, as far as both are known."""
    for reference in references_made(trip.forward):
        relation, other = reference.relation(trip.after), reference.constraint.references
        target = trip.after.relation(other) if other else None
        if relation is None or target is None:
            continue
        if found := _mismatch(trip.after, reference, relation, target):
            message, advice = found
            evidence: Evidence = "history" if trip.before.relation(target.object) else "static"
            yield trip.found(reference.place, message, advice, object=reference.object, evidence=evidence)


def _mismatch(catalog: Catalog, reference: Reference, relation: Relation, target: Relation) -> tuple[str, str] | None:
    """Say which pair of columns differs, and which type would be right."""
    referenced = referenced_columns(catalog, reference.constraint)
    for name, other in zip(reference.constraint.columns, referenced, strict=False):
        one, two = relation.columns.get(name), target.columns.get(other)
        if one and two and _compared(catalog, one.type) != _compared(catalog, two.type):
            place = f"{reference.table.shown}.{name}"
            message = (
                f"{place} is {one.type.shown} and points to {target.object.shown}.{other}, which is {two.type.shown}"
            )
            return message, f"{name} {two.type.shown}"
    return None


def _compared(catalog: Catalog, one: Type) -> tuple[str, str, int]:
    """Say what a type is compared as: that below a domain; all strings are alike."""
    made = catalog.type(one)
    if made and made.form == "domain" and made.base and not one.dimensions:
        return _compared(catalog, made.base)
    return one.schema or "", ALIKE.get(one.name, one.name), one.dimensions
