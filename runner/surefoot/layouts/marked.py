"""Files that hold both directions, parted by comments: dbmate and goose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from surefoot.layouts.found import Found, Layout, Part, left_out, part_of
from surefoot_lint.numbering import number_of

DBMATE = re.compile(r"\s*--\s*migrate:(up|down)\b(.*)", re.IGNORECASE)
GOOSE = re.compile(r"\s*--\s*\+goose\s+(\S.*?)\s*", re.IGNORECASE)
DBMATE_MARK = re.compile(r"^\s*--\s*migrate:up\b", re.IGNORECASE | re.MULTILINE)
GOOSE_MARK = re.compile(r"^\s*--\s*\+goose\s+up\b", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Directions:
    """The lines of both directions; what stands before the first mark is part of the way forward."""

    forward: list[str] = field(default_factory=list)
    backward: list[str] | None = None
    transaction: bool = True
    is_substituted: bool = False


def read_dbmate(folder: Path) -> Layout:
    """Read a folder of dbmate's files. Raises SourceError."""
    files = _files(folder, DBMATE_MARK)
    return Layout("dbmate", tuple(_found(path, _dbmate(path)) for path in files), left_out(folder, (".go",)))


def read_goose(folder: Path) -> Layout:
    """Read a folder of goose's files. Raises SourceError."""
    directions = {path: _goose(path) for path in _files(folder, GOOSE_MARK)}
    substituted = [
        f"{path.name} has variables of the environment (ENVSUB): nothing is put in their place"
        for path, one in directions.items()
        if one.is_substituted
    ]
    migrations = tuple(_found(path, one) for path, one in directions.items())
    return Layout("goose", migrations, (*left_out(folder, (".go",)), *substituted))


def is_marked(folder: Path, mark: re.Pattern[str]) -> bool:
    """Tell whether a file of a folder has the mark of a tool."""
    return bool(_files(folder, mark))


def _files(folder: Path, mark: re.Pattern[str]) -> list[Path]:
    numbered = [path for path in folder.glob("*.sql") if number_of(path.name) is not None]
    marked = (path for path in numbered if mark.search(path.read_text(encoding="utf-8", errors="replace")))
    return sorted(marked, key=lambda path: (number_of(path.name) or 0, path.name))


def _dbmate(path: Path) -> _Directions:
    found = _Directions()
    lines = found.forward
    for line in part_of(path).text.splitlines():
        match = DBMATE.fullmatch(line)
        if match is None:
            lines.append(line)
        elif match[1].lower() == "down":
            found.backward = lines = []
        else:
            lines = found.forward
            found.transaction = "transaction:false" not in match[2].replace(" ", "").lower()
    return found


def _goose(path: Path) -> _Directions:
    found = _Directions()
    lines = found.forward
    for line in part_of(path).text.splitlines():
        match = GOOSE.fullmatch(line)
        word = " ".join(match[1].upper().split()) if match else None
        if word is None:
            lines.append(line)
        elif word == "UP":
            lines = found.forward
        elif word == "DOWN":
            found.backward = lines = []
        elif word == "NO TRANSACTION":
            found.transaction = False
        elif word == "ENVSUB ON":
            found.is_substituted = True
    return found


def _found(path: Path, directions: _Directions) -> Found:
    backward = None if directions.backward is None else Part(_text(directions.backward))
    return Found(path.stem, Part(_text(directions.forward)), backward, directions.transaction)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n") + "\n"
