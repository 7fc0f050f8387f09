from __future__ import annotations

from datetime import UTC, datetime

import pytest

from surefoot_lint.numbering import (
    digits_of,
    duplicates,
    is_timestamp,
    next_number,
    number_at,
    number_of,
    unit_name,
)

NUMBERS = [
    ("003_add_user.sql", 3),
    ("3.sql", 3),
    ("88_a.sql", 88),
    ("088_a.sql", 88),
    ("010_a.sql", 10),
    ("000_a.sql", 0),
    ("core/003_add_user.sql", 3),
    ("003-add-user.sql", 3),
    ("003add.sql", 3),
    ("003.add.sql", 3),
    ("003_2_factor.sql", 3),
    ("20240131_a.sql", 20240131),
    ("20240131120000_a.sql", 20240131120000),
    ("2019-02-26-002946_x/up.sql", 20190226002946),
    ("2019-02-26-002946_x/down.sql", 20190226002946),
    ("2019_02_26_002946_x.sql", 20190226002946),
    ("2019-02-26_2fa/up.sql", 20190226),
    ("20240131_120000_add.sql", 20240131120000),
    ("007_x/migration.sql", 7),
    ("007_x/other.sql", None),
    ("add_user.sql", None),
    ("V3__x.sql", None),
    ("_003.sql", None),
    ("up.sql", None),
    ("", None),
]


@pytest.mark.parametrize(("path", "number"), NUMBERS)
def test_number(path: str, number: int | None) -> None:
    assert number_of(path) == number


@pytest.mark.parametrize(
    ("path", "digits"),
    [("003_a.sql", "003"), ("2019-02-26-002946_x/up.sql", "20190226002946"), ("a.sql", "")],
)
def test_digits_are_as_written(path: str, digits: str) -> None:
    assert digits_of(path) == digits


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("003_add_user.sql", "003_add_user"),
        ("core/003_add_user.sql", "003_add_user"),
        ("003_x/up.sql", "003_x"),
        ("003_x/down.sql", "003_x"),
        ("003_x/migration.sql", "003_x"),
        ("003_x.up.sql", "003_x.up"),
    ],
)
def test_name(path: str, name: str) -> None:
    assert unit_name(path) == name


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, False), (9_999_999, False), (10_000_000, True), (20240131, True), (20190226002946, True)],
)
def test_timestamp_has_eight_digits_or_more(number: int, expected: bool) -> None:
    assert is_timestamp(number) is expected


def test_duplicates_are_told_by_number() -> None:
    paths = ["088_a.sql", "1_b.sql", "88_c.sql", "x.sql", "y.sql", "01_d.sql", "2_e.sql"]
    assert duplicates(paths) == {88: ["088_a.sql", "88_c.sql"], 1: ["1_b.sql", "01_d.sql"]}


@pytest.mark.parametrize(
    ("paths", "number"),
    [
        ([], "001"),
        (["x.sql"], "001"),
        (["1_a.sql"], "002"),
        (["009_a.sql"], "010"),
        (["0009_a.sql", "12_b.sql"], "0013"),
        (["999_a.sql"], "1000"),
        (["2019-02-26-002946_x/up.sql"], "20190226002947"),
    ],
)
def test_next_number_is_as_wide_as_those_in_use(paths: list[str], number: str) -> None:
    assert next_number(paths) == number


@pytest.mark.parametrize(
    ("paths", "number"),
    [
        (["20240101000001_a.sql"], "20261121093000"),
        (["2019-02-26-002946_a/up.sql"], "20261121093000"),
        (["20300101000000_a.sql"], "20300101000001"),
        (["007_a.sql"], "008"),
        (["20240131_a.sql"], "20240132"),
        ([], "001"),
    ],
)
def test_the_number_of_a_moment(paths: list[str], number: str) -> None:
    assert number_at(paths, datetime(2026, 11, 21, 9, 30, tzinfo=UTC)) == number
