"""The roles of a whole cluster: how they stand, and what puts them back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

ROLES = """
SELECT json_build_object(
    'roles', coalesce((
        SELECT json_object_agg(rolname, concat_ws(' ',
            CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
            CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
            CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
            CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
            CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
            CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
            CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END,
            'CONNECTION LIMIT ' || rolconnlimit,
            'VALID UNTIL ' || quote_literal(coalesce(rolvaliduntil::text, 'infinity'))))
        FROM pg_roles WHERE rolname !~ '^pg_'), '{}'),
    'members', coalesce((
        SELECT json_agg(json_build_array(pg_get_userbyid(roleid), pg_get_userbyid(member), bool_or))
        FROM (SELECT roleid, member, bool_or(admin_option) FROM pg_auth_members GROUP BY 1, 2) AS m), '[]'),
    'settings', coalesce((
        SELECT json_object_agg(rolname, setconfig) FROM pg_db_role_setting AS s JOIN pg_roles AS r ON r.oid = s.setrole
        WHERE setdatabase = 0), '{}')
)
"""
# A list that ALTER ROLE … SET would have to quote item by item goes into the catalog as it was.
SETTINGS = sql.SQL("""
DELETE FROM pg_db_role_setting WHERE setdatabase = 0 AND setrole = {role}::regrole;
INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig) SELECT 0, {role}::regrole, {settings}::text[]
WHERE cardinality({settings}::text[]) > 0
""")


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles with their attributes, their memberships (role, member, with admin option), and their settings.

    Passwords are left out: nobody should have to keep them.
    """

    roles: Mapping[str, str]
    members: tuple[tuple[str, str, bool], ...]
    settings: Mapping[str, list[str]]

    @staticmethod
    def of(values: Mapping[str, object]) -> Roles:
        """Make it of the values that JSON gave."""
        roles, members, settings = values["roles"], values["members"], values["settings"]
        assert isinstance(roles, dict)
        assert isinstance(members, list | tuple)
        assert isinstance(settings, dict)
        return Roles(roles, tuple((role, member, admin) for role, member, admin in members), settings)

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))


def read_roles(connection: psycopg.Connection) -> Roles:
    """Read how the roles stand, but for the server's own."""
    row = connection.execute(ROLES.encode()).fetchone()
    assert row is not None
    return Roles.of(row[0])


def put_back(connection: psycopg.Connection, before: Roles) -> None:
    """Make the roles stand as they stood; no database must be left that those to be dropped own something in."""
    for statement in restoring(before, read_roles(connection)):
        connection.execute(statement)


def restoring(before: Roles, now: Roles) -> Iterator[sql.Composed]:
    """Write what puts the roles back: pure."""
    for name in sorted(now.roles.keys() - before.roles.keys()):
        yield sql.SQL("DROP ROLE {}").format(sql.Identifier(name))
    for name, attributes in sorted(before.roles.items()):
        if now.roles.get(name) != attributes:
            verb = sql.SQL("ALTER ROLE" if name in now.roles else "CREATE ROLE")
            yield sql.SQL("{} {} WITH {}").format(verb, sql.Identifier(name), _raw(attributes))
    kept = {one for one in now.members if {one[0], one[1]} <= before.roles.keys() or one in before.members}
    for role, member, _ in sorted(kept - set(before.members)):
        yield sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(role), sql.Identifier(member))
    for role, member, is_admin in sorted(set(before.members) - kept):
        option = sql.SQL(" WITH ADMIN OPTION" if is_admin else "")
        yield sql.SQL("GRANT {} TO {}{}").format(sql.Identifier(role), sql.Identifier(member), option)
    for name in sorted(before.roles):
        if before.settings.get(name, []) != now.settings.get(name, []):
            regrole = sql.Literal(sql.Identifier(name).as_string())
            yield SETTINGS.format(role=regrole, settings=sql.Literal(before.settings.get(name, [])))


def _raw(text: str) -> sql.Composable:
    """Take SQL that the server itself has written."""
    return sql.SQL(text)  # type: ignore[arg-type, unused-ignore]
