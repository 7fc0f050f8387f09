"""Statements in their order, each with what came before it: the catalog, what this migration made, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import AttachPartition, Drop, Rename
from surefoot_lint.actions.creating import Create, CreateFunction, CreateTable, CreateView
from surefoot_lint.actions.session import Set
from surefoot_lint.actions.unread import Unread
from surefoot_lint.actions.writing import Copy, Insert, Merge, Query
from surefoot_lint.errors import Place
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import FileSet, SqlFile, Unit
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import DEFAULT_SCHEMA, Object
from surefoot_lint.pieces import Statement
from surefoot_lint.replay import replay

if TYPE_CHECKING:
    from surefoot_lint.finding import Lock

A = TypeVar("A", bound=Action)
B = TypeVar("B", bound=Action)
Side = Literal["forward", "rollback"]
MAKING = (CreateTable, CreateView)
FILLING = (Insert, Copy, Merge)
WITHIN_TABLES = frozenset({"table", "foreign table", "column", "constraint", "policy", "rule", "trigger"})


class Located(NamedTuple, Generic[A]):
    """An action, with its file and its statement."""

    file: SqlFile
    statement: Statement
    action: A

    @property
    def place(self) -> Place:
        """Say where it is."""
        return Place(self.file.shown, *self.statement.locate(self.action.offset + 1))


@dataclass(slots=True)
class Walk:
    """One file being read from its first statement to its last.

    `catalog` is what there is now, `before` what there was before the unit (not before the rollback). `made` are the
    tables that this unit made, true once rows were put in. `settings` are those that the file has set so far.
    """

    fileset: FileSet
    unit: Unit
    file: SqlFile
    side: Side
    catalog: Catalog
    before: Catalog
    made: dict[tuple[str, str], bool] = field(default_factory=dict)
    settings: dict[str, str | None] = field(default_factory=dict)
    earlier: list[Located[Action]] = field(default_factory=list)

    def moments(self) -> Iterator[Moment[Action]]:
        """Give each action at the moment before it runs; the catalog follows."""
        for facts in self.file.facts:
            for action in facts.actions:
                yield from self._moment(facts, action)

    def _moment(self, facts: Facts, action: Action) -> Iterator[Moment[Action]]:
        yield Moment(self, facts, action)
        self._follow(facts, action)
        if isinstance(action, Query):
            for called, inner in self._called(action):
                yield from self._moment(called, inner)

    def _follow(self, facts: Facts, action: Action) -> None:
        is_new = isinstance(action, MAKING) and self.catalog.relation(action.object) is None
        replay(self.catalog, action)
        self.earlier.append(Located(self.file, facts.statement, action))
        if isinstance(action, MAKING):
            if is_new:
                # A materialized view is seen by nobody before the end of the migration, filled or not.
                filled = isinstance(action, CreateTable) and action.filled
                self.made[action.object.schema, action.object.name] = filled
        elif isinstance(action, Drop) and action.object.part is None:
            self.made.pop((action.object.schema, action.object.name), None)
        elif isinstance(action, FILLING):
            self._fill(action.object)
        elif isinstance(action, AttachPartition):
            if self.made.get((action.partition.schema, action.partition.name), True):
                self._fill(action.object)
        elif isinstance(action, Unread):
            self.made = dict.fromkeys(self.made, True)
        elif isinstance(action, Set):
            self.settings[action.name] = action.value
        elif isinstance(action, Rename) and (action.object.schema, action.object.name) in self.made:
            filled = self.made.pop((action.object.schema, action.object.name))
            self.made[action.to.schema, action.to.name] = filled

    def _fill(self, table: Object) -> None:
        if (table.schema, table.name) in self.made:
            self.made[table.schema, table.name] = True

    def _called(self, query: Query) -> Iterator[tuple[Facts, Action]]:
        """Give what the functions do that this file made and now calls, as done by the statements that made them."""
        for name in query.functions:
            for located in self.earlier:
                made = located.action
                if isinstance(made, CreateFunction) and called_name(made.object) == name:
                    facts = Facts(located.statement, made.actions)
                    yield from ((facts, inner) for inner in made.actions if not isinstance(inner, Query))


def called_name(function: Object) -> str:
    """Write a function's name as a call does."""
    return function.name if function.schema in ("", DEFAULT_SCHEMA) else f"{function.schema}.{function.name}"


