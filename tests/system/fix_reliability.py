"""Collects what the fault tests saw, and writes docs/reliability.md from it.

A case is a test function of test_faults.py; the first line of its docstring is its name on the page.
"""

from __future__ import annotations

import ast
import inspect
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FAULTS = Path(__file__).with_name("test_faults.py")
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
WRITE = "SUREFOOT_WRITE_RELIABILITY"
HEAD = """\
# What a fault leaves behind

Written by the tests in `tests/system/test_faults.py` (`make reliability`), which cause each fault on PostgreSQL 15 of
Debian, with `fsync` on, and then look: are the rows of before all there; do the ledger and the schema agree; is the
chain intact (`surefoot verify`); is a lock left; does the next run complete by itself; was each migration applied
exactly once. One run is one fault at one place. *Left* is what the database held of the interrupted migration, before
anything else was run.

| case | runs | lost | left | what the next run did |
|---|---:|---|---|---|
"""
Observe = Callable[[str, str], None]


@dataclass
class Case:
    """What was seen of one kind of fault."""

    runs: int = 0
    left: Counter[str] = field(default_factory=Counter)
    next_run: Counter[str] = field(default_factory=Counter)

    def line(self, name: str) -> str:
        """Write it as a line of the table. A run that lost anything has failed, and is no run here."""
        return f"| {name} | {self.runs} | nothing | {_counted(self.left)} | {_counted(self.next_run)} |\n"


def names() -> list[str]:
    """Name the cases, in the order of the file."""
    tree = ast.parse(FAULTS.read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [_name(ast.get_docstring(function)) for function in functions]


def _name(docstring: str | None) -> str:
    assert docstring, "each fault test says in its docstring what its case is"
    return docstring.partition("\n")[0].removesuffix(".")


def _counted(seen: Counter[str]) -> str:
    if len(seen) == 1:
        return next(iter(seen))
    return "<br>".join(f"{count} × {what}" for what, count in seen.most_common())


@pytest.fixture(scope="session")
def reliability(request: pytest.FixtureRequest) -> Iterator[dict[str, Case]]:
    """The cases seen so far; after a full run the page is written, if that is wanted and nothing has failed."""
    seen: dict[str, Case] = {}
    yield seen
    if os.environ.get(WRITE) == "1" and not request.session.testsfailed:
        missing = [name for name in names() if name not in seen]
        assert not missing, f"{PAGE} is written by a run of all fault tests: these are missing: {missing}"
        PAGE.write_text(HEAD + "".join(seen[name].line(name) for name in names()), encoding="utf-8")


@pytest.fixture
def observed(request: pytest.FixtureRequest, reliability: dict[str, Case]) -> Observe:
    """Note one run of this test's case: what the fault left, and what the next run did."""
    case = reliability.setdefault(_name(inspect.getdoc(request.function)), Case())

    def observe(left: str, next_run: str) -> None:
        case.runs += 1
        case.left[left] += 1
        case.next_run[next_run] += 1

    return observe
