"""What a rule is, and the table of all rules."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import cleandoc
from typing import TypeVar, get_type_hints

from surefoot_lint.document import nearest
from surefoot_lint.errors import UsageError
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding, Found, Level

FAMILIES = {
    "FS": "The set of files",
    "RB": "The rollback",
    "TX": "Transactions",
    "AN": "What could not be read",
}
PACKAGE = "surefoot_lint.rules"
Example = str | Mapping[str, str]
Subject = TypeVar("Subject", FileSet, Unit)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is called, what it looks at, its page, and its examples.

    An example is the text of one migration, or a mapping of file names to texts, with a manifest.yaml or without.
    In a bad one, `← CODE` ends each line that is found.
    """

    code: str
    name: str
    level: Level
    judge: Callable[..., Iterable[Found]]
    looks_at: type[FileSet | Unit]
    page: str
    bad: Example
    good: Example

    def findings(self, subject: FileSet | Unit) -> Iterator[Finding]:
        """Judge what the rule looks at."""
        for found in self.judge(subject):
            yield Finding(self.code, self.name, self.level, *found)


def rule(code: str, name: str, level: Level) -> Callable[[Callable[[Subject], Iterable[Found]]], Rule]:
    """Make a rule of a function; the type of its parameter says what it looks at.

    The page is the docstring of the function's module, the examples are its constants BAD and GOOD.
    """

    def make(judge: Callable[[Subject], Iterable[Found]]) -> Rule:
        module = judge.__globals__
        looks_at = next(iter(get_type_hints(judge).values()))
        return Rule(code, name, level, judge, looks_at, cleandoc(module["__doc__"]), module["BAD"], module["GOOD"])

    return make


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
