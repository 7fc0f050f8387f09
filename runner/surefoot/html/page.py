"""The shell of a page: its head, table of contents, search and sections, in one text that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib import resources

from surefoot.html.elements import Element, Node, h
from surefoot_lint.version import __version__

SEARCH = "Search (press /)"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is found by itself: folded but for its title, until it is opened or a link leads to it.

    `listed` is its name in the table of contents; without one it is not in it.
    """

    anchor: str
    title: Node
    body: Node
    listed: str | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: `lead` stands under its title, then its entries; `count` stands beside it in the contents."""

    anchor: str
    title: str
    lead: Node = None
    entries: tuple[Entry, ...] = ()
    count: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, what stands under it, its sections, and what is said at its end of where it comes from."""

    title: str
    lead: Node
    sections: tuple[Section, ...]
    origin: str = ""


def render(page: Page) -> str:
    """Write a page: no other file, no network, no style or script but its own (by the hash of its policy)."""
    style, script = _asset("page.css"), _asset("page.js")
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="color-scheme", content="light dark"),
        h("meta", name="referrer", content="no-referrer"),
        h("meta", name="generator", content=f"surefoot {__version__}"),
        h("title", page.title),
        h("style", style),
    )
    body = h(
        "body",
        h("a", "Skip to the content", class_="skip", href="#content"),
        _bar(page),
        h("div", _contents(page), _main(page), class_="columns"),
        h("script", script),
    )
    return f"<!DOCTYPE html>\n{h('html', head, chr(10), body, lang='en')}\n"


def _bar(page: Page) -> Element:
    """Make the head of the page, which stays in sight: its title, the search, and what opens everything."""
    search = h("input", type="search", id="search", placeholder=SEARCH, aria_label="Search", autocomplete="off")
    tools = [search, h("output", id="found", for_="search"), h("button", "Open all", type="button", id="unfold")]
    return h("header", h("a", page.title, href="#top", class_="name"), h("div", tools, class_="tools", hidden=True))


def _contents(page: Page) -> Element:
    """Make the table of contents, which folds on a narrow screen."""
    listed = h("ul", [_listed(section) for section in page.sections])
    return h("nav", h("details", h("summary", "Contents"), listed, open=True), aria_label="Contents")


def _listed(section: Section) -> Element:
    entries = [
        h("li", h("a", entry.listed, href=f"#{entry.anchor}"), data_for=entry.anchor)
        for entry in section.entries
        if entry.listed
    ]
    link = h("a", section.title, href=f"#{section.anchor}")
    count = h("small", section.count) if section.count else None
    return h("li", link, " ", count, h("ul", entries) if entries else None, data_for=section.anchor)


def _main(page: Page) -> Element:
    nothing = h("p", "Nothing on this page has these words.", id="nothing", class_="muted", hidden=True)
    intro = h("div", h("h1", page.title), page.lead, id="top", class_="intro")
    footer = h("footer", page.origin) if page.origin else None
    return h("main", intro, [_section(section) for section in page.sections], nothing, footer, id="content")


def _section(section: Section) -> list[Node]:
    count = h("small", section.count) if section.count else None
    lead = h("div", section.lead, class_="lead") if section.lead is not None else None
    title = h("h2", h("a", section.title, href=f"#{section.anchor}"), " ", count)
    return ["\n", h("section", title, lead, [_entry(entry) for entry in section.entries], id=section.anchor)]


def _entry(entry: Entry) -> list[Node]:
    body = h("div", entry.body, class_="body")
    return ["\n", h("details", h("summary", entry.title), body, id=entry.anchor, data_entry=True, open=entry.is_open)]


def _policy(style: str, script: str) -> str:
    """Allow these two texts, and nothing else (Content Security Policy Level 3, hash sources)."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    return resources.files("surefoot.html").joinpath(name).read_text(encoding="utf-8")
