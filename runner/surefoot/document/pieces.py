"""What the entries of the page for a browser are made of: links, lists, tables under titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot.document.model import Grant, Key, Part, Step, Table
from surefoot.document.words import grants_of
from surefoot.drafting.names import split
from surefoot.html.elements import Element, Node, h
from surefoot.report.parts import badge, box, code, said, table


def step_anchor(step: Step) -> str:
    """Name the anchor of a migration."""
    return f"migration-{step.number}"


def step_link(step: Step) -> Element:
    """Link to a migration."""
    return h("a", step.name, href=f"#{step_anchor(step)}")


def remarks(step: Step) -> list[Node]:
    """Say what is unusual of a migration."""
    remarks: list[Node] = [] if step.transaction else [[" ", badge("no transaction", "warn")]]
    if step.irreversible:
        remarks.append(box("warn", h("p", f"Irreversible: {said(step.irreversible)}")))
    return remarks


def titled(title: str, head: tuple[str, ...], rows: Sequence[tuple[Node, ...]]) -> Iterator[Node]:
    """Write a table under a title, if it has rows."""
    if rows:
        yield h("h4", title)
        yield table(head, rows)


def parts_of(title: str, parts: tuple[Part, ...]) -> Iterator[Node]:
    """Write indexes or triggers of a table under a title."""
    has_comments = any(part.comment for part in parts)
    head = ("name", "is", "what it is for") if has_comments else ("name", "is")
    yield from titled(title, head, [(code(p.name), code(p.says), said(p.comment))[: len(head)] for p in parts])


def granted(one: Table) -> Iterator[Node]:
    """Write what roles may do with a table, under a title."""
    if one.grants:
        yield h("h4", "Granted")
        yield grant_list(one.grants)


def grant_list(grants: tuple[Grant, ...]) -> Node:
    """Write what roles may do."""
    return h("ul", [h("li", code(roles), " ", what) for roles, what in grants_of(grants)]) if grants else None


def how_many(key: Key) -> str:
    """Say how many rows belong to how many."""
    return f"{'0..1' if key.is_optional else '1'} ─ {'0..1' if key.is_one else '∞'}"


def table_of(column: str) -> str:
    """Name the table of a column."""
    return split(column)[0]
