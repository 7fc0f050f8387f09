"""GRANT and REVOKE → what undoes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surefoot_lint.actions.changing import Grant
from surefoot_lint.history import Catalog
from surefoot_lint.objects import Object
from surefoot_lint.quoting import named, quoted

SPECIAL_ROLES = frozenset({"current_role", "current_user", "public", "session_user"})


class Unknown(NamedTuple):
    """What cannot be undone by what the files say."""

    what: str


Step = str | Unknown


def undone_privileges(action: Grant, before: Catalog, objects: Iterable[Object]) -> Iterator[Step]:
    """Write what gives some of the objects of a GRANT or REVOKE the privileges of before."""
    for of in objects:
        if action.everything or action.by_default:
            yield Unknown("privileges are changed by a statement that names no single objects")
            return
        for privilege in action.privileges:
            yield from _undone(action, before, of, privilege)


def _undone(action: Grant, before: Catalog, of: Object, privilege: str) -> Iterator[Step]:
    """Undo one privilege; REVOKE of a table's takes those of its columns too (manual: sql-revoke)."""
    for grantee in action.grantees:
        was = before.note(of, f"privilege {privilege} for {grantee}") is not None
        is_in_part = bool(action.columns) and (was or action.revoke)
        is_vague = (action.revoke and not was) or (privilege == "all" and was != action.revoke)
        if of.kind == "role" or is_in_part or is_vague or (was and action.grant_option):
            yield Unknown(f"{privilege} on {of} is {'revoked from' if action.revoke else 'granted to'} {grantee}")
        elif was == action.revoke:
            verb, word = ("GRANT", "TO") if was else ("REVOKE", "FROM")
            to = grantee.upper() if grantee in SPECIAL_ROLES else quoted(grantee)
            yield f"{verb} {privilege.upper()} ON {_granted(of)} {named(of)} {word} {to}"


def _granted(of: Object) -> str:
    """Write the kind of an object as GRANT does."""
    if of.kind in ("view", "materialized view", "foreign table"):
        return "TABLE"
    return "FOREIGN SERVER" if of.kind == "server" else of.kind.upper()
