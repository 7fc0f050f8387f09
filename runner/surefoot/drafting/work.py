"""Pure: what is to be dropped, changed in place and made, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from surefoot.catalog import Identity
from surefoot.compare import Difference
from surefoot.drafting.changes import change
from surefoot.drafting.definitions import make
from surefoot.drafting.grants import ROUTINES
from surefoot.drafting.names import RELATIONS, dropped, split
from surefoot.drafting.order import Step, ordered
from surefoot.drafting.reading import as_written, enabling, index_of, state_of
from surefoot.drafting.relations import change_column, change_relation, make_column, make_relation
from surefoot.drafting.schema import Relation, Schema

ON_THE_WAY = ("grant", "comment", "security label", "default privileges")  # told of other objects, or of none
NEVER_REBUILT = (
    "table",
    "foreign table",
    "column",
    "sequence",
    "schema",
    "extension",
    "enum",
    "server",
    "user mapping",
)


@dataclass(slots=True)
class Work:
    """What is to be done, in `steps`; `gone` and `made` hold the parts too, `by_hand` what is left to a person."""

    wanted: Schema
    live: Schema
    gone: set[Identity] = field(default_factory=set)
    made: set[Identity] = field(default_factory=set)
    altered: set[Identity] = field(default_factory=set)
    by_hand: set[Identity] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    @property
    def domains(self) -> frozenset[str]:
        """Name the domains of either schema."""
        both = (*self.wanted.objects, *self.live.objects)
        return frozenset(one.name for one in both if one.kind == "domain")

    def statements(self, step: Step) -> list[str] | None:
        """Write one step, or nothing where it cannot be written with certainty."""
        one = step.what
        if "\n" in one.name or "\r" in one.name:
            return None  # a name that would end its own comment
        if step.verb == "drop":
            return self._drop(one)
        found = self._alter(one) if step.verb == "alter" else self._make(one)
        return found if found is None or one.kind in ROUTINES else [as_written(line) for line in found]

    def _drop(self, one: Identity) -> list[str] | None:
        parents = [other for other in self.live.within.get(one, ()) if other.kind == one.kind == "index"]
        if _is_base_type(one, self.live) or (parents and not self.gone.intersection(parents)):
            return None
        return [dropped(one, self.domains)]

    def _make(self, one: Identity) -> list[str] | None:
        definition = self.wanted.objects[one]
        if one.kind in RELATIONS:
            return make_relation(one.name, self.wanted.relations[one.name])
        if one.kind == "column":
            return self._make_column(one)
        if one.kind == "trigger" and any(other.kind == "trigger" for other in self.wanted.within.get(one, ())):
            table, part = split(one.name)
            return [enabling(table, "TRIGGER", part, state_of(definition)[1])]
        made = make(one, definition)
        if made and one.kind == "constraint":
            return [_added_to(one, made[0], self.wanted.relations, self.domains)]
        return made

    def _make_column(self, one: Identity) -> list[str] | None:
        table, name = split(one.name)
        relation = self.wanted.relations.get(table)
        column = relation.column(name) if relation else None
        return make_column(table, relation, column) if relation and column else None

    def _alter(self, one: Identity) -> list[str] | None:
        if one.kind in RELATIONS:
            return change_relation(one.name, self.live.relations[one.name], self.wanted.relations[one.name])
        if one.kind != "column":
            return change(one, self.live.objects[one], self.wanted.objects[one])
        table, name = split(one.name)
        was, relation = self.live.relations[table], self.wanted.relations[table]
        now, then = was.column(name), relation.column(name)
        return change_column(table, relation, now, then) if now and then else None


def _is_base_type(one: Identity, schema: Schema) -> bool:
    """Tell whether it is a type that needs functions that need it."""
    return one.kind == "type" and schema.objects[one] != "SHELL"


def plan(differences: Iterable[Difference], wanted: Schema, live: Schema) -> Work:
    """Decide what is to be done about the differences of a live schema, but for grants, comments and labels."""
    found = [(Identity(one.kind, one.identity), one.change) for one in differences if one.kind not in ON_THE_WAY]
    work = Work(wanted, live)
    work.gone |= {one for one, change_ in found if change_ == "extra"}
    work.made |= {one for one, change_ in found if change_ == "missing"}
    for one, change_ in found:
        if change_ == "changed":
            _change(work, one)
    work.altered -= work.made
    steps = [Step("drop", one) for one in work.gone if not _goes_along(work, one)]
    steps += [Step("alter", one) for one in work.altered if not _comes_down(work, one)]
    steps += [Step("make", one) for one in work.made if not _comes_along(work, one)]
    _set_aside(work, steps)
    steps = [step for step in steps if step.what not in work.by_hand]
    work.steps = ordered(steps, list(_edges(work, steps)))
    return work


def _change(work: Work, one: Identity) -> None:
    """Choose between a change in place and making it anew, with all that must go and come with it."""
    statements = work.statements(Step("alter", one))
    if statements == [] and not _is_attached(work, one):
        statements = None
    if statements is not None and not any(" TYPE " in line for line in statements if one.kind == "column"):
        work.altered.add(one)
        return
    views = [Identity(kind, split(one.name)[0]) for kind in ("view", "materialized view") if one.kind == "column"]
    whole = next((view for view in views if view in work.live.objects), one)
    around = _around(work, whole, is_kept=statements is not None)
    if around is None:
        work.by_hand.add(one)
        return
    work.gone |= around
    work.made |= {other for other in around if other in work.wanted.objects}
    if statements is not None:
        work.altered.add(one)


def _is_attached(work: Work, one: Identity) -> bool:
    """Tell whether it is an index that is attached to another when all are made."""
    return one.kind == "index" and index_of(work.wanted.objects[one])["parent"] is not None


def _around(work: Work, one: Identity, *, is_kept: bool) -> set[Identity] | None:
    """Name what must be dropped and made anew with an object, or nothing where that would lose data."""
    found: set[Identity] = set()
    waiting = [one]
    while waiting:
        next_one = waiting.pop()
        if next_one in found or next_one in work.gone - work.made:
            continue
        is_first = next_one == one
        if not (is_first and is_kept):
            if not _can_be_rebuilt(work, next_one):
                return None
            found.add(next_one)
            parts = [other for other, around in work.live.within.items() if next_one in around]
            found.update(part for part in parts if part.kind == "column")
            waiting += [part for part in parts if part.kind != "column" and not work.live.is_made_with(part)]
        lost = {next_one, *(part for part in found if next_one in work.live.within.get(part, ()))}
        dependents = [other for gone in lost for other in work.live.needing(gone)]
        waiting += [
            other
            for other in dependents
            if not (is_first and is_kept and other.kind in ("index", "constraint", "statistics"))
        ]
    return found


def _can_be_rebuilt(work: Work, one: Identity) -> bool:
    if one not in work.wanted.objects:
        return False
    if one.kind == "column":
        both = [schema.relations[split(one.name)[0]].column(split(one.name)[1]) for schema in (work.live, work.wanted)]
        return all(column and column.generated for column in both)
    return one.kind not in NEVER_REBUILT and all(
        work.statements(Step(verb, one)) is not None for verb in ("drop", "make")
    )


def _goes_along(work: Work, one: Identity) -> bool:
    """Tell whether an object goes with another one that is dropped; a foreign key goes first, for its table's sake."""
    if one.kind in ("table", "foreign table"):
        return False
    if one.kind == "constraint" and work.live.objects[one].startswith("FOREIGN KEY"):
        others = work.live.needs.get(one, frozenset())
        if any(work.live.wholes(other) & work.gone for other in others):
            return False
    return bool((work.live.wholes(one) - {one}) & work.gone)


