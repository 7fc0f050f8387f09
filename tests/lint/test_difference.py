from __future__ import annotations

import pytest

from surefoot_lint.difference import first_difference, has_same_sql


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("a\n", "b\n", 1),
        ("a\nb\n", "a\nc\n", 2),
        ("a\nb\n", "a\nb\nc\n", 3),
        ("a\nb\nc\n", "a\nb\n", 2),
        ("a\nb\n", "a\n\nb\n", 2),
        ("a\n", "a", 1),
        ("a", "a\n", 1),
        ("a\n", "", 1),
        ("", "a\n", 1),
    ],
)
def test_first_difference(before: str, after: str, line: int) -> None:
    assert first_difference(before, after) == line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT 1;", "SELECT 1"),
        ("SELECT 1;", "-- one\nSELECT /* 1 */\n  1 ;\n\n-- end"),
        ("-- all of it", ""),
        ("/* a /* b */ */ SELECT 1; SELECT 2;", "SELECT 1;;\nSELECT 2;"),
        ("\\restrict a\nSELECT 1;", "\\restrict a\n\nSELECT 1;"),
    ],
)
def test_same_sql(before: str, after: str) -> None:
    assert has_same_sql(before, after)
    assert has_same_sql(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT 1;", "SELECT 2;"),
        ("SELECT 1;", "SELECT 1; SELECT 1;"),
        ("SELECT 'a  b';", "SELECT 'a b';"),
        ("SELECT '-- a';", "SELECT '-- b';"),
        ('SELECT "a";', 'SELECT "A";'),
        ("DO $$ BEGIN /* a */ END $$;", "DO $$ BEGIN END $$;"),
        ("SELECT 1; -- a", "SELECT 1; /* a"),
        ("COPY a FROM stdin;\n1\n\\.\n", "COPY a FROM stdin;\n1 \n\\.\n"),
        ("\\restrict a\n", "\\restrict b\n"),
    ],
)
def test_other_sql(before: str, after: str) -> None:
    assert not has_same_sql(before, after)
    assert not has_same_sql(after, before)
