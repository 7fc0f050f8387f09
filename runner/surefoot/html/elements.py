"""Elements of HTML: built as data, and written with every text and every value escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

Node: TypeAlias = "Element | str | Iterable[Node] | None"
Value: TypeAlias = str | int | bool | None

# Without content and end tag (HTML standard, 13.1.2 "Elements", void elements).
VOID = frozenset({"br", "col", "hr", "input", "link", "meta", "wbr"})
# Their text is no HTML: nothing is escaped, and nothing that ends them may stand in it.
RAW = frozenset({"style", "script"})
# What no text of a page may hold (HTML standard, 13.1.4 "Text"): controls, surrogates, noncharacters of the plane.
ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# The directions of text that would show a reader another order of characters than the file has (Unicode TR9).
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Element:
    """An element, its attributes and what is in it."""

    tag: str
    attributes: tuple[tuple[str, Value], ...] = ()
    children: tuple[Node, ...] = ()

    def __str__(self) -> str:
        """Write it as HTML."""
        written: list[str] = []
        _write(self, written)
        return "".join(written)


def h(tag: str, *children: Node, **attributes: Value) -> Element:
    """Make an element; what is in it are texts, elements, or any number of them, and nothing is left out.

    An attribute's name is written with `_` for `-`, and with a `_` behind it where Python has the word: `class_`.
    True gives it no value; None and False leave it out.
    """
    named = tuple((name.strip("_").replace("_", "-"), value) for name, value in attributes.items())
    return Element(tag, named, children)


def text_of(node: Node) -> str:
    """Give the text of a node without its elements, as a reader sees it in one line."""
    return " ".join("".join(_texts(node)).split())


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Element):
        yield from _texts(node.children)
    elif node is not None:
        for child in node:
            yield from _texts(child)


def _write(node: Node, written: list[str]) -> None:
    """Add a node to what is written: a list, as a page has many thousands."""
    if isinstance(node, str):
        written.append(_clean(escape(node, quote=False)))
    elif isinstance(node, Element):
        written.append(f"<{node.tag}{''.join(map(_attribute, node.attributes))}>")
        if node.tag in RAW:
            written += _raw(node)
        else:
            for child in node.children:
                _write(child, written)
        if node.tag not in VOID:
            written.append(f"</{node.tag}>")
    elif node is not None:
        for child in node:
            _write(child, written)


def _raw(node: Element) -> Iterator[str]:
    for text in _texts(node.children):
        if f"</{node.tag}" in text.lower():
            raise ValueError(f"a {node.tag} must not hold its own end")
        yield text


def _attribute(attribute: tuple[str, Value]) -> str:
    name, value = attribute
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{_clean(escape(str(value)))}"'


def _clean(text: str) -> str:
    """Put a sign in the place of what a page must not hold, and of what would hide the order of a text."""
    if text.isascii() and text.isprintable():
        return text
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text))
