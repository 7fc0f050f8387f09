"""Paths made comparable, and written as people see them."""

from __future__ import annotations

import os
from pathlib import Path

from surefoot_lint.numbering import NAMELESS_FILES

MANIFEST_NAME = "manifest.yaml"


def absolute(path: Path) -> Path:
    """Make a path absolute, without following links."""
    return Path(os.path.normpath(path.absolute()))


def shown_path(path: Path) -> str:
    """Write a path as people see it: from the current folder where it lies below it, with slashes."""
    path = absolute(path)
    text = path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
    return os.fsencode(text).decode(errors="replace")


def is_file(path: Path) -> bool:
    """Tell whether a file is there; a path that the system refuses is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def sql_files(folder: Path) -> list[Path]:
    """Find the SQL files of a folder, and those below it that take their name from their folder (`x/up.sql`).

    A folder that cannot be listed has none.
    """
    try:
        with os.scandir(folder) as entries:
            found = [path for entry in entries if not entry.name.startswith(".") for path in _sql_at(entry)]
    except OSError:
        return []
    return sorted(found)


def _sql_at(entry: os.DirEntry[str]) -> list[Path]:
    path = Path(entry.path)
    if entry.is_dir():
        return [below for name in NAMELESS_FILES if is_file(below := path / name)]
    return [path] if path.suffix.lower() == ".sql" and entry.is_file() else []
