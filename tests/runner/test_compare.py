"""Two catalogs: what differs, in which order, and what it is called."""

from __future__ import annotations

import pytest

from surefoot.catalog import Catalog, Identity
from surefoot.compare import Difference, compare


def catalog(**tables: str) -> Catalog:
    return Catalog({Identity("table", name): said for name, said in tables.items()}, "sha256:0")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, []),
        ({"a": "x"}, {"a": "x"}, []),
        ({"a": ""}, {}, [Difference("table", "a", "missing", "", None)]),
        ({}, {"a": ""}, [Difference("table", "a", "extra", None, "")]),
        ({"a": "x"}, {"a": ""}, [Difference("table", "a", "changed", "x", "")]),
        (
            {"b": "x", "c": "x", "d": "x"},
            {"a": "x", "c": "y", "d": "x"},
            [
                Difference("table", "a", "extra", None, "x"),
                Difference("table", "b", "missing", "x", None),
                Difference("table", "c", "changed", "x", "y"),
            ],
        ),
    ],
)
def test_what_differs(before: dict[str, str], after: dict[str, str], found: list[Difference]) -> None:
    assert compare(catalog(**before), catalog(**after)) == tuple(found)


def test_the_same_name_of_another_kind_is_another_object() -> None:
    view = Catalog({Identity("view", "a"): "x"}, "sha256:0")
    assert [str(one) for one in compare(catalog(a="x"), view)] == ["missing: table a", "extra: view a"]
