"""Privileges come and go: GRANT and REVOKE."""

from __future__ import annotations

from dataclasses import replace

from surefoot_lint.actions.changing import Grant
from surefoot_lint.history import Catalog
from surefoot_lint.objects import Object


def _revoke_all(catalog: Catalog, of: Object, grantee: str) -> None:
    for about, aspect in list(catalog.notes.get((of.schema, of.name), {})):
        if about == of and aspect.startswith("privilege ") and aspect.endswith(f" for {grantee}"):
            catalog.set_note(of, aspect, None)


def _note_grant(catalog: Catalog, action: Grant) -> None:
    """Note a GRANT under the names of its objects, which ALL … IN SCHEMA does not tell, and of its roles."""
    objects = action.objects
    if action.everything and not action.by_default:
        objects = tuple(of for schema in objects for of in catalog.all_in(schema.name, action.everything))
    told = replace(action, objects=objects)
    names = [("", grantee) for grantee in action.grantees]
    names += [("", "")] if action.by_default else [(of.schema, of.name) for of in objects]
    for name in dict.fromkeys(names):
        catalog.grants[name] = (*catalog.grants.get(name, ()), told)


def grant(catalog: Catalog, action: Grant) -> None:
    """Note who may do what, or may no more."""
    _note_grant(catalog, action)
    for of in action.objects:
        for grantee in action.grantees:
            for privilege in action.privileges if not action.by_default else ():
                catalog.set_note(of, f"privilege {privilege} for {grantee}", None if action.revoke else "granted")
            if action.revoke and "all" in action.privileges:
                _revoke_all(catalog, of, grantee)
