"""IF NOT EXISTS and IF EXISTS, where PostgreSQL has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import AddColumn, AddEnumValue, Create, CreateIndex
from surefoot_lint.context import Located
from surefoot_lint.edits import Repair, Replacement
from surefoot_lint.fix import UnitFlaws, fix
from surefoot_lint.objects import Kind
from surefoot_lint.quoting import quoted
from surefoot_lint.wording import Wording, folded, is_grammatical, wording_of

A = TypeVar("A", bound=Action)
# How SQL writes a kind behind CREATE and DROP, where it is not the kind's own name.
WRITTEN: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "role": (("role",), ("user",), ("group",)),
    "language": (("procedural", "language"), ("language",)),
}
MODIFIERS = frozenset({"global", "local", "temp", "temporary", "unique", "unlogged"})  # before the kind


@fix("ID101", "ID105")
def guard_create(flaws: UnitFlaws) -> Iterator[Repair]:
    """Write IF NOT EXISTS; before a concurrent index drop what an attempt that failed has left of it."""
    for one in flaws.makes():
        if isinstance(one.action, CreateIndex):
            yield from _index(flaws, Located(one.file, one.statement, one.action))
        elif isinstance(one.action, Create):
            yield from _guarded(one, "IF NOT EXISTS")


def _index(flaws: UnitFlaws, one: Located[CreateIndex]) -> Iterator[Repair]:
    index = one.action
    if index.concurrently and flaws.unit.transaction:
        return  # it fails there in any case
    if not index.named and flaws.trip.before.relation(index.object):
        return  # PostgreSQL would choose another name
    name = quoted(index.object.name)
    for repair in _guarded(one, "IF NOT EXISTS" if index.named else f"IF NOT EXISTS {name}"):
        if index.concurrently:
            schema = f"{quoted(index.table.schema)}." if _is_qualified(one) else ""
            drop = wording_of(one).statement_before(f"DROP INDEX CONCURRENTLY IF EXISTS {schema}{name}")
            yield (drop, *repair)
        else:
            yield repair


def _is_qualified(one: Located[CreateIndex]) -> bool:
    """Tell whether the schema of the table is written, and must be for the index as well."""
    wording = wording_of(one)
    texts = [token.text for token in wording.tokens]
    on = next(i for i in range(len(texts)) if wording.word(i) == "on")
    return texts[wording.past(on + 1, "only") + 1] == "."


@fix("ID102", "RB110")
def guard_drop(flaws: UnitFlaws) -> Iterator[Repair]:
    """Write IF EXISTS."""
    for one in flaws.located():
        if isinstance(one.action, Drop):
            wording = wording_of(one)
            if wording.word(0) == "drop":
                yield from _guarded(one, "IF EXISTS")
            elif (at := _dropping_command(wording, str(one.action.object.part))) is not None:
                yield from _put(wording, at, "IF EXISTS")


def _dropping_command(wording: Wording, name: str) -> int | None:
    """Find the name that a command of ALTER TABLE drops."""
    for at in wording.commands():
        if wording.word(at) == "drop":
            behind = at + 1
            for word in ("column", "constraint", "attribute"):
                if wording.word(at + 1) == word and behind + 1 < len(wording.tokens):
                    behind = at + 2
            if folded(wording.tokens[behind]) == name:
                return behind
    return None


@fix("ID103")
def guard_column(flaws: UnitFlaws) -> Iterator[Repair]:
    """Write ADD COLUMN IF NOT EXISTS; an attribute of a composite type has no such clause."""
    for one in flaws.makes():
        if isinstance(one.action, AddColumn):
            wording = wording_of(one)
            at = next((i for i, token in enumerate(wording.tokens) if token.offset == one.action.offset), None)
            if at is not None and folded(wording.tokens[at]) == one.action.column.name:
                yield from _put(wording, at, "IF NOT EXISTS")


@fix("ID110")
def guard_enum_value(flaws: UnitFlaws) -> Iterator[Repair]:
    """Write ADD VALUE IF NOT EXISTS."""
    for one in flaws.makes():
        if isinstance(one.action, AddEnumValue):
            wording = wording_of(one)
            behind = [
                at + 2 for at in wording.commands() if (wording.word(at), wording.word(at + 1)) == ("add", "value")
            ]
            for at in behind:
                yield from _put(wording, at, "IF NOT EXISTS")


def _guarded(one: Located[A], clause: str) -> Iterator[Repair]:
    """Put a clause behind CREATE or DROP and the kind of object."""
    of = getattr(one.action, "object")  # noqa: B009 - each of these actions has one
    wording = wording_of(one)
    start = next(at for at in range(1, len(wording.tokens)) if wording.word(at) not in MODIFIERS)
    for words in WRITTEN.get(of.kind, (tuple(of.kind.split()),)):
        if (behind := wording.past(start, *words)) != start:
            yield from _put(wording, wording.past(behind, "concurrently"), clause)
            return


def _put(wording: Wording, at: int, clause: str) -> Iterator[Repair]:
    """Put a clause before a token, if the grammar takes it there."""
    insertion: Replacement = wording.put(at, clause)
    if is_grammatical(wording.with_texts(insertion)):
        yield (insertion,)
