"""What the linter says of the kinds of statements whose locks are measured, against what servers did."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from fix_rule import ENTRY, MANIFEST, write

from surefoot_lint.actions import Action
from surefoot_lint.finding import Duration, Finding, Level
from surefoot_lint.history import Catalog
from surefoot_lint.linter import lint
from surefoot_lint.locking import CLOSING, locks_of
from surefoot_lint.locks.measured import Touched, Work, read_measured
from surefoot_lint.locks.page import locks_page, measured_for
from surefoot_lint.locks.statements import Kind, read_statements
from surefoot_lint.read import scope
from surefoot_lint.read.statement import read_statement
from surefoot_lint.replay import replay
from surefoot_lint.rule import all_rules, find_rule

KINDS = read_statements().kinds
NEWEST = read_measured()[-1]
FAMILY = "LK"
DURATIONS: dict[Work, Duration] = {
    "rewritten": "rewrite",
    "emptied": "instant",
    "dropped": "instant",
    "read": "scan",
    "none": "instant",
}


def test_all_are_measured() -> None:
    for measured in read_measured():
        assert list(measured.kinds) == [kind.name for kind in KINDS if kind.since <= measured.major]
