"""What a rule is, and the table of all rules."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import cleandoc
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from surefoot_lint.actions.action import Action
from surefoot_lint.context import Moment, Outcome, RoundTrip
from surefoot_lint.document import nearest
from surefoot_lint.errors import UsageError
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding, Found, Level
from surefoot_lint.silence import Allowances

FAMILIES = {
    "FS": "The set of files",
    "RB": "The rollback",
    "ID": "Can it be run twice",
    "TX": "Transactions",
    "LK": "Locks and rewrites",
    "DL": "Data that is lost",
    "DM": "Data that is changed",
    "BC": "Old code that is still running",
    "SE": "Security",
    "TY": "Types",
    "SD": "Design",
    "NM": "Names",
    "AN": "What could not be read",
    "SU": "What it was told not to report",
}
PACKAGE = "surefoot_lint.rules"
Example = str | Mapping[str, str]
Subject = TypeVar("Subject", FileSet, Unit, RoundTrip, Outcome, Moment[Any], Allowances)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is called, what it looks at, its page, and its examples.

    An example is the text of one migration, or a mapping of file names to texts, with a manifest.yaml or without.
    `main:FILE` is that file on the branch `main`, which is the base then, and `origin/dogs:FILE` on another branch,
    which grew from `main`. In a bad example `← CODE` ends each line that is found. `setup` is a migration before it.
    `bad_error` is the SQLSTATE that a server answers the bad one with, where it does.
    """

    code: str
    name: str
    level: Level
    judge: Callable[..., Iterable[Found]]
    looks_at: type[FileSet | Unit | RoundTrip | Outcome | Moment[Any] | Allowances]
    on: type[Action] | tuple[type[Action], ...]
    page: str
    bad: Example
    good: Example
    setup: str = ""
    bad_error: str | None = None

    @property
    def family(self) -> str:
        """Say what the rules of its family are about."""
        return FAMILIES[self.code[:2]]

    def findings(self, subject: FileSet | Unit | RoundTrip | Outcome | Moment[Any] | Allowances) -> Iterator[Finding]:
        """Judge what the rule looks at; what a rule finds that is off, and was selected, is a warning."""
        for found in self.judge(subject):
            level = (self.level or Level.WARNING) if found.level is None else found.level
            yield Finding(
                self.code, self.name, level, found.place, found.message, found.object, found.advice, found.lock,
                found.evidence,
            )  # fmt: skip


def rule(code: str, name: str, level: Level) -> Callable[[Callable[[Subject], Iterable[Found]]], Rule]:
    """Make a rule of a function; the type of its parameter says what it looks at.

    A function of a `Moment[CreateIndex]` is asked at each CREATE INDEX, in forward files and in rollbacks; of a
    `Moment[CreateIndex | Drop]` at either. The page is the docstring of the function's module, the examples are its
    constants BAD and GOOD, and SETUP and BAD_ERROR where they are needed.
    """

    def make(judge: Callable[[Subject], Iterable[Found]]) -> Rule:
        module = judge.__globals__
        hint = next(iter(get_type_hints(judge).values()))
        looks_at, on = get_origin(hint) or hint, _kinds(*get_args(hint))
        return Rule(
            code=code,
            name=name,
            level=level,
            judge=judge,
            looks_at=looks_at,
            on=on,
            page=cleandoc(module["__doc__"]),
            bad=module["BAD"],
            good=module["GOOD"],
            setup=module.get("SETUP", ""),
            bad_error=module.get("BAD_ERROR"),
        )

    return make


def _kinds(hint: Any = None) -> type[Action] | tuple[type[Action], ...]:
    """List the kinds of action in the hint of a Moment; none for other hints."""
    return get_args(hint) or (hint or ())


@cache
def all_rules() -> tuple[Rule, ...]:
    """List all rules: each module below `surefoot_lint.rules` holds one."""
    package = import_module(PACKAGE)
    modules = (import_module(found.name) for found in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."))
    rules = (value for module in modules for value in vars(module).values() if isinstance(value, Rule))
    families = list(FAMILIES)
    return tuple(sorted(rules, key=lambda rule: (families.index(rule.code[:2]), rule.code)))


def find_rule(word: str) -> Rule:
    """Find a rule by its code, in either case, or by its name. Raises UsageError with the nearest one."""
    for known in all_rules():
        if word.upper() == known.code or word.lower() == known.name:
            return known
    codes, names = zip(*((known.code, known.name) for known in all_rules()), strict=True)
    advice = nearest(word.upper(), codes) or nearest(word.lower(), names)
    raise UsageError(f"there is no rule {word}", next_step=advice or "surefoot-lint rules lists them")
