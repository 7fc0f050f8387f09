"""A table is made in a schema that clients reach through an API, without row security at the end of its migration.

Whoever has the API's public key can read and write all rows of such a table, as far as its privileges go; Supabase
grants them all to its two client roles on every new table of the schema public. The table is open from the moment the
migration commits.

Say ENABLE ROW LEVEL SECURITY in the same migration, and write the policies; without one no client sees a row. Or put
the table into a schema that is not exposed, or revoke all from the clients. Which schemas are exposed is said in the
manifest, `lint: {exposed_schemas: [public, api]}`; with `platform: supabase` it is public. Partitions are tables that
clients can name too: row security of the parent is not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.privileges import exposed_schemas, is_out_of_reach
from surefoot_lint.rule import rule
from surefoot_lint.tables import tables_made

HEAD = """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
lint: {exposed_schemas: [public]}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
"""
BAD = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name); -- ← SE101",
}
GOOD = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user);
""",
}


@rule("SE101", "table-without-rls", Level.WARNING)
def table_without_rls(trip: RoundTrip) -> Iterator[Found]:
    """Find exposed tables that this migration leaves without row security; quiet where it cannot be read whole."""
    schemas = exposed_schemas(trip.fileset)
    if not schemas or trip.is_unread:
        return
    for table in tables_made(trip):
        of = table.relation.object
        if of.schema not in schemas or table.relation.row_security or is_out_of_reach(trip.fileset, trip.after, of):
            continue
        message = f"clients reach all rows of {of.shown}: its row security is not on"
        yield trip.found(table.made.place, message, f"ALTER TABLE {of.shown} ENABLE ROW LEVEL SECURITY", object=of)
