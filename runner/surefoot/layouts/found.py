"""What reading another tool's folder gives: its migrations, in the words of this one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from surefoot_lint.numbering import number_of
from surefoot_lint.paths import shown_path
from surefoot_lint.pieces import Statement
from surefoot_lint.source import read_source
from surefoot_lint.split import split

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Part:
    """One direction of a migration: its text, and the file that holds this very text, if there is one."""

    text: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A migration of another tool.

    `name` is what it is called in our layout, without `.sql`: it begins with its number. `requires` are such
    names; `queries` are those that the tool runs to see whether it worked, and that must not fail.
    """

    name: str
    forward: Part
    backward: Part | None
    transaction: bool = True
    requires: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A folder of another tool: its migrations in the order of their application, and what a person must know."""

    tool: str
    migrations: tuple[Found, ...]
    remarks: tuple[str, ...] = ()
    platform: str | None = None
    seeds: tuple[Path, ...] = ()


def part_of(path: Path) -> Part:
    """Read a file; one with a byte order mark must be written anew. Raises SourceError."""
    raw = path.read_bytes()
    if raw.startswith(BYTE_ORDER_MARK):
        return Part(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    return Part(read_source(path, shown_path(path)).read(), path)


def holds_statements(part: Part) -> bool:
    """Tell whether there is anything to run. Raises SplitError for what cannot be cut."""
    return any(isinstance(piece, Statement) for piece in split([part.text]))


def name_of(digits: str, words: str) -> str:
    """Make a name of a number and what it is about, in which no other digits join the number."""
    plain = re.sub(r"[^\w.-]+", "_", words).strip("_") or "migration"
    name = f"{digits}_{plain}"
    return name if number_of(name) == int(digits) else f"{digits}_n{plain}"


def left_out(folder: Path, suffixes: Iterable[str]) -> tuple[str, ...]:
    """Say which migrations are programs, and so are left out."""
    programs = sorted(path.name for path in folder.iterdir() if path.suffix in tuple(suffixes))
    if not programs:
        return ()
    names = ", ".join(programs[:3]) + (" …" if len(programs) > 3 else "")
    return (f"{len(programs)} left out, as they are programs and no SQL: {names}",)