def _comes_along(work: Work, one: Identity) -> bool:
    """Tell whether an object is made by what makes another one."""
    if (
        one.kind == "column"
        and Identity("column", one.name)
        and any(Identity(kind, split(one.name)[0]) in work.made for kind in RELATIONS)
    ):
        return True
    return _comes_down(work, one) or (work.wanted.is_made_with(one) and bool(work.wanted.within[one] & work.made))


def _comes_down(work: Work, one: Identity) -> bool:
    """Tell whether it is a heir's column or check, which follows that of the table above it."""
    if one.kind not in ("column", "constraint") or (
        one.kind == "constraint" and not work.wanted.objects[one].startswith("CHECK")
    ):
        return False
    table, part = split(one.name)
    relation = work.live.relations.get(table)
    above = [Identity(one.kind, f"{parent}.{part}") for parent in relation.parents] if relation else []
    return bool((work.made | work.altered).intersection(above))


def _set_aside(work: Work, steps: Collection[Step]) -> None:
    """Leave to a person what cannot be written, and what cannot be without that."""
    work.by_hand |= {step.what for step in steps if work.statements(step) is None}
    is_growing = True
    while is_growing:
        before = len(work.by_hand)
        kept = {other for one in work.by_hand & work.gone for other in work.live.needs.get(one, ())}
        absent = (work.by_hand & work.made) - set(work.live.objects)
        lacking = {
            one
            for one in work.made | work.altered
            if (work.wanted.wholes(one) | work.wanted.needs.get(one, frozenset())) & absent
        }
        work.by_hand |= (kept & work.gone) | lacking
        is_growing = len(work.by_hand) > before


