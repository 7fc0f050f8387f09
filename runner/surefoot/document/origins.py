"""Which migration made what, and which changed it: from the catalogs between them. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from surefoot.built import TOLD_OF
from surefoot.catalog import Catalog, Identity
from surefoot.compare import Change, Difference, compare
from surefoot.drafting.names import RELATIONS, split
from surefoot.drafting.reading import indexed_table
from surefoot_lint.counting import counted

# Kinds that are told of by name in a migration's row, in this order; all that is told of a table is a change of that.
COUNTED = (
    *("schema", "extension", "table", "foreign table", "view", "materialized view", "enum", "domain", "composite type"),
    *("function", "procedure", "trigger", "policy", "index"),
)
OF_A_TABLE = ("column", "constraint", "trigger", "rule", "policy")
VERBS: dict[Change, str] = {"extra": "makes", "changed": "changes", "missing": "drops"}
KIND = re.compile(rf"({'|'.join(sorted((*COUNTED, *OF_A_TABLE, 'sequence'), key=len, reverse=True))}) ")


@dataclass(slots=True)
class Origins:
    """What is known so far: the numbers of the migrations that made each object, and of those that changed tables."""

    made: dict[Identity, int] = field(default_factory=dict)
    changed: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[int, str] = field(default_factory=dict)

    def maker(self, kind: str, name: str) -> int | None:
        """Give the number of the migration that made an object; nothing for what was there before all of them."""
        return self.made.get(Identity(kind, name))


def origins(before: Catalog, after: Iterable[tuple[int, Catalog]]) -> Origins:
    """Follow the migrations through the catalogs that they leave, each with its number."""
    found = Origins()
    for number, catalog in after:
        differences = compare(before, catalog)
        for one in differences:
            if one.change == "extra":
                found.made[Identity(one.kind, one.identity)] = number
        for table in dict.fromkeys(_tables(differences)):
            if all(found.maker(kind, table) != number for kind in RELATIONS):
                found.changed[table].append(number)
        found.changes[number] = _summary(differences)
        before = catalog
    return found


def table_of(kind: str, name: str, definition: str) -> str | None:
    """Name the table or view that an object is a part of, or is told of."""
    if kind in RELATIONS:
        return name
    if kind in OF_A_TABLE:
        return split(name)[0]
    if kind == "index":
        return indexed_table(definition)
    if kind in TOLD_OF and (match := KIND.match(name)):
        return table_of(match[1], re.split(r" to | FOR ", name[match.end() :])[0], "")
    return None


def _tables(differences: Sequence[Difference]) -> Iterator[str]:
    for one in differences:
        if table := table_of(one.kind, one.identity, one.after or one.before or ""):
            yield table


def _summary(differences: Sequence[Difference]) -> str:
    """Say what a migration does to the schema: `makes 2 tables, 1 enum; changes 1 table`."""
    whole = {one.identity: one.change for one in differences if one.kind in RELATIONS}
    counts: dict[Change, Counter[str]] = {change: Counter() for change in VERBS}
    changed = dict.fromkeys(_tables(differences))
    for one in differences:
        table = table_of(one.kind, one.identity, one.after or one.before or "")
        if one.kind not in COUNTED or (one.kind in RELATIONS and one.change == "changed"):
            continue
        is_with_its_table = one.kind == "index" and table is not None and whole.get(table) == one.change
        if not is_with_its_table and not (one.change == "changed" and table is not None):
            counts[one.change][one.kind] += 1
    counts["changed"]["table"] += sum(whole.get(table, "changed") == "changed" for table in changed)
    said = [f"{verb} {_kinds(counts[change])}" for change, verb in VERBS.items() if any(counts[change].values())]
    return "; ".join(said) or ("changes what belongs to no table" if differences else "")


def _kinds(found: Counter[str]) -> str:
    return ", ".join(counted(found[kind], kind) for kind in COUNTED if found[kind])