@dataclass(frozen=True, slots=True)
class Moment(Generic[A]):
    """One action at the moment before it runs."""

    walk: Walk
    facts: Facts
    action: A

    @property
    def statement(self) -> Statement:
        """Give the statement that it belongs to."""
        return self.facts.statement

    @property
    def unit(self) -> Unit:
        """Give the migration that it belongs to."""
        return self.walk.unit

    @property
    def catalog(self) -> Catalog:
        """Give what there is now; it changes after this moment."""
        return self.walk.catalog

    @property
    def before(self) -> Catalog:
        """Give what there was before this migration."""
        return self.walk.before

    @property
    def is_rollback(self) -> bool:
        """Tell whether it stands in a rollback file."""
        return self.walk.side == "rollback"

    @property
    def in_transaction(self) -> bool:
        """Tell whether its file runs in a transaction."""
        return self.walk.unit.transaction

    @property
    def postgres(self) -> int:
        """Say the oldest major of PostgreSQL in production; 14, the oldest that we serve, without a manifest."""
        manifest = self.walk.fileset.manifest
        return manifest.postgres if manifest else 14

    @property
    def place(self) -> Place:
        """Say where it is."""
        return self.at(self.action.offset)

    def at(self, offset: int) -> Place:
        """Say where a part of the statement is."""
        return Place(self.walk.file.shown, *self.statement.locate(offset + 1))

    def earlier(self, kind: type[B], matches: Callable[[B], bool] = lambda _: True) -> Iterator[Located[B]]:
        """Give the actions of a kind that came before it in this file."""
        for located in self.walk.earlier:
            if isinstance(located.action, kind) and matches(located.action):
                yield Located(located.file, located.statement, located.action)

    def later(self, kind: type[B], matches: Callable[[B], bool] = lambda _: True) -> Iterator[Located[B]]:
        """Give the actions of a kind that come after it in this file."""
        is_later = False
        for facts in self.walk.file.facts:
            for action in facts.actions:
                if is_later and isinstance(action, kind) and matches(action):
                    yield Located(self.walk.file, facts.statement, action)
                is_later = is_later or action is self.action

    def others(self, kind: type[B]) -> Iterator[B]:
        """Give all actions of a kind in this file, before and after it, and itself."""
        actions = (action for facts in self.walk.file.facts for action in facts.actions)
        return (action for action in actions if isinstance(action, kind))

    def relation(self, of: Object) -> Relation | None:
        """Find a relation, or the one that a part lies within."""
        return self.catalog.relation(of)

    def is_new(self, table: Object) -> bool:
        """Tell whether this migration made a table; in a rollback, whether the migration did."""
        return table.is_temporary or (table.schema, table.name) in self.walk.made

    def is_made_here(self, of: Object) -> bool:
        """Tell whether this file made an object, or the table that it lies within; what was renamed was not made."""
        if of.is_temporary or (of.kind in WITHIN_TABLES and self.is_new(of.owner)):
            return True
        return not self.before.has(of) and any(self.earlier(Create, lambda made: made.object.same(of)))

    def is_made_again(self, of: Object) -> bool:
        """Tell whether the same object is made later in this file."""
        return any(self.later(Create, lambda made: made.object.same(of)))

    def is_in_use(self, table: Object) -> bool:
        """Tell whether others may use a table, or it has rows: not one that this migration made and left empty."""
        if table.is_temporary:
            return False
        if self.is_rollback:
            return not self.is_new(table)
        return self.walk.made.get((table.schema, table.name), True)

    def found(
        self,
        message: str,
        advice: str,
        *,
        object: Object | str | None = None,  # noqa: A002 - the field's own name
        place: Place | None = None,
        level: Level | None = None,
        evidence: Evidence = "static",
        lock: Lock | None = None,
    ) -> Found:
        """Make a finding of this action; its object is the one that the action is about, unless another is given."""
        about = object or getattr(self.action, "object", None) or self.walk.file.shown
        return Found(place or self.place, message, str(about), advice, lock, level, evidence)


@dataclass(frozen=True, slots=True, eq=False)
class RoundTrip:
    """A migration with its rollback, and the catalogs before and after it.

    `forward` and `back` are the actions of the two files, in order, with those of functions that they make and call.
    `restored` is what the rollback leaves.
    """

    fileset: FileSet
    unit: Unit
    before: Catalog
    after: Catalog
    restored: Catalog
    forward: tuple[Located[Action], ...]
    back: tuple[Located[Action], ...]

    @property
    def is_unread(self) -> bool:
        """Tell whether the migration does what cannot be read."""
        return any(isinstance(one.action, Unread) for one in self.forward)

    def found(
        self,
        place: Place,
        message: str,
        advice: str,
        *,
        object: Object | str,  # noqa: A002 - the field's own name
        level: Level | None = None,
        evidence: Evidence = "static",
    ) -> Found:
        """Make a finding."""
        return Found(place, message, str(object), advice, None, level, evidence)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What all migrations add up to: for what a later migration may still put right.

    `forward` are the actions of the migrations that are judged, `catalog` is what there is after the last migration.
    """

    fileset: FileSet
    forward: tuple[Located[Action], ...]
    catalog: Catalog

    def found(
        self,
        place: Place,
        message: str,
        advice: str,
        *,
        object: Object | str,  # noqa: A002 - the field's own name
        evidence: Evidence = "static",
    ) -> Found:
        """Make a finding."""
        return Found(place, message, str(object), advice, None, None, evidence)


def actions_of(located: Iterable[Located[Action]], kind: type[B]) -> Iterator[Located[B]]:
    """Choose the actions of a kind."""
    for one in located:
        if isinstance(one.action, kind):
            yield Located(one.file, one.statement, one.action)
