"""What history says of an object's definition: the very statement that made it, as long as that still holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.columns import Constraint
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.actions.session import Set
from surefoot_lint.actions.unread import Newer
from surefoot_lint.context import RoundTrip
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.history import Catalog
from surefoot_lint.lexer import tokens
from surefoot_lint.literals import literal
from surefoot_lint.objects import RELATIONS, ROUTINES, TYPES, Object
from surefoot_lint.pieces import Statement
from surefoot_lint.quoting import named, qualified, quoted
from surefoot_lint.wording import is_grammatical


@dataclass(frozen=True)
class Definitions:
    """The definitions before one migration."""

    trip: RoundTrip

    @property
    def catalog(self) -> Catalog:
        """Give what there was."""
        return self.trip.before

    @cached_property
    def _earlier(self) -> tuple[Unit, ...]:
        units = self.trip.fileset.units
        return units[: next(index for index, unit in enumerate(units) if unit is self.trip.unit)]

    @cached_property
    def _statements(self) -> dict[int, Statement]:
        """List the statements of earlier migrations that do one thing, by the ids of their actions."""
        return {
            id(action): facts.statement
            for unit in self._earlier
            if unit.migration and not _moves_names(unit.migration)
            for facts in unit.migration.facts
            if (action := _only_action(facts)) and (not action.in_block or action.guard)
        }

    def restoring(self, of: Object, *, concurrently: bool = False) -> tuple[str, ...] | None:
        """Write the statements that make an object as it was; nothing where history does not tell all of it."""
        notes = self._notes(of)
        text = self._constraint(of) if of.kind == "constraint" else self._statement(of, concurrently)
        if text is None or any(name != "comment" for _, name, _ in notes):
            return None
        comments = (f"COMMENT ON {about.kind.upper()} {named(about)} IS {literal(value)}" for about, _, value in notes)
        return *_room_for(of), text, *comments

    def _statement(self, of: Object, concurrently: bool) -> str | None:
        """Find the text of the statement that made an object."""
        if of.kind in ROUTINES or of.kind in ("view", "trigger"):
            return self.replacing(of)
        action = self._maker(of)
        statement = self._statements.get(id(action)) if action else None
        if statement and isinstance(action, CreateIndex):
            return _as_concurrent(statement, concurrently)
        return statement.text if statement else None

    def replacing(self, of: Object) -> str | None:
        """Write the statement that makes a routine, view or trigger what it was, over what it is now."""
        action = self._maker(of)
        statement = self._statements.get(id(action)) if action else None
        if statement is None or (action and action.in_block):
            return None
        words = statement.words
        first = list(tokens(statement.text))[1].offset
        if words[1:3] == ("or", "replace"):
            return statement.text
        text = f"{statement.text[:first]}OR REPLACE {statement.text[first:]}"
        return text if is_grammatical(text) else None

    def _maker(self, of: Object) -> Action | None:
        """Find the action that made an object, if it is as that made it."""
        relation = self.catalog.relation(of)
        if of.kind == "index":
            return self.catalog.index(of)
        if of.kind in ROUTINES:
            return self.catalog.routine(of)
        if of.kind in TYPES:
            return self.catalog.type(of)
        if of.kind == "policy":
            return relation.policies.get(of.part or "") if relation else None
        if of.kind == "trigger":
            return relation.triggers.get(of.part or "") if relation else None
        if of.kind in RELATIONS:
            return relation.view if relation and relation.view and not self._has_parts(of) else None
        return self.catalog.others.get(of)

    def _has_parts(self, of: Object) -> bool:
        """Tell whether triggers, rules or indexes go with a view."""
        relation = self.catalog.relation(of)
        return bool(relation and (relation.triggers or relation.rules)) or any(
            True for _ in self.catalog.indexes_on(of)
        )

    def _notes(self, of: Object) -> list[tuple[Object, str, str]]:
        known = self.catalog.notes.get((of.schema, of.name), {})
        return [(about, name, value) for (about, name), value in known.items() if about.same(of)]

    def _constraint(self, of: Object) -> str | None:
        """Write the statement that adds a constraint; nothing for an index that it holds, and for a domain."""
        constraint = self.catalog.constraint(of)
        if constraint is None or constraint.deferrable or self.catalog.relation(of) is None:
            return None
        head = f"ALTER TABLE {qualified(of)} ADD CONSTRAINT {quoted(str(of.part))}"
        tail = f"{' NO INHERIT' * constraint.no_inherit}{' NOT VALID' * (not constraint.valid)}"
        if constraint.kind == "check" and constraint.expression:
            return f"{head} CHECK ({constraint.expression.text}){tail}"
        if constraint.kind == "foreign key" and constraint.references and not self._has_word("match"):
            return f"{head} {_foreign_key(constraint, constraint.references)}{tail}"
        return None

    def _has_word(self, word: str) -> bool:
        """Tell whether an earlier migration holds a bare word, which the catalog may not keep."""
        files = (unit.migration for unit in self._earlier if unit.migration)
        return any(word in statement.text.lower() for file in files for statement in file.statements)


def _foreign_key(constraint: Constraint, table: Object) -> str:
    columns, referenced = (", ".join(map(quoted, names)) for names in (constraint.columns, constraint.referenced))
    actions = (("ON DELETE", constraint.on_delete), ("ON UPDATE", constraint.on_update))
    clauses = "".join(f" {words} {action.upper()}" for words, action in actions if action != "no action")
    return f"FOREIGN KEY ({columns}) REFERENCES {qualified(table)}{f' ({referenced})' * bool(referenced)}{clauses}"


def _only_action(facts: Facts) -> Action | None:
    """Give the action of a statement that does one thing; what it needs of the server is no matter."""
    actions = [action for action in facts.actions if not isinstance(action, Newer)]
    return actions[0] if len(actions) == 1 else None


def _room_for(of: Object) -> tuple[str, ...]:
    """Drop what has no IF NOT EXISTS and no OR REPLACE before it is made again, so that a second run does the same."""
    if of.kind == "constraint":
        return (f"ALTER TABLE {qualified(of)} DROP CONSTRAINT IF EXISTS {quoted(str(of.part))}",)
    return (f"DROP POLICY IF EXISTS {named(of)}",) if of.kind == "policy" else ()


def _moves_names(file: SqlFile) -> bool:
    """Tell whether names in a file mean something else elsewhere."""
    actions = (action for facts in file.facts for action in facts.actions)
    return any(isinstance(action, Set) and action.name == "search_path" for action in actions)


def _as_concurrent(statement: Statement, concurrently: bool) -> str:
    """Write CREATE INDEX guarded, and with CONCURRENTLY or without, as the file that it goes into can run it."""
    found = list(tokens(statement.text))
    behind = next(index for index, token in enumerate(found) if token.word == "index") + 1
    start = found[behind].offset
    behind += found[behind].word == "concurrently"
    behind += 3 * (found[behind].word == "if")
    name = statement.text[found[behind].offset :]
    clause = "" if found[behind].word == "on" else "IF NOT EXISTS "
    return f"{statement.text[:start]}{'CONCURRENTLY ' * concurrently}{clause}{name}"
