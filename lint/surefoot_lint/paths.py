"""Paths made comparable, and written as people see them."""

from __future__ import annotations

import os
from pathlib import Path


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
