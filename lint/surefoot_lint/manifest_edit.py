"""Edit manifest.yaml in place: an entry is written into the text, and every other byte stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from surefoot_lint.edits import replace_file
from surefoot_lint.errors import ManifestError, Place


def add_entry(path: Path, file: str, rollback: str, phase: str | None) -> None:
    """Add a migration at the end of the list, in the layout of the list.

    The file is replaced at once, so that a crash leaves the old one or the new one. Raises ManifestError for a
    manifest without a list of migrations.
    """
    text = path.read_bytes().decode("utf-8")
    keys = {"file": file, "rollback": rollback} | ({"phase": scalar(phase)} if phase else {})
    replace_file(path, _with_entry(text, keys, path.name).encode())


def rename_entries(path: Path, names: Mapping[str, str], moved: Sequence[str] = ()) -> None:
    """Write other names of files into the entries; those of `moved`, by their new names, go to the end of the list.

    Raises ManifestError as `add_entry` does, and for a list in brackets of which something is to be moved.
    """
    text = path.read_bytes().decode("utf-8")
    nodes = [node for entry in list_of_migrations(text, path.name).value for node in _file_names(entry)]
    for node in sorted(nodes, key=lambda node: -node.start_mark.index):
        if node.value in names:
            text = text[: node.start_mark.index] + scalar(names[node.value]) + text[node.end_mark.index :]
    replace_file(path, (_with_moved(text, moved, path.name) if moved else text).encode())


def scalar(value: str) -> str:
    """Write a text so that YAML reads it back, in quotes only where it must be."""
    try:
        is_plain = yaml.safe_load(f"[{value}]") == [value] and yaml.safe_load(f"key: {value}") == {"key": value}
    except yaml.YAMLError:
        is_plain = False
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _file_names(entry: Node) -> Iterator[Node]:
    """Find where an entry names files of its own, and those that it requires."""
    for key, value in entry.value if isinstance(entry, MappingNode) else ():
        if key.value in ("file", "rollback", "data_rollback", "feature_rollback"):
            yield value
        elif key.value == "requires" and isinstance(value, SequenceNode):
            yield from value.value


def _with_moved(text: str, moved: Sequence[str], shown: str) -> str:
    """Move the lines of entries behind those of the last one that stays."""
    migrations = list_of_migrations(text, shown)
    if migrations.flow_style:
        raise ManifestError(
            "the entries stand in brackets, and cannot be moved",
            where=Place(shown, migrations.start_mark.line + 1),
            next_step="write each entry in lines of its own, beginning with -",
        )
    lines = [line if line.endswith("\n") else f"{line}\n" for line in text.splitlines(keepends=True)]
    spans = [(_file_of(entry), entry.start_mark.line, _last_line(entry) + 1) for entry in migrations.value]
    taken = {file: lines[start:end] for file, start, end in spans if file in moved}
    gone = {number for file, start, end in spans if file in moved for number in range(start, end)}
    last = max((end for file, _, end in spans if file not in moved), default=spans[0][1])
    before = [line for number, line in enumerate(lines[:last]) if number not in gone]
    after = [line for number, line in enumerate(lines[last:], last) if number not in gone]
    return "".join([*before, *(line for file in moved for line in taken[file]), *after])


def _file_of(entry: Node) -> str:
    pairs = entry.value if isinstance(entry, MappingNode) else []
    return next((str(value.value) for key, value in pairs if key.value == "file"), "")


def _with_entry(text: str, keys: dict[str, str], shown: str) -> str:
    migrations = list_of_migrations(text, shown)
    if migrations.flow_style:
        return _into_flow(text, migrations, keys)
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    last = migrations.value[-1]
    margin = " " * (lines[last.start_mark.line].index("-"))
    if last.flow_style:
        entry = [f"{margin}- {_flow(keys)}"]
    else:
        entry = [f"{margin}{'-' if not n else ' '} {key}: {value}" for n, (key, value) in enumerate(keys.items())]
    after = _last_line(last) + 1
    if not lines[after - 1].endswith("\n"):
        lines[after - 1] += line_end
    return "".join([*lines[:after], *(f"{line}{line_end}" for line in entry), *lines[after:]])


def list_of_migrations(text: str, shown: str) -> SequenceNode:
    """Find the list in the text of a manifest, with its marks. Raises ManifestError where there is none."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, MappingNode) else []
    for key, value in pairs:
        if key.value == "migrations" and isinstance(value, SequenceNode):
            return value
    raise ManifestError("there is no list of migrations", where=Place(shown), next_step="write: migrations: []")


def _into_flow(text: str, migrations: SequenceNode, keys: dict[str, str]) -> str:
    """Write an entry before the closing bracket; the first one begins a list of its own lines."""
    if not migrations.value:
        lines = [f"\n  {'-' if not n else ' '} {key}: {value}" for n, (key, value) in enumerate(keys.items())]
        block = "".join(lines).replace("\n", "\r\n" if "\r\n" in text else "\n")
        before = text[: migrations.start_mark.index].rstrip(" ")
        return f"{before}{block}{text[migrations.end_mark.index :]}"
    end = migrations.value[-1].end_mark.index
    return f"{text[:end]}, {_flow(keys)}{text[end:]}"


def _flow(keys: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


def _last_line(node: Node) -> int:
    """Find the last line of a node, from 0; a block's own end mark stands after the comments behind it."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    is_block_scalar = getattr(node, "style", None) in ("|", ">")
    return int(node.end_mark.line) - (1 if is_block_scalar or node.end_mark.column == 0 else 0)


class Lines(NamedTuple):
    """Where an entry stands in the text, with the comments right above it: whole lines, in characters."""

    start: int
    end: int


def lines_of_entries(text: str, shown: str) -> list[Lines]:
    """Find the lines of each entry; none where the list is written in brackets. Raises ManifestError."""
    migrations = list_of_migrations(text, shown)
    if migrations.flow_style:
        return []
    lines = text.splitlines(keepends=True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    found, free = [], 0
    for node in migrations.value:
        first = node.start_mark.line
        while first > free and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        free = _last_line(node) + 1
        found.append(Lines(offsets[first], offsets[free]))
    return found


def with_key(text: str, entry: int, key: str, value: str, shown: str) -> tuple[int, str]:
    """Say what is put where, so that an entry, counted from 0, has one more key behind `file`. Raises ManifestError."""
    node = list_of_migrations(text, shown).value[entry]
    name, file = next(pair for pair in node.value if pair[0].value == "file")
    place = int(file.end_mark.index)
    if node.flow_style:
        return place, f", {key}: {scalar(value)}"
    end = text.find("\n", place)
    return (len(text) if end < 0 else end), f"\n{' ' * int(name.start_mark.column)}{key}: {scalar(value)}"