def _edges(work: Work, steps: Collection[Step]) -> Iterator[tuple[Step, Step]]:
    """Say which step comes before which."""
    drops = {step.what for step in steps if step.verb == "drop"}
    doing = {step.what: step for step in steps if step.verb != "drop"}
    yield from ((Step("drop", one), doing[one]) for one in drops & doing.keys())
    for one, needed in _pairs(work.live, drops):
        firsts, lasts = _dropping(work, drops, one), _dropping(work, drops, needed)
        if one in work.altered and one in doing:
            firsts.append(doing[one])
        if needed in work.altered and needed in doing:
            lasts.append(doing[needed])
        yield from ((first, last) for first in firsts for last in lasts if "drop" in (first.verb, last.verb))
    for one, needed in _pairs(work.wanted, doing):
        firsts, lasts = _making(work, doing, needed), _making(work, doing, one)
        yield from ((first, last) for first in firsts for last in lasts if first != last)


def _pairs(schema: Schema, own: Collection[Identity]) -> Iterator[tuple[Identity, Identity]]:
    """Name pairs of an object and what it needs, or what it comes and goes with if that is a step of its own.

    A sequence is made before the column that owns it, and told of that later.
    """
    for one in schema.objects:
        around = schema.within.get(one, frozenset()) if one in own and one.kind != "sequence" else frozenset()
        yield from ((one, needed) for needed in (*schema.needs.get(one, ()), *around))


def _dropping(work: Work, drops: Collection[Identity], one: Identity) -> list[Step]:
    """Name the steps by which an object goes."""
    return [Step("drop", whole) for whole in work.live.closest(drops, one)]


def _making(work: Work, doing: Mapping[Identity, Step], one: Identity) -> list[Step]:
    """Name the steps by which an object comes."""
    if one in doing:
        return [doing[one]]
    is_made_along = one.kind == "column" or work.wanted.is_made_with(one)
    return [doing[whole] for whole in work.wanted.closest(doing, one)] if is_made_along else []


def _added_to(one: Identity, statement: str, relations: Mapping[str, Relation], domains: Collection[str]) -> str:
    """Say what a constraint is added to: a domain, or of a partitioned table that alone, for an index of its own."""
    table, _ = split(one.name)
    if table in domains:
        return statement.replace("ALTER TABLE", "ALTER DOMAIN", 1)
    is_indexed = any(f" ADD CONSTRAINT {split(one.name)[1]} {word} " in statement for word in ("PRIMARY KEY", "UNIQUE"))
    if is_indexed and relations[table].kind == "p":
        return statement.replace("ALTER TABLE", "ALTER TABLE ONLY", 1)
    return statement
