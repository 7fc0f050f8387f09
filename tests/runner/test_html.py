"""The shell of pages: nothing of a text becomes HTML, and a page needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from fix_page import Reader

from surefoot.html.elements import Node, h, text_of
from surefoot.html.page import Entry, Page, Section, render
from surefoot.html.writing import write_page
from surefoot_lint.errors import UsageError

SECTIONS = (
    Section("plan", "Plan", h("p", "Nothing is pending.")),
    Section("migrations", "Migrations", None, (Entry("m-1", "001_one", h("p", "SELECT 1"), "001_one"),), "1"),
)
PAGE = Page("trial <shop>", h("p", "two words"), SECTIONS, "made by hand")


@pytest.mark.parametrize(
    ("node", "written"),
    [
        (h("p", "a < b & c > d"), "<p>a &lt; b &amp; c &gt; d</p>"),
        (h("a", "x", href='"><script>'), '<a href="&quot;&gt;&lt;script&gt;">x</a>'),
        (h("p", None, ["one ", ["two", h("br")]], None), "<p>one two<br></p>"),
        (
            h("p", class_="muted", data_for="x", hidden=True, open=False, id=None),
            '<p class="muted" data-for="x" hidden></p>',
        ),
        (h("p", "bell\x07 and nul\x00"), "<p>bell\ufffd and nul\ufffd</p>"),
        (h("p", "turned \u202e around"), "<p>turned \ufffd around</p>"),
        (h("p", "two\nlines\tand 50 %"), "<p>two\nlines\tand 50 %</p>"),
        (h("style", "a > b { }"), "<style>a > b { }</style>"),
    ],
    ids=["text", "attribute", "children", "attributes", "controls", "bidi", "white space", "raw"],
)
def test_elements(node: Node, written: str) -> None:
    assert str(node) == written


def test_a_script_cannot_be_ended_from_within() -> None:
    with pytest.raises(ValueError, match="a script must not hold its own end"):
        str(h("script", "x = '</SCRIPT>'"))


def test_the_text_of_elements() -> None:
    assert text_of(h("p", "one ", [h("b", "two"), None], "\n  three")) == "one two three"


def test_a_page_is_whole_and_escaped() -> None:
    reader = Reader(render(PAGE))
    assert "trial <shop>" not in render(PAGE)
    assert {tag for tag, _ in reader.seen} >= {"html", "head", "title", "style", "nav", "main", "section", "details"}


def test_links_have_their_targets_and_ids_are_used_once() -> None:
    reader = Reader(render(PAGE))
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.targets <= set(reader.ids)
    assert {"plan", "migrations", "m-1"} <= reader.targets


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    page = render(PAGE)
    policies = [
        one["content"] for one in Reader(page).all_of("meta") if one.get("http-equiv") == "Content-Security-Policy"
    ]
    (policy,) = policies
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        (text,) = re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_a_page_names_no_other_place() -> None:
    page = render(PAGE)
    assert re.findall(r"https?:|@import|url\(|\ssrc=|\sstyle=|\son\w+=", page) == []


def test_a_page_is_written_whole_through_a_link_and_nothing_else_remains(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link, real = tmp_path / "page.html", tmp_path / "real" / "page.html"
    link.symlink_to(real)
    write_page(link, "first\n")
    write_page(link, "second\n")
    assert link.is_symlink()
    assert real.read_bytes() == b"second\n"
    assert [path.name for path in real.parent.iterdir()] == ["page.html"]


def test_a_page_cannot_take_the_place_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_page(tmp_path, "text")
    assert str(caught.value) == f"the page cannot be written: Is a directory: {tmp_path.resolve()}"
    assert caught.value.next_step == "name another file: -o FILE"
