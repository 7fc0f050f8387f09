"""What a statement tells of itself: its words, and whether it changes how strings are read."""

from __future__ import annotations

import pytest

from surefoot_lint.pieces import Statement
from surefoot_lint.split import split


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("SET standard_conforming_strings = on", True),
        ('SET SESSION "standard_conforming_strings" /* x */ TO DEFAULT', True),
        ("set Standard_Conforming_Strings TO off", False),
        ("SET standard_conforming_strings = False", False),
        ("SET standard_conforming_strings = 0", False),
        ("SET standard_conforming_strings TO 'no'", False),
        ("SET standard_conforming_strings TO E'off'", False),
        ("select SET_CONFIG('standard_conforming_strings','off',false)", False),
        ("SELECT set_config('standard_conforming_strings','on',false)", True),
        ("RESET standard_conforming_strings", True),
        ("DISCARD ALL", True),
        ("SET search_path = standard_conforming_strings, off", None),
        ("SELECT 'standard_conforming_strings', 'off'", None),
        ("RESET search_path", None),
        ("INSERT INTO t VALUES ('standard_conforming_strings')", None),
    ],
)
def test_syntax_of_strings(text: str, standard: bool | None) -> None:
    (statement,) = split([text])
    assert isinstance(statement, Statement)
    assert statement.standard_strings is standard
    assert statement.changes_string_syntax is (standard is not None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Create /* x */ INDEX Concurrently -- y\n IF NOT EXISTS i ON t (a)",
            "create index concurrently if not exists i on",
        ),
        ('ALTER TABLE "X" DETACH', "alter table"),
        ("ALTER TABLE Ä.b", "alter table Ä"),
        ("SELECT 1", "select"),
        ("(SELECT 1)", ""),
    ],
)
def test_words(text: str, words: str) -> None:
    (statement,) = split([text])
    assert isinstance(statement, Statement)
    assert statement.words == tuple(words.split())
