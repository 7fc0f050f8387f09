"""The shell of pages in a browser: search, keys, links, paper, a narrow screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from system.fix_browser import PHONE, Browser

from surefoot.html.elements import h
from surefoot.html.page import Entry, Page, Section, render

SHOWN = "[...document.querySelectorAll('main [data-entry]')].filter((one) => !one.hidden).map((one) => one.id)"
OPEN = "[...document.querySelectorAll('main details')].filter((one) => one.open).map((one) => one.id)"
FOUND = "document.getElementById('found').textContent"
IN_SIGHT = "document.querySelector('{}').checkVisibility()"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    entries = tuple(
        Entry(f"m-{number}", f"00{number}_{name}", h("pre", f"CREATE TABLE {name} (id bigint);"), f"00{number}_{name}")
        for number, name in enumerate(("lead", "invoice", "plan"), 1)
    )
    link = h("p", "Look at ", h("a", "the second", href="#m-2"), ".")
    path = tmp_path / "page.html"
    sections = (Section("summary", "Summary", link), Section("migrations", "Migrations", None, entries, "3"))
    path.write_text(render(Page("trial", None, sections)), encoding="utf-8")
    return path


def test_the_search_leaves_what_has_all_words(browser: Browser, page: Path) -> None:
    with browser.open(page) as tab:
        tab.press("/")
        assert tab.ask("document.activeElement.id") == "search"
        tab.write("table Invoice")
        tab.until(f"{FOUND} === '1 found'")
        assert tab.ask(SHOWN) == ["m-2"]
        assert not tab.ask(IN_SIGHT.format("#summary"))
        assert tab.ask(IN_SIGHT.format("nav [data-for=m-2]"))
        assert not tab.ask(IN_SIGHT.format("nav [data-for=m-1]"))
        tab.press("Escape")
        assert tab.ask(SHOWN) == ["m-1", "m-2", "m-3"]
        assert (tab.problems, tab.requests) == ([], [])


def test_a_search_for_a_title_shows_what_is_under_it_and_one_for_nothing_says_so(browser: Browser, page: Path) -> None:
    with browser.open(page) as tab:
        tab.press("/")
        tab.write("migrations")
        tab.until(f"{FOUND} === '3 found'")
        tab.write(" unheard of")
        tab.until(f"{FOUND} === '0 found'")
        assert tab.ask(IN_SIGHT.format("#nothing"))
        assert tab.ask(SHOWN) == []


def test_a_link_opens_what_it_leads_to_though_the_search_hid_it(browser: Browser, page: Path) -> None:
    with browser.open(page) as tab:
        assert tab.ask(OPEN) == []
        tab.ask("document.querySelector('main a[href=\"#m-2\"]').click()")
        tab.until(f"{OPEN}.join() === 'm-2'")
        tab.press("/")
        tab.write("lead")
        tab.until(f"{FOUND} === '1 found'")
        tab.ask("location.hash = '#m-3'")
        tab.until(f"{OPEN}.join() === 'm-2,m-3'")
        assert tab.ask(SHOWN) == ["m-1", "m-2", "m-3"]
    with browser.open(page, anchor="#m-1") as tab:
        assert tab.ask(OPEN) == ["m-1"]


def test_all_is_opened_by_hand_and_for_paper(browser: Browser, page: Path) -> None:
    with browser.open(page) as tab:
        tab.ask("dispatchEvent(new Event('beforeprint'))")
        assert tab.ask(OPEN) == ["m-1", "m-2", "m-3"]
        tab.ask("dispatchEvent(new Event('afterprint'))")
        assert tab.ask(OPEN) == []
        tab.ask("document.getElementById('unfold').click()")
        assert tab.ask(OPEN) == ["m-1", "m-2", "m-3"]
        tab.ask("document.getElementById('unfold').click()")
        assert tab.ask(OPEN) == []


def test_what_is_put_into_the_page_from_without_does_not_run(browser: Browser, page: Path) -> None:
    strange = (
        '<img src="https://example.org/x.png"><script>window.ran = true</script><b style="color: red">x</b></main>'
    )
    page.write_text(page.read_text("utf-8").replace("</main>", strange), encoding="utf-8")
    with browser.open(page) as tab:
        assert tab.ask("window.ran") is None
        assert len(tab.problems) == 3
        assert all("Content Security Policy" in problem for problem in tab.problems)


def test_a_phone_shows_the_page_without_a_bar_below(browser: Browser, page: Path) -> None:
    with browser.open(page, PHONE) as tab:
        assert tab.ask("document.documentElement.scrollWidth") <= PHONE[0]
        assert not tab.ask("document.querySelector('nav details').open")
