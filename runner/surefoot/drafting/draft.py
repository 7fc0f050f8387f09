"""The draft of what would bring a live schema back, as a script for a person to read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from surefoot.catalog import Identity
from surefoot.compare import Difference
from surefoot.drafting.grants import DEFAULTS, OWNER, default_privileges, grant, grantee_of, remark
from surefoot.drafting.names import RELATIONS, split
from surefoot.drafting.order import Step
from surefoot.drafting.reading import SEQUENCE, index_of, indexed_table
from surefoot.drafting.relations import attach
from surefoot.drafting.schema import Schema
from surefoot.drafting.work import ON_THE_WAY, Work, plan

HEAD = "-- A draft: read it, complete it, and run it as the role that migrates. Surefoot never runs it."
LOSING = {"table": "its rows go with it", "column": "its values go with it"}
WHAT = {
    "extra": "is there and should not be",
    "missing": "is not there",
    "changed": "is not what the files make it",
}
GRANTED_ON = {
    "table": "TABLES",
    "foreign table": "TABLES",
    "view": "TABLES",
    "materialized view": "TABLES",
    "sequence": "SEQUENCES",
    "function": "FUNCTIONS",
    "procedure": "FUNCTIONS",
    "aggregate": "FUNCTIONS",
    "schema": "SCHEMAS",
} | dict.fromkeys(("enum", "domain", "range", "composite type", "type"), "TYPES")


def draft(differences: Collection[Difference], wanted: Schema, live: Schema) -> str:
    """Draft what would bring the live schema back: what is not certain stays a comment. Surefoot never runs it."""
    work = plan(differences, wanted, live)
    labels = [step for step in work.steps if step.verb == "alter" and step.what.kind == "enum"]
    rest = [line for step in work.steps if step not in labels for line in _lines(work, step)]
    rest += [f"{line};" for line in _finished(work)]
    told, left = _told(work, differences)
    rest += [f"{line};" for line in told]
    left += [one for one in differences if Identity(one.kind, one.identity) in work.by_hand]
    first = [line for step in labels for line in _lines(work, step)]
    lines = [HEAD, *(line for one in left for line in _by_hand(one))]
    return "\n".join([*lines, *_block(first), *_block(rest)])


def _block(lines: list[str]) -> list[str]:
    """Put lines into a transaction of their own: a new label of an enum can be used only once it is committed."""
    bodies = (
        ["SET LOCAL check_function_bodies = off;"]
        if any("FUNCTION" in one or "PROCEDURE" in one for one in lines)
        else []
    )
    return ["BEGIN;", *bodies, *lines, "COMMIT;"] if lines else []


def _lines(work: Work, step: Step) -> list[str]:
    lines = [f"{line};" for line in work.statements(step) or ()]
    loss = LOSING.get(step.what.kind) if step.verb == "drop" and step.what not in work.made else None
    return [f"-- {step.what}: {loss}", *lines] if loss else lines


def _finished(work: Work) -> Iterator[str]:
    """Write what ties together the objects that were made."""
    kept = sorted(work.made - work.by_hand)
    for one in kept:
        definition = work.wanted.objects[one]
        sequence = SEQUENCE.fullmatch(definition) if one.kind == "sequence" else None
        if (
            sequence
            and sequence["owned"]
            and "AS IDENTITY" not in work.wanted.objects.get(Identity("column", sequence["owned"]), "")
        ):
            yield f"ALTER SEQUENCE {one.name} OWNED BY {sequence['owned']}"
        if one.kind in ("table", "foreign table"):
            yield from attach(one.name, work.wanted.relations[one.name])
    attached = [one for one in kept if one.kind == "index"] + [
        one for one in sorted(work.altered) if one.kind == "index"
    ]
    for one in attached:
        yield from _index(work, one)


def _index(work: Work, one: Identity) -> Iterator[str]:
    index = index_of(work.wanted.objects[one])
    table, name = indexed_table(work.wanted.objects[one]), split(one.name)[1]
    if index["parent"]:
        yield f"ALTER INDEX {index['parent']} ATTACH PARTITION {one.name}"
    if one in work.made and index["clustered"]:
        yield f"ALTER TABLE {table} CLUSTER ON {name}"
    if one in work.made and index["identity"]:
        yield f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {name}"


def _told(work: Work, differences: Iterable[Difference]) -> tuple[list[str], list[Difference]]:
    """Write grants, comments and labels: those that differ, and all of what is made; give what is left to a person."""
    lines: list[str] = []
    left: list[Difference] = []
    seen: set[Identity] = set()
    for one in differences:
        if one.kind not in ON_THE_WAY:
            continue
        found = _detail(work, Identity(one.kind, one.identity), one.before)
        seen.add(Identity(one.kind, one.identity))
        lines += found or []
        left += [one] if found is None else []
    for made in sorted(work.made - work.by_hand):
        lines += _granted_by_default(work, made)
    made_anew = _all_made(work)
    for identity, definition in sorted(work.wanted.objects.items()):
        if identity.kind in ON_THE_WAY and identity not in seen and _object(work, identity) in made_anew:
            lines += _detail(work, identity, definition) or []
    return sorted(dict.fromkeys(lines), key=_turn), left


def _turn(line: str) -> int:
    """Put default privileges last, and what is granted on columns after what is revoked from their table."""
    if line.startswith("ALTER DEFAULT"):
        return 9
    return 2 if line.startswith("GRANT") else 1 if line.startswith("REVOKE") else 0


def _all_made(work: Work) -> set[Identity]:
    around = {one: work.wanted.wholes(one) for one in {*work.made, *work.wanted.within}}
    return {one for one, found in around.items() if found & work.made and not found & work.by_hand}


def _object(work: Work, identity: Identity) -> Identity | None:
    """Name the object that a grant, comment or label is told of."""
    name = identity.name
    if identity.kind == "grant":
        name = grantee_of(name)[0]
    if identity.kind == "security label":
        name = name.rpartition(" FOR ")[0]
    known = {**work.wanted.owners, **work.live.owners}.keys() | work.wanted.objects.keys() | work.live.objects.keys()
    words = name.split(" ")
    for count in range(min(5, len(words)), 0, -1):
        one = Identity(" ".join(words[:count]), " ".join(words[count:]))
        if one in known:
            return one
    return Identity(words[0], " ".join(words[1:])) if words[0] in ("column", "constraint") else None


def _detail(work: Work, identity: Identity, wanted: str | None) -> list[str] | None:
    if "\n" in identity.name or "\r" in identity.name:
        return None
    if identity.kind == "default privileges":
        match = DEFAULTS.fullmatch(identity.name)
        if match and Identity("schema", match["schema"] or "") in work.gone - work.made - work.by_hand:
            return []
        return default_privileges(identity.name, wanted)
    one = _object(work, identity)
    if one is not None and work.live.wholes(one) & (work.gone - work.made):
        return []
    if one is None or work.wanted.wholes(one) & work.by_hand:
        return None
    if identity.kind != "grant":
        return [remark(identity.kind, one, identity.name, wanted, work.domains)]
    grantee = grantee_of(identity.name)[1]
    lines = grant(one, grantee, wanted, work.live.owners)
    if one.kind in RELATIONS:  # to revoke ALL on a table revokes all on its columns
        lines += [
            line
            for column, said in _columns(work, one, grantee)
            for line in grant(column, grantee, said, work.live.owners, fresh=True)
        ]
    return lines


def _columns(work: Work, one: Identity, grantee: str) -> Iterator[tuple[Identity, str]]:
    for identity, definition in work.wanted.objects.items():
        what, role = grantee_of(identity.name) if identity.kind == "grant" else ("", "")
        if role == grantee and what.startswith(f"column {one.name}."):
            yield Identity("column", what.removeprefix("column ")), definition


def _granted_by_default(work: Work, one: Identity) -> Iterator[str]:
    """Take back from a new object what the live database's default privileges grant on it."""
    for identity in work.live.objects:
        match = DEFAULTS.fullmatch(identity.name) if identity.kind == "default privileges" else None
        if match is None or GRANTED_ON.get(one.kind) != match["what"] or match["to"] in (OWNER, "PUBLIC"):
            continue
        if match["schema"] in (None, split(one.name)[0]):
            yield grant(one, match["to"], None, work.live.owners)[0]


def _by_hand(one: Difference) -> list[str]:
    name = " ".join(one.identity.splitlines())  # a name may hold line ends, and must stay within its comment
    lines = [f"-- by hand: {one.kind} {name} {WHAT[one.change]}"]
    lines += [f"--   wanted: {line}" for line in (one.before or "").splitlines()]
    return lines + [f"--   found:  {line}" for line in (one.after or "").splitlines()]
