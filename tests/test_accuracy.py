"""The page of accuracy counts right, and publishes no miss without a reason."""

from __future__ import annotations

import pytest
from accuracy import CLAIMED, SQUAWK_RULES, Score, page, read_squawk, score
from fix_corpus import VOCABULARY, Case, Hit, Label, Weighed, parse

ALARM = Hit(frozenset({"LK101"}), 4, True, "loud")
INDEX, ROLLBACK = Label("LK101", 4), Label("RB103", None)


def corpus() -> tuple[Case, ...]:
    sql = "-- file: 001_a.sql\nSELECT 1;\n"
    return (
        parse("dangerous/a", f"-- expect: LK101@3 RB103\n{sql}"),
        parse("dangerous/b", f"-- expect: LK101@3\n{sql}"),
        parse("safe/c", f"-- expect: nothing\n{sql}"),
        parse("context/d", f"-- expect: never LK101\n{sql}"),
    )


OURS = {
    "dangerous/a": Weighed((INDEX,), (ROLLBACK,), ()),
    "dangerous/b": Weighed((INDEX,), (), ()),
    "safe/c": Weighed((), (), ()),
    "context/d": Weighed((), (), ()),
}
THEIRS = {
    "dangerous/a": Weighed((), (INDEX, ROLLBACK), ()),
    "dangerous/b": Weighed((INDEX,), (), ()),
    "safe/c": Weighed((), (), (ALARM, ALARM)),
    "context/d": Weighed((), (), (ALARM,)),
}


@pytest.mark.parametrize(
    ("results", "codes", "expected"),
    [
        (OURS, None, Score(2, 1, 0)),
        (THEIRS, None, Score(1, 2, 3)),
        (OURS, frozenset({"LK101"}), Score(2, 0, 0)),
        (THEIRS, frozenset({"LK101"}), Score(1, 1, 3)),
        (THEIRS, frozenset({"RB103"}), Score(0, 1, 3)),
    ],
)
def test_score(results: dict[str, Weighed], codes: frozenset[str] | None, expected: Score) -> None:
    assert score(results, corpus(), codes) == expected
    assert score(results, [], codes) == Score(0, 0, 0)


def test_page() -> None:
    text = page(corpus(), OURS, THEIRS, {("dangerous/a", "RB103"): "hard to see"})
    every, claimed = text.split("## Labels of the")
    assert "| 2 dangerous | 3 | 2 | 1 | 0 | 1 | 2 | 0 |\n| 1 safe | 0 | 0 | 0 | 0 | 0 | 0 | 2 |" in every
    assert "| 4 all | 3 | 2 | 1 | 0 | 1 | 2 | 3 |" in every
    assert "| 4 all | 2 | 2 | 0 | 0 | 1 | 1 | 3 |" in claimed
    assert "| dangerous/a | RB103 | hard to see |" in text
    assert "Surefoot: none.\n" in text
    assert "squawk:\n\n- safe/c: loud\n- safe/c: loud\n- context/d: loud\n" in text


def test_page_without_misses() -> None:
    ours = OURS | {"dangerous/a": Weighed((INDEX, ROLLBACK), (), ())}
    assert "Nothing in this corpus." in page(corpus(), ours, THEIRS, {})


def test_page_refuses_a_miss_without_a_reason() -> None:
    with pytest.raises(ValueError, match=r"no reason in misses\.yaml:\n  dangerous/a RB103$"):
        page(corpus(), OURS, THEIRS, {})


def test_page_wants_a_reason_for_a_false_alarm_too() -> None:
    ours = OURS | {"safe/c": Weighed((), (), (ALARM,))}
    reasons = {("dangerous/a", "RB103"): "hard to see"}
    with pytest.raises(ValueError, match=r"no reason in misses\.yaml:\n  safe/c LK101$"):
        page(corpus(), ours, THEIRS, reasons)
    text = page(corpus(), ours, THEIRS, reasons | {("safe/c", "LK101"): "not seen to be new"})
    assert "Surefoot:\n\n- safe/c: loud (not seen to be new)\n" in text


def test_squawks_lines_are_those_of_the_case() -> None:
    output = '[{"line": 0, "rule_name": "renaming-table"}, {"line": 2, "rule_name": "unheard-of"}]'
    assert read_squawk(output, corpus()[0].judged) == [
        Hit(frozenset({"BC102"}), 3, True, "renaming-table"),
        Hit(frozenset(), 5, True, "unheard-of"),
    ]


def test_squawks_rules_are_put_in_our_codes() -> None:
    assert CLAIMED <= VOCABULARY
    assert all(SQUAWK_RULES.values())
