"""What Graphviz has drawn, as elements of a page: shapes, texts and links within it; nothing else, and no colours."""

from __future__ import annotations

from xml.etree import ElementTree

from surefoot.html.elements import Element, Node

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
TAGS = frozenset({"svg", "g", "a", "title", "path", "polygon", "polyline", "ellipse", "text"})
KEPT = frozenset(
    {"class", "viewBox", "transform", "d", "points", "cx", "cy", "rx", "ry", "x", "y", "text-anchor", "font-size"}
)
POINTS = 4 / 3  # CSS pixels in a point


def element_of(drawn: str) -> Element:
    """Take a drawing over. Raises ValueError for what is no SVG."""
    # What Graphviz writes has no entity and no document type but its own.
    root = ElementTree.fromstring(drawn)  # noqa: S314
    if root.tag != f"{SVG}svg":
        raise ValueError(f"a drawing must be SVG, not {root.tag}")
    taken = _element(root)
    _, _, width, height = (float(part) for part in str(root.get("viewBox")).split())
    size = (("width", f"{width * POINTS:.0f}"), ("height", f"{height * POINTS:.0f}"), ("role", "img"))
    return Element(taken.tag, (*taken.attributes, *size, ("aria-label", "Diagram of the tables")), taken.children)


def _element(node: ElementTree.Element) -> Element:
    tag = node.tag.removeprefix(SVG)
    attributes = [(name, value) for name, value in node.items() if name in KEPT]
    link, title = node.get(f"{XLINK}href", ""), node.get(f"{XLINK}title")
    children: list[Node] = [Element("title", (), (title,))] if title else []
    if tag == "a":
        tag = "a" if link.startswith("#") else "g"  # what has a tooltip alone is no link
        attributes += [("href", link)] if tag == "a" else []
    is_titled = tag == "g" and any(_has_link(child) for child in node)
    for child in node:
        name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else ""
        if name in TAGS and not (name == "title" and (is_titled or node.get("class") == "graph")):
            children.append(_element(child))
    return Element(tag, tuple(attributes), (node.text if tag in ("text", "title") else None, *children))


def _has_link(node: ElementTree.Element) -> bool:
    return node.find(f"{SVG}a") is not None
