"""Statements that grant and revoke, from the words in which the catalog tells privileges."""

from __future__ import annotations

import re
from collections.abc import Mapping

from surefoot.catalog import Identity
from surefoot.drafting.names import RELATIONS, reference, split

OWNER = "its owner"
ROUTINES = ("function", "procedure", "aggregate")
TYPES = ("enum", "domain", "range", "composite type", "type")
CLASSES = (
    {"aggregate": "FUNCTION", "server": "FOREIGN SERVER", "foreign-data wrapper": "FOREIGN DATA WRAPPER"}
    | dict.fromkeys(TYPES, "TYPE")
    | dict.fromkeys(RELATIONS, "TABLE")
)
PUBLICLY = {"schema": "USAGE", "language": "USAGE"} | dict.fromkeys(ROUTINES, "EXECUTE") | dict.fromkeys(TYPES, "USAGE")
DEFAULTS = re.compile(
    r'(?P<what>[A-Z ]+) of (?P<owner>"(?:[^"]|"")*"|[^\s"]+)(?: in (?P<schema>"(?:[^"]|"")*"|[^\s"]+))? to (?P<to>.+)'
)
PUBLIC_DEFAULTS = {"FUNCTIONS": "EXECUTE", "TYPES": "USAGE"}


def grantee_of(name: str) -> tuple[str, str]:
    """Cut who is granted something off the catalog's name for a grant: `table public.t` and `reader`."""
    what, _, grantee = name.rpartition(" to ")
    return what, grantee


def grant(
    on: Identity, grantee: str, wanted: str | None, owners: Mapping[Identity, str], *, fresh: bool = False
) -> list[str]:
    """Write what makes a role's privileges on an object these; nothing given means what PostgreSQL grants by itself.

    `fresh` tells that there are no others on it yet.
    """
    role = owners.get(on, "CURRENT_USER") if grantee == OWNER else grantee
    column = ""
    where = f"{CLASSES.get(on.kind, on.kind.upper())} {on.name}"
    if on.kind == "column":
        table, column = split(on.name)
        where = f"TABLE {table}"
    said = wanted if wanted is not None else _usual(on, grantee)
    lines = [] if fresh else [f"REVOKE ALL{f' ({column})' if column else ''} ON {where} FROM {role}"]
    for part, option in _parts(said):
        privileges = ", ".join(f"{one} ({column})" if column else one for one in part)
        lines.append(f"GRANT {privileges} ON {where} TO {role}{option}")
    return lines


def default_privileges(name: str, wanted: str | None) -> list[str] | None:
    """Write what makes default privileges these; nothing given means what PostgreSQL grants by itself."""
    match = DEFAULTS.fullmatch(name)
    if match is None:
        return None
    schema = f" IN SCHEMA {match['schema']}" if match["schema"] else ""
    alter = f"ALTER DEFAULT PRIVILEGES FOR ROLE {match['owner']}{schema}"
    role = match["owner"] if match["to"] == OWNER else match["to"]
    usual = "ALL" if match["to"] == OWNER else PUBLIC_DEFAULTS.get(match["what"]) if role == "PUBLIC" else None
    said = wanted if wanted is not None else None if schema else usual
    lines = [f"{alter} REVOKE ALL ON {match['what']} FROM {role}"]
    return lines + [
        f"{alter} GRANT {', '.join(part)} ON {match['what']} TO {role}{option}" for part, option in _parts(said)
    ]


def _usual(on: Identity, grantee: str) -> str | None:
    if on.kind == "column":
        return None
    if grantee == OWNER:
        return "ALL"
    return PUBLICLY.get(on.kind) if grantee == "PUBLIC" and (on.kind != "schema" or on.name == "public") else None


def _parts(said: str | None) -> list[tuple[list[str], str]]:
    """Cut `SELECT; INSERT WITH GRANT OPTION` into what GRANT takes at a time."""
    option = " WITH GRANT OPTION"
    parts = [] if said in (None, "none") else str(said).split("; ")
    return [(part.removesuffix(option).split(", "), option if part.endswith(option) else "") for part in parts]


def remark(kind: str, on: Identity, name: str, wanted: str | None, domains: frozenset[str]) -> str:
    """Write what sets or removes a comment or a security label."""
    from surefoot.drafting.names import literal

    text = "NULL" if wanted is None else literal(wanted)
    if kind == "comment":
        return f"COMMENT ON {reference(on, domains)} IS {text}"
    return f"SECURITY LABEL FOR {name.rpartition(' FOR ')[2]} ON {reference(on, domains)} IS {text}"
