"""A view in a schema that clients reach reads a table with row security, and reads it with the rights of its owner.

A view asks for privileges and policies in the name of its owner, unless it says otherwise. The owner of the table,
and superusers, are past row security: whoever may read the view reads the rows of everyone.

Say `WITH (security_invoker = true)`, from PostgreSQL 15 on: the policies are then asked about whoever queries. Or put
the view into a schema that is not exposed, or revoke all on it from the clients.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Change
from surefoot_lint.actions.creating import CreateView
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.history import Relation
from surefoot_lint.objects import Object
from surefoot_lint.privileges import exposed_schemas, is_out_of_reach
from surefoot_lint.rule import rule

HEAD = """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
lint: {exposed_schemas: [public]}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_name_cats.sql, irreversible: an example}
"""
CATS = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user);
"""
BAD = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": CATS,
    "migrations/002_name_cats.sql": "CREATE OR REPLACE VIEW cat_name AS SELECT id, name FROM cat; -- ← SE107",
}
GOOD = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": CATS,
    "migrations/002_name_cats.sql": """\
CREATE OR REPLACE VIEW cat_name WITH (security_invoker = true) AS SELECT id, name FROM cat;
""",
}
FIRST_MAJOR = 15


@rule("SE107", "view-not-security-invoker", Level.WARNING)
def view_not_security_invoker(trip: RoundTrip) -> Iterator[Found]:
    """Find exposed views past the row security of what they read, through other views too."""
    manifest, schemas = trip.fileset.manifest, exposed_schemas(trip.fileset)
    if manifest is None or manifest.postgres < FIRST_MAJOR or not schemas:
        return
    for one in actions_of(trip.forward, CreateView):
        view, relation = one.action.object, trip.after.relation(one.action.object)
        if view.kind != "view" or view.schema not in schemas or relation is None or relation.view is not one.action:
            continue
        table = None if _asks_for_its_caller(trip, one) else _protected(trip, relation, set())
        if table and not is_out_of_reach(trip.fileset, trip.after, view):
            message = f"view {view.shown} reads {table.shown} as its owner, past the table's row security"
            evidence: Evidence = "history" if trip.before.relation(table) else "static"
            yield trip.found(one.place, message, "WITH (security_invoker = true)", object=view, evidence=evidence)


def _asks_for_its_caller(trip: RoundTrip, one: Located[CreateView]) -> bool:
    """Tell whether the view says security_invoker, or ALTER VIEW does."""
    later = (other.action for other in actions_of(trip.forward, Change) if other.action.object.same(one.action.object))
    return one.action.security_invoker or any("security_invoker" in str(change.value) for change in later)


def _protected(trip: RoundTrip, relation: Relation, seen: set[Object]) -> Object | None:
    """Find a table with row security that a view reads."""
    for read in relation.view.reads if relation.view else ():
        below = trip.after.relation(read)
        if below is None or read in seen:
            continue
        seen.add(read)
        if below.row_security:
            return below.object
        if found := _protected(trip, below, seen):
            return found
    return None
