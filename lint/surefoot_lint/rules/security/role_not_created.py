"""A statement names a role that no migration makes and the platform does not provide.

On a database that is set up from the migrations, for a test, for a colleague, after a disaster, it fails: the role
does not exist (SQLSTATE 42704). The name may also be misspelt.

Make the role in a migration, in a DO block that asks pg_roles first, since roles belong to all databases of a server.
Where those who run the server make it, ask in the same way before granting to it, or allow this rule with that reason.
With `platform: supabase` in the manifest its roles are known.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import ChangePolicy, Grant
from surefoot_lint.actions.creating import CreatePolicy
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

HEAD = """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
"""
BAD = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
GRANT SELECT ON cat TO example_cat_reader; -- ← SE207
""",
}
BAD_ERROR = "42704"
GOOD = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'example_cat_reader') THEN
        GRANT SELECT ON cat TO example_cat_reader;
    END IF;
END
$$;
""",
}
EVERYWHERE = ("public", "postgres", "current_user", "current_role", "session_user", "")
OF_HOSTS = ("pg_", "rds", "cloudsql", "azure_", "neon_", "alloydb")
OF_PLATFORM = {
    "supabase": ("anon", "authenticat", "service_role", "supabase_", "dashboard_user", "pgbouncer", "pgsodium_")
}


@rule("SE207", "role-not-created", Level.WARNING)
def role_not_created(trip: RoundTrip) -> Iterator[Found]:
    """Find roles that a project never makes, once a role: a later migration is not told what an earlier one was.

    A folder without a manifest may not hold all that was run, and what cannot be read may make roles.
    """
    manifest = trip.fileset.manifest
    if manifest is None or not trip.after.is_closed:
        return
    told: set[str] = set()
    for one in trip.forward:
        for name in _roles(one.action):
            known = (*OF_HOSTS, *OF_PLATFORM.get(manifest.platform or "", ()))
            if name in told or name in EVERYWHERE or name.startswith(known) or _is_known(trip, name):
                continue
            told.add(name)
            message = f"no migration makes the role {name}"
            advice = "make it in a migration, or ask pg_roles before"
            yield trip.found(one.place, message, advice, object=f"role {name}", evidence="history")


def _roles(action: Action) -> tuple[str, ...]:
    """List the roles that a statement needs; none of one that asks before, or catches the error."""
    if action.guard.tests or action.guard.catches:
        return ()
    if isinstance(action, Grant):
        return (*action.grantees, *(of.name for of in action.objects if of.kind == "role"))
    return (action.roles or ()) if isinstance(action, CreatePolicy | ChangePolicy) else ()


def _is_known(trip: RoundTrip, name: str) -> bool:
    """Tell whether a migration makes a role, or one before this spoke of it, so that it is there."""
    role = Object("role", "", name)
    return role in trip.after.others or role in trip.before.others or ("", name) in trip.before.grants
