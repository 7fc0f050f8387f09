"""The page of the reference system, proven and migrated, in a browser: wide, on a phone, in the dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fix_command import Command, bare_environment
from fix_page import Reader
from system.fix_browser import PHONE, WIDE, Browser
from system.fix_debian import Debian, _template, fresh_database

ROOT = Path(__file__).parents[2]
WITHOUT_TARGET = """
[...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))
    .filter((target) => !target.startsWith('#') || !document.getElementById(target.slice(1)))
"""
UNFOLD = "document.querySelectorAll('main details').forEach((one) => one.open = true)"
# What is wider than the page and cannot be scrolled by itself.
TOO_WIDE = """
[...document.querySelectorAll('main *')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > document.documentElement.clientWidth + 1
        && !one.closest('.sql, .scroll, .diagram, pre');
}).map((one) => one.outerHTML.slice(0, 200))
"""
FOUND = "document.getElementById('found').textContent"
HITS = "[...document.querySelectorAll('main [data-entry]')].filter((one) => !one.hidden).map((one) => one.id)"
# How dark the page, and how bright its text is: the sums of the red, green and blue of both.
LIGHT = """
['backgroundColor', 'color'].map((part) => getComputedStyle(document.body)[part].match(/\\d+/g).slice(0, 3)
    .reduce((sum, one) => sum + Number(one), 0))
"""


@pytest.fixture(scope="module")
def page(debian: Debian) -> Iterator[Path]:
    """The page of the reference system and a database that has had a rollback."""
    with TemporaryDirectory(prefix="surefoot-") as name, fresh_database(debian, _template(debian)) as url:
        folder = Path(name)
        for part in ("migrations", "rollbacks"):
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "manifest.yaml", folder)
        surefoot = Command(folder, bare_environment(folder) | {"DATABASE_URL": url})
        assert surefoot("migrate").status == 0
        assert surefoot("rollback", "--yes").status == 0
        done = surefoot("report", "--html", "--prove", "--drift")
        assert done.status == 0, done.err
        yield folder / "surefoot-report.html"


def test_what_it_tells(page: Path) -> None:
    found = Reader.of(page)
    assert "19 proven." in found.under("proof")
    assert "apply 1 migration; 18 applied" in found.under("plan")
    assert "rolled back 019_seed_subscription_plans" in found.under("row-20")
    assert "The schema is as the files build it." in found.under("drift")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_in_a_browser(browser: Browser, page: Path, tmp_path: Path, dark: bool) -> None:
    with browser.open(page, WIDE, dark=dark) as tab:
        assert tab.ask(WITHOUT_TARGET) == []
        back, text = tab.ask(LIGHT)
        assert (back < 150 < 450 < text) if dark else (text < 150 < 600 < back)
        tab.press("/")
        tab.write("subscription_plans seed")
        tab.until(f"{FOUND}.endsWith(' found')")
        assert "migration-19" in tab.ask(HITS)
        assert "migration-2" not in tab.ask(HITS)
        assert "row-20" in tab.ask(HITS)
        assert "row-1" not in tab.ask(HITS)
        tab.press("Escape")
        tab.ask(UNFOLD)
        assert tab.ask(TOO_WIDE) == []
        assert tab.ask("document.documentElement.scrollWidth") == WIDE[0]
        tab.shoot(tmp_path / "wide.png")
        assert (tmp_path / "wide.png").stat().st_size > 10_000
        assert (tab.problems, tab.requests) == ([], [])


def test_on_a_phone(browser: Browser, page: Path) -> None:
    with browser.open(page, PHONE) as tab:
        tab.ask(UNFOLD)
        assert tab.ask(TOO_WIDE) == []
        assert tab.ask("document.documentElement.scrollWidth") == PHONE[0]
        assert (tab.problems, tab.requests) == ([], [])


def test_on_paper(browser: Browser, page: Path) -> None:
    with browser.open(page) as tab:
        tab.call("Emulation.setEmulatedMedia", media="print")
        tab.ask("dispatchEvent(new Event('beforeprint'))")
        assert tab.ask("document.querySelectorAll('main details:not([open])').length") == 0
        assert not tab.ask("document.querySelector('nav').checkVisibility()")
        pdf = tab.call("Page.printToPDF")["data"]
        assert len(pdf) > 50_000
