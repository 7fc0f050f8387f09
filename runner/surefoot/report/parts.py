"""What the sections of the page are made of: badges, boxes, tables, times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from surefoot.concealment import concealed
from surefoot.html.elements import Element, Node, h
from surefoot.report.listing import plain
from surefoot_lint.errors import SurefootError
from surefoot_lint.show import render

Tone = Literal["good", "warn", "bad", "note"]


def badge(text: str, tone: Tone = "note", href: str | None = None) -> Element:
    """Write a word or two in a colour."""
    return h("a" if href else "span", text, class_=f"badge {tone}", href=href)


def box(tone: Tone, *inside: Node, anchor: str | None = None) -> Element:
    """Write what must be seen."""
    return h("div", *inside, class_=f"box {tone}", id=anchor)


def error_box(error: SurefootError, title: str, tone: Tone = "bad") -> Element:
    """Show an error as the command line does."""
    return box(tone, h("p", h("b", title)), plain(render(error)))


def facts(pairs: Iterable[tuple[str, Node]]) -> Element:
    """Write names and what they stand for; what is nothing is left out."""
    return h("dl", [[h("dt", name), h("dd", value)] for name, value in pairs if value not in (None, "")])


def table(
    head: Sequence[str], rows: Iterable[Sequence[Node]], numbers: Sequence[int] = (), short: Sequence[int] = ()
) -> Element:
    """Write a table, which scrolls by itself where it is too wide.

    `numbers` are the columns of figures, `short` those whose texts stay on one line, by their places from 0.
    """
    classes = ["number" if place in numbers else "short" if place in short else None for place in range(len(head))]
    top = h("tr", [h("th", name, class_=class_) for name, class_ in zip(head, classes, strict=True)])
    body = [h("tr", [h("td", cell, class_=class_) for cell, class_ in zip(row, classes, strict=True)]) for row in rows]
    return h("div", h("table", h("thead", top), h("tbody", body)), class_="scroll", tabindex=0)


def code(text: str | None) -> Element | None:
    """Write a short text as it is typed, without secrets."""
    return h("code", concealed(text)) if text else None


def said(text: str) -> str:
    """Give a text that people wrote, without secrets."""
    return concealed(text)


def moment(when: datetime, form: str = "%Y-%m-%d %H:%M:%S") -> Element:
    """Write a time as UTC."""
    return h("time", f"{when:{form}}", datetime=when.isoformat())


def lasting(milliseconds: float) -> str:
    """Write a duration in the units that a person would take."""
    if milliseconds < 1000:
        return (
            f"{milliseconds:.1f} ms"
            if isinstance(milliseconds, float) and milliseconds < 10
            else f"{milliseconds:.0f} ms"
        )
    minutes, seconds = divmod(milliseconds / 1000, 60)
    return f"{minutes:,.0f} min {seconds:.0f} s" if minutes else f"{seconds:.1f} s"


def bar(part: float, tone: Tone = "note") -> Element:
    """Draw how long something took beside what took longest, which is 1."""
    width = max(1.0, round(100 * part, 1))
    shape = h("rect", width=f"{width:g}", height="6", class_=tone)
    return h("svg", shape, class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true")


def anchor_of(number: int) -> str:
    """Name the anchor of a migration."""
    return f"migration-{number}"


def link_to(number: int, name: str) -> Element:
    """Link to a migration on this page."""
    return h("a", name, href=f"#{anchor_of(number)}")
