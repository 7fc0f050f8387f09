"""What a fix is, and the table of all fixes."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TypeVar, get_type_hints

from surefoot_lint.actions.action import Action
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.edits import Repair
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding
from surefoot_lint.rule import Rule
from surefoot_lint.undoing import found_there

PACKAGE = "surefoot_lint.fixes"


@dataclass(frozen=True, slots=True)
class UnitFlaws:
    """What the rules of a fix find in one migration and its rollbacks."""

    trip: RoundTrip
    findings: tuple[Finding, ...]

    @property
    def unit(self) -> Unit:
        """Give the migration."""
        return self.trip.unit

    def located(self) -> Iterator[Located[Action]]:
        """Give the actions that are found, each once, without those in DO blocks and in bodies of functions."""
        wanted = {(one.place.path, one.place.line, one.place.column, one.object) for one in self.findings}
        for file in self.unit.files:
            for facts in file.facts:
                for action in facts.actions:
                    one = Located(file, facts.statement, action)
                    key = (one.place.path, one.place.line, one.place.column, str(getattr(action, "object", "")))
                    if key in wanted and not action.in_block:
                        yield one

    def makes(self) -> Iterator[Located[Action]]:
        """Give those of the located actions that make what is not there yet.

        Where it is there the file fails, and a guard would hide that: what there is may be something else.
        """
        there = found_there(self.trip)
        return (one for one in self.located() if id(one.action) not in there)


@dataclass(frozen=True, slots=True)
class SetFlaws:
    """What the rules of a fix find in the set of files."""

    files: FileSet
    findings: tuple[Finding, ...]


Flaws = TypeVar("Flaws", UnitFlaws, SetFlaws)


@dataclass(frozen=True, slots=True)
class Fix:
    """How what some rules find is repaired, wherever that cannot change what the files mean."""

    codes: frozenset[str]
    repair: Callable[..., Iterable[Repair]]
    looks_at: type[UnitFlaws | SetFlaws]


def fix(*codes: str) -> Callable[[Callable[[Flaws], Iterable[Repair]]], Fix]:
    """Make a fix of a function, for rules by their codes; the type of its parameter says what it looks at.

    The function yields repairs. It leaves alone what it cannot repair without a change of meaning.
    """

    def make(repair: Callable[[Flaws], Iterable[Repair]]) -> Fix:
        return Fix(frozenset(codes), repair, next(iter(get_type_hints(repair).values())))

    return make


@cache
def all_fixes() -> tuple[Fix, ...]:
    """List all fixes: those in the modules of `surefoot_lint.fixes`."""
    package = import_module(PACKAGE)
    modules = (import_module(found.name) for found in pkgutil.iter_modules(package.__path__, f"{PACKAGE}."))
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Fix))


def has_fix(rule: Rule) -> bool:
    """Tell whether there is a fix for what a rule finds."""
    return any(rule.code in fix.codes for fix in all_fixes())
