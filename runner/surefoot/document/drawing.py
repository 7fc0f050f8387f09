"""The diagram in the language of Graphviz: a box a table, with its keys; a line a foreign key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.document.model import Document, Key, Table, shown

HEAD = """digraph schema {
    graph [rankdir=LR, ranksep=0.9, nodesep=0.18, bgcolor=transparent];
    node [shape=record, fontname="Courier", fontsize=11, margin="0.1,0.05"];
    edge [dir=both, arrowsize=0.8];"""
# A character of the fonts that browsers take for code is 0.55 to 0.61 of their size wide.
INCHES_A_CHARACTER = 11 * 0.62 / 72
MARGIN_INCHES = 0.25
IN_RECORDS = re.compile(r'[\\{}|<> "]')


def drawing(document: Document) -> str:
    """Write all tables that are connected or our own, in the clusters of their phases, each with a link to its part."""
    return "\n".join([HEAD, *_lines(document), "}"]) + "\n"


def anchor(kind: str, name: str) -> str:
    """Name the anchor of something on the page."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_.]', lambda sign: f'-{ord(sign[0]):x}-', shown(name))}"


def _lines(document: Document) -> Iterator[str]:
    own = {table.name for table in document.tables if table.made_by}
    for number, (phase, tables) in enumerate(document.phases):
        if phase:
            yield f"    subgraph cluster_{number} {{"
            yield f"        label={_quoted(phase)}; labeljust=l; class=phase; fontname=Helvetica; fontsize=13;"
        yield from (f"        {_node(table)}" for table in tables)
        if phase:
            yield "    }"
    known = {table.name for table in document.extended}
    for name in sorted({str(key.other) for key in document.relationships} - own):
        link = f", URL={_quoted('#' + anchor('table', name))}" if name in known else ""
        yield f"    {_quoted(name)} [label={_label([shown(name)])}, class=other{link}];"
    for key in document.relationships:
        yield f"    {_edge(key)}"


def _node(table: Table) -> str:
    keys = {name for key in table.keys if key.kind in ("p", "f") for name in key.columns}
    rows = [column.name for column in table.columns if column.name in keys]
    name = shown(table.name)
    width = max(map(len, (name, *rows))) * INCHES_A_CHARACTER + MARGIN_INCHES
    link = f"URL={_quoted('#' + anchor('table', table.name))}, tooltip={_quoted(table.comment or name)}"
    return f"{_quoted(table.name)} [label={_label([name, *rows])}, width={width:.2f}, {link}];"


def _edge(key: Key) -> str:
    one = "teeodot" if key.is_optional else "tee"
    many = "teeodot" if key.is_one else "crowodot"
    label = f"{shown(key.table)}.{', '.join(key.columns)} → {shown(str(key.other))}"
    ends = f"arrowtail={one}, arrowhead={many}, tooltip={_quoted(label)}"
    return f"{_quoted(str(key.other))} -> {_quoted(key.table)} [{ends}];"


def _label(lines: list[str]) -> str:
    """Write the label of a record: a name, and below it the rows, if there are any."""
    name, *rows = (IN_RECORDS.sub(lambda sign: f"\\{sign[0]}", line) for line in lines)
    below = "|" + "".join(f"{row}\\l" for row in rows) if rows else ""
    return f'"{name}{below}"'


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
