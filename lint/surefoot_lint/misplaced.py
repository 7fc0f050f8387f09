"""Statements that PostgreSQL refuses where they stand: inside a transaction, or inside a block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import DetachPartition, Drop
from surefoot_lint.actions.creating import Create, CreateIndex
from surefoot_lint.actions.session import Maintain, Other
from surefoot_lint.errors import Place
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found
from surefoot_lint.pieces import Statement
from surefoot_lint.transaction import needs_no_transaction, with_open

CLUSTER_WIDE = ("database", "tablespace")
# Options of a SUBSCRIPTION by which no other server is touched (manual: sql-createsubscription, sql-altersubscription).
LOCAL_SUBSCRIPTION = re.compile(
    r"\b(?:connect|create_slot|refresh)\s*=\s*'?(?:false|off|0)\b|\bslot_name\s*=\s*none\b", re.IGNORECASE
)


class Misplaced(NamedTuple):
    """A statement of a file, by the words that make it need no transaction, and where it stands."""

    file: SqlFile
    place: Place
    name: str
    room: str

    def found(self) -> Found:
        """Make a finding of it."""
        advice = "put it into a migration of its own, with transaction: false in the manifest"
        if self.room == "a transaction that the file begins":
            advice = "put it before BEGIN or after COMMIT"
        elif self.room == "a block":
            advice = "write it as a statement of its own, in a migration with transaction: false"
        return Found(self.place, f"{self.name} stands in {self.room}, where it is refused", self.file.shown, advice)


def misplaced(unit: Unit, *, concurrently: bool) -> Iterator[Misplaced]:
    """List the statements that need to be outside of transactions and are not: the concurrent ones, or all others."""
    for file in unit.files:
        for one in _misplaced(unit, file):
            if one.name.endswith("CONCURRENTLY") == concurrently:
                yield one


def _misplaced(unit: Unit, file: SqlFile) -> Iterator[Misplaced]:
    facts_of = {id(facts.statement): facts for facts in file.facts}
    for statement, opened in with_open(file.statements):
        name = needs_no_transaction(statement)
        if name and (unit.transaction or opened) and not _is_local(name, statement):
            room = "a transaction that the file begins" if opened else "a file that runs in a transaction"
            yield Misplaced(file, file.at(statement), name, room)
        facts = facts_of.get(id(statement))
        yield from _in_blocks(file, facts) if facts else ()


def _is_local(name: str, statement: Statement) -> bool:
    """Tell a SUBSCRIPTION that leaves the other server alone, by its options."""
    return name.endswith("SUBSCRIPTION") and LOCAL_SUBSCRIPTION.search(statement.text) is not None


def _in_blocks(file: SqlFile, facts: Facts) -> Iterator[Misplaced]:
    for action in facts.actions:
        name = _name(action) if action.in_block else None
        if name:
            place = Place(file.shown, *facts.statement.locate(action.offset + 1))
            yield Misplaced(file, place, name, "a block")


def _name(action: Action) -> str | None:
    """Name an action in a DO block if it is refused there."""
    if isinstance(action, CreateIndex | Drop | DetachPartition) and action.concurrently:
        words = {CreateIndex: "CREATE INDEX", Drop: "DROP INDEX", DetachPartition: "DETACH PARTITION"}
        return f"{words[type(action)]} CONCURRENTLY"
    if isinstance(action, Maintain):
        return _name_of_upkeep(action)
    if isinstance(action, Create | Drop) and action.object.kind in CLUSTER_WIDE:
        return f"{'CREATE' if isinstance(action, Create) else 'DROP'} {action.object.kind.upper()}"
    return "ALTER SYSTEM" if isinstance(action, Other) and action.words == "alter system" else None


def _name_of_upkeep(action: Maintain) -> str | None:
    if action.verb == "reindex":
        return "REINDEX CONCURRENTLY" if action.concurrently else None
    return "VACUUM" if action.verb.startswith("vacuum") else None
