"""Rules × what they look at → findings: the set, its units, their round trips, each action in its moment, the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from surefoot_lint.actions.action import Action
from surefoot_lint.context import Located, Moment, Outcome, RoundTrip, Walk
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding
from surefoot_lint.history import Catalog
from surefoot_lint.pieces import IGNORED_COMMANDS, MetaCommand
from surefoot_lint.replay import replay
from surefoot_lint.rule import Rule


def judge_all(fileset: FileSet, units: Sequence[Unit], rules: Iterable[Rule]) -> Iterator[Finding]:
    """Judge the set of files, and the given units of it; the other units are the history of those after them."""
    by_subject: dict[type, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_subject[rule.looks_at].append(rule)
    for rule in by_subject[FileSet]:
        yield from rule.findings(fileset)
    for unit in units:
        for rule in by_subject[Unit]:
            yield from rule.findings(unit)
    if by_subject[Moment] or by_subject[RoundTrip] or by_subject[Outcome]:
        yield from _Reader(fileset, by_subject[Moment], by_subject[RoundTrip], by_subject[Outcome]).read(units)


def round_trips(fileset: FileSet, units: Sequence[Unit]) -> Iterator[RoundTrip]:
    """Give the round trips of units, in order; the catalogs of one are right until the next is asked for."""
    return (step for step in _Reader(fileset, [], [], []).steps(units) if isinstance(step, RoundTrip))


class _Reader:
    """All units in their order, with the catalog that they add up to."""

    def __init__(self, fileset: FileSet, of_moments: list[Rule], of_trips: list[Rule], of_outcomes: list[Rule]) -> None:
        self.fileset, self.of_moments, self.of_trips, self.of_outcomes = fileset, of_moments, of_trips, of_outcomes
        self.judged: list[Located[Action]] = []
        self.by_kind: dict[type[Action], list[Rule]] = {}
        self.unmerged: dict[tuple[str, str], bool] = {}  # the tables that the branch has made so far

    def read(self, units: Sequence[Unit]) -> Iterator[Finding]:
        """Judge the given units."""
        for step in self.steps(units):
            if isinstance(step, RoundTrip):
                for rule in self.of_trips:
                    yield from rule.findings(step)
            else:
                yield step

    def steps(self, units: Sequence[Unit]) -> Iterator[Finding | RoundTrip]:
        """Give what is found in the moments of each given unit, and its round trip; at last what the end shows."""
        chosen, catalog = set(map(id, units)), Catalog()
        last = max((index for index, unit in enumerate(self.fileset.units) if id(unit) in chosen), default=-1)
        for unit in self.fileset.units[: last + 1]:
            if id(unit) in chosen:
                yield from self._unit(unit, catalog)
            else:
                _replay(unit, catalog)
        if self.of_outcomes:
            for unit in self.fileset.units[last + 1 :]:
                _replay(unit, catalog)
            outcome = Outcome(self.fileset, tuple(self.judged), catalog)
            for rule in self.of_outcomes:
                yield from rule.findings(outcome)

    def _unit(self, unit: Unit, catalog: Catalog) -> Iterator[Finding | RoundTrip]:
        _close(catalog, unit)
        after, forward, back = catalog.copy(), [], []
        made = dict(self.unmerged)
        if unit.migration:
            walk = Walk(self.fileset, unit, unit.migration, "forward", after, catalog, made)
            yield from self._moments(walk)
            forward, made = walk.earlier, walk.made
        if self.fileset.base and unit.name in self.fileset.base.added:
            self.unmerged = dict(made)
        restored = after.copy()
        if unit.rollback:
            walk = Walk(self.fileset, unit, unit.rollback, "rollback", restored, catalog, made)
            yield from self._moments(walk)
            back = walk.earlier
        for file in unit.milder_rollbacks:
            yield from self._moments(Walk(self.fileset, unit, file, "rollback", after.copy(), catalog, made))
        yield RoundTrip(self.fileset, unit, catalog, after, restored, tuple(forward), tuple(back))
        self.judged += forward
        catalog.absorb(after)

    def _moments(self, walk: Walk) -> Iterator[Finding]:
        for moment in walk.moments():
            for rule in self._rules(type(moment.action)):
                yield from rule.findings(moment)

    def _rules(self, kind: type[Action]) -> list[Rule]:
        if kind not in self.by_kind:
            self.by_kind[kind] = [rule for rule in self.of_moments if issubclass(kind, rule.on)]
        return self.by_kind[kind]


def _replay(unit: Unit, catalog: Catalog) -> None:
    """Follow a migration that is not judged."""
    _close(catalog, unit)
    for facts in unit.migration.facts if unit.migration else ():
        for action in facts.actions:
            replay(catalog, action)


def _close(catalog: Catalog, unit: Unit) -> None:
    """Say that the catalog may not know all, where a migration is missing or cannot be read to its end."""
    file = unit.migration
    if file is None or file.error or any(facts.refusal for facts in file.facts):
        catalog.is_closed = False
        return
    commands = (piece.name for piece in file.pieces if isinstance(piece, MetaCommand))
    catalog.is_closed = catalog.is_closed and IGNORED_COMMANDS.issuperset(commands)
