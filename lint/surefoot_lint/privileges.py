"""Who may reach a table or call a function, as far as migrations say it."""

from __future__ import annotations

from surefoot_lint.actions.changing import Grant
from surefoot_lint.fileset import FileSet
from surefoot_lint.history import Catalog
from surefoot_lint.objects import DEFAULT_SCHEMA, ROUTINES, Object

CLIENTS = frozenset({"public", "anon", "authenticated"})
API_ROLES = frozenset({"anon", "authenticated"})  # of Supabase, which grants them all on new tables of public
CALLING = frozenset({"all", "execute"})


def exposed_schemas(fileset: FileSet) -> tuple[str, ...]:
    """List the schemas that clients reach through an API: those of the manifest, else what the platform exposes."""
    manifest = fileset.manifest
    if manifest is None:
        return ()
    if manifest.lint.exposed_schemas is not None:
        return manifest.lint.exposed_schemas
    return (DEFAULT_SCHEMA,) if manifest.platform == "supabase" else ()


def closed_to(catalog: Catalog, table: Object) -> frozenset[str]:
    """Name the clients from which all was revoked; none where one of them was given something since."""
    closed: set[str] = set()
    given: set[str] = set()
    for grant in _grants_on(catalog, table, "table"):
        clients = CLIENTS.intersection(grant.grantees)
        if not grant.revoke:
            given |= clients
        elif "all" in grant.privileges and not grant.grant_option:
            closed |= clients
            given -= clients
    return frozenset() if given else frozenset(closed)


def is_out_of_reach(fileset: FileSet, catalog: Catalog, table: Object) -> bool:
    """Tell whether no client can use a table or view at all, by what was revoked."""
    closed = closed_to(catalog, table)
    on_supabase = fileset.manifest is not None and fileset.manifest.platform == "supabase"
    return closed >= API_ROLES if on_supabase else bool(closed)


def is_settled(catalog: Catalog, function: Object) -> bool:
    """Tell whether a migration says if everyone may call a function, by GRANT or by REVOKE.

    Default privileges of one schema cannot take away what PUBLIC has by itself (manual: sql-alterdefaultprivileges).
    """
    for grant in _grants_on(catalog, function, "function"):
        roles = {"public"} if grant.revoke else {"public", "anon"}
        of_all_schemas = not grant.by_default or not grant.objects
        if of_all_schemas and roles.intersection(grant.grantees) and CALLING.intersection(grant.privileges):
            return True
    return False


def _grants_on(catalog: Catalog, of: Object, kind: str) -> list[Grant]:
    """List what was granted and revoked on an object, default privileges first."""
    schema = Object("schema", "", of.schema)
    defaults = [grant for grant in catalog.grants.get(("", ""), ()) if grant.by_default and grant.everything == kind]
    own = (grant for grant in catalog.grants.get((of.schema, of.name), ()) if not grant.by_default)
    return [
        *(grant for grant in defaults if not grant.objects or any(one[1:3] == schema[1:3] for one in grant.objects)),
        *(grant for grant in own if any(_is(target, of) for target in grant.objects)),
    ]


def _is(target: Object, of: Object) -> bool:
    """Tell whether a GRANT means an object; it calls views tables."""
    if of.kind in ROUTINES:
        return target.same(of)
    return target[1:3] == of[1:3] and target.part is None
