"""A foreign key sets its column to NULL when the row that it points to goes, and the column is NOT NULL.

Both cannot be: the DELETE or UPDATE fails with SQLSTATE 23502, not when this migration runs but when someone deletes
such a row for the first time.

Say ON DELETE CASCADE or RESTRICT, or let the column be NULL. From PostgreSQL 15 on, ON DELETE SET NULL (column) names
those of several columns that are to be set.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import SetNullable
from surefoot_lint.actions.columns import Constraint
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.errors import Place
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.history import Relation
from surefoot_lint.objects import Object
from surefoot_lint.references import constraints_of
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES owner (id) ON DELETE SET NULL -- ← SD105
);
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint REFERENCES owner (id) ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
"""


@rule("SD105", "set-null-on-not-null", Level.ERROR)
def set_null_on_not_null(trip: RoundTrip) -> Iterator[Found]:
    """Find columns that are NOT NULL at the end of the migration and would be set to NULL; each once."""
    told: set[tuple[Object, str]] = set()
    for one in trip.forward:
        for relation, constraint, offset in _touched(trip, one):
            for column in _set_columns(constraint):
                known, of = relation.columns.get(column), relation.object
                if known and known.not_null and (of, column) not in told:
                    told.add((of, column))
                    message = f"{of.shown}.{column} is NOT NULL, and {constraint.name} would set it to NULL"
                    at = Place(one.file.shown, *one.statement.locate(offset + 1))
                    evidence: Evidence = "history" if trip.before.relation(of) else "static"
                    advice = "ON DELETE CASCADE or RESTRICT, or let the column be NULL"
                    yield trip.found(
                        at, message, advice, object=of._replace(kind="column", part=column), evidence=evidence
                    )


def _touched(trip: RoundTrip, one: Located[Action]) -> Iterator[tuple[Relation, Constraint, int]]:
    """List the foreign keys that an action makes, or whose column it makes NOT NULL."""
    action = one.action
    if isinstance(action, SetNullable):
        relation = trip.after.relation(action.object)
        for constraint in relation.constraints.values() if relation and not action.nullable else ():
            if relation and action.object.part in constraint.columns:
                yield relation, constraint, action.offset
        return
    for made in constraints_of(action):
        relation = trip.after.relation(action.object)  # type: ignore[attr-defined]
        known = relation.constraints.get(str(made.name)) if relation else None
        if relation and known and not relation.object.is_temporary:
            yield relation, known, made.offset


def _set_columns(constraint: Constraint) -> tuple[str, ...]:
    """Name the columns that a foreign key sets to NULL."""
    if constraint.kind != "foreign key" or "set null" not in (constraint.on_delete, constraint.on_update):
        return ()
    return constraint.columns if constraint.on_update == "set null" else constraint.set_columns or constraint.columns
