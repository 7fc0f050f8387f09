"""The page of the reference system's schema: the same on PostgreSQL 15 and 18, and what it is in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fix_command import Command, bare_environment
from fix_page import Reader
from system.fix_browser import PHONE, WIDE, Browser
from system.fix_debian import Debian
from system.test_report import FOUND, HITS, LIGHT, TOO_WIDE, UNFOLD, WITHOUT_TARGET

from surefoot.servers import Server

ROOT = Path(__file__).parents[2]
MANIFESTS = [ROOT / "manifest.yaml", *sorted(ROOT.glob("examples/*/manifest.yaml"))]
WIDTH = "Number(document.querySelector('.diagram svg').getAttribute('width'))"
OUTSIDE = """
[...document.querySelectorAll('.diagram .node')].filter((node) => {
    const [box] = [...node.querySelectorAll('polygon')].map((one) => one.getBBox());
    return [...node.querySelectorAll('text')].map((one) => one.getBBox())
        .some((text) => text.x < box.x || text.x + text.width > box.x + box.width);
}).map((node) => node.textContent)
"""


@pytest.fixture(scope="module")
def surefoot() -> Iterator[Command]:
    """The command line in the repository."""
    with TemporaryDirectory(prefix="surefoot-") as name:
        yield Command(ROOT, bare_environment(Path(name)))


@pytest.fixture(scope="module")
def page(surefoot: Command) -> Path:
    """The page for a browser."""
    path = Path(surefoot.environment["HOME"]) / "schema.html"
    done = surefoot("document", "--html", "-o", str(path))
    assert done.status == 0, done.err
    return path


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.name)
def test_fifteen_and_eighteen_make_the_same_page(
    surefoot: Command, server: Server, debian: Debian, manifest: Path
) -> None:
    pages = []
    for url in (server.url, debian.url("postgres")):
        done = surefoot("document", "-m", str(manifest), "-o", "-", "--scratch-url", url)
        assert done.status == 0, done.err
        pages.append(done.out)
    assert pages[0] == pages[1]
    if manifest.parent == ROOT:
        assert pages[0] == (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")


def test_what_it_tells(page: Path) -> None:
    found = Reader.of(page)
    assert len(found.ids) == len(set(found.ids))
    assert "19 migrations in 9 phases build 63 tables" in found.under("top")
    assert "018_subscription_billing_system" in found.under("top")
    assert "exactly one row for each user" in found.under("table-profiles")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_in_a_browser(browser: Browser, page: Path, tmp_path: Path, dark: bool) -> None:
    with browser.open(page, WIDE, dark=dark) as tab:
        assert tab.ask(WITHOUT_TARGET) == []
        back, text = tab.ask(LIGHT)
        assert (back < 150 < 450 < text) if dark else (text < 150 < 600 < back)
        tab.press("/")
        tab.write("Profiles personality")
        tab.until(f"{FOUND}.endsWith(' found')")
        assert "table-profiles" in tab.ask(HITS)
        assert "table-invoices" not in tab.ask(HITS)
        tab.press("Escape")
        tab.ask(UNFOLD)
        assert tab.ask(TOO_WIDE) == []
        assert tab.ask("document.documentElement.scrollWidth") == WIDE[0]
        tab.shoot(tmp_path / "wide.png")
        assert (tmp_path / "wide.png").stat().st_size > 10_000
        assert (tab.problems, tab.requests) == ([], [])


def test_the_diagram(browser: Browser, page: Path) -> None:
    with browser.open(page, WIDE, anchor="#diagram") as tab:
        assert tab.ask("document.querySelectorAll('.diagram .node').length") == 64
        assert tab.ask(OUTSIDE) == []
        before = tab.ask(WIDTH)
        tab.ask("document.querySelector('[data-zoom=\"1.25\"]').click()")
        assert tab.ask(WIDTH) == pytest.approx(before * 1.25)
        tab.ask("document.querySelector('[data-zoom=fit]').click()")
        assert tab.ask(f"{WIDTH} === document.querySelector('.diagram').clientWidth")
        tab.ask(
            "document.querySelector('.diagram a[href=\"#table-matches\"]')"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        tab.until("location.hash === '#table-matches' && document.getElementById('table-matches').open")
        assert (tab.problems, tab.requests) == ([], [])


def test_on_a_phone(browser: Browser, page: Path) -> None:
    with browser.open(page, PHONE) as tab:
        tab.ask(UNFOLD)
        assert tab.ask(TOO_WIDE) == []
        assert tab.ask("document.documentElement.scrollWidth") == PHONE[0]
        assert (tab.problems, tab.requests) == ([], [])
