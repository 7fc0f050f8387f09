"""Edit manifest.yaml in place: an entry is written into the text, and every other byte stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from surefoot_lint.errors import ManifestError, Place


def add_entry(path: Path, file: str, rollback: str, phase: str | None) -> None:
    """Add a migration at the end of the list, in the layout of the list.

    The file is replaced at once, so that a crash leaves the old one or the new one. Raises ManifestError for a
    manifest without a list of migrations.
    """
    text = path.read_bytes().decode("utf-8")
    keys = {"file": file, "rollback": rollback} | ({"phase": scalar(phase)} if phase else {})
    edited = _with_entry(text, keys, path.name)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(edited.encode("utf-8"))
    beside.replace(path)


def _with_entry(text: str, keys: dict[str, str], shown: str) -> str:
    migrations = _list_of_migrations(text, shown)
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


def _list_of_migrations(text: str, shown: str) -> SequenceNode:
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


def scalar(value: str) -> str:
    """Write a text so that YAML reads it back, in quotes only where it must be."""
    try:
        is_plain = yaml.safe_load(f"[{value}]") == [value] and yaml.safe_load(f"key: {value}") == {"key": value}
    except yaml.YAMLError:
        is_plain = False
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _last_line(node: Node) -> int:
    """Find the last line of a node, from 0; a block's own end mark stands after the comments behind it."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    is_block_scalar = getattr(node, "style", None) in ("|", ">")
    return int(node.end_mark.line) - (1 if is_block_scalar or node.end_mark.column == 0 else 0)
