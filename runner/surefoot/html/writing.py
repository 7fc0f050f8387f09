"""Write a page to a file: whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from surefoot_lint.errors import UsageError


def write_page(path: Path, text: str) -> None:
    """Put a page in the place of a file; its folder is made. Raises UsageError where that cannot be.

    Who reads the file meanwhile reads the old page. What a link leads to is replaced, and a pipe is written to.
    """
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")
        else:
            _replace(path, text)
    except OSError as error:
        raise UsageError(
            f"the page cannot be written: {error.strerror}: {path}", next_step="name another file: -o FILE"
        ) from error


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
