"""Who may do what: grants by the objects that they are on, and summed up by roles. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from surefoot.catalog import Identity
from surefoot.document.model import Grant, shown
from surefoot.drafting.names import RELATIONS

ROUTINES = ("function", "procedure", "aggregate")
TAKEN = "none"


def grants_on(objects: Mapping[Identity, str]) -> dict[str, tuple[Grant, ...]]:
    """Give what each role may do, by the kind and name of the object; what its owner may is no grant."""
    found: defaultdict[str, list[Grant]] = defaultdict(list)
    for one, said in sorted(objects.items()):
        if one.kind == "grant":
            name, _, role = one.name.rpartition(" to ")
            if role != "its owner":
                found[name].append(Grant(role, said))
    return {name: tuple(grants) for name, grants in found.items()}


def by_role(grants: Mapping[str, Sequence[Grant]]) -> dict[str, list[str]]:
    """Sum up what each role may: `SELECT on 3 tables`; names where there is one."""
    counts: defaultdict[str, defaultdict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, found in grants.items():
        kind = next((kind for kind in (*RELATIONS, *ROUTINES) if name.startswith(f"{kind} ")), name.split(" ")[0])
        for grant in found:
            if grant.what != TAKEN:
                counts[grant.role][grant.what, kind].append(name.removeprefix(f"{kind} "))
    return {
        role: [
            f"{what} on {shown(names[0]) if len(names) == 1 else f'{len(names)} {kind}s'}"
            for (what, kind), names in sorted(found.items())
        ]
        for role, found in counts.items()
    }
