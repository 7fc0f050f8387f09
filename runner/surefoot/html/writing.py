"""Write a page to a file: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path

from surefoot_lint.errors import UsageError
from surefoot_lint.project import Project


def write_page(path: Path, text: str) -> None:
    """Put a page in the place of a file; its folder is made. Raises UsageError where that cannot be.

    Who reads the file meanwhile reads the old page. What a link leads to is replaced, and a pipe is written to.
    """
    with _explained(path := path.resolve()):
        path.parent.mkdir(parents=True, exist_ok=True)
        if _is_special(path):
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        with _beside(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
            unfinished.replace(path)


def require_place(path: Path, project: Project) -> None:
    """Refuse before long work what `write_page` would refuse after it, and what the project is made of.

    Raises UsageError for a place that cannot be written to, for the manifest, and for a migration or rollback.
    """
    if _is_of(project, path.resolve()):
        raise UsageError(f"{path} is a file of the project, and would be lost", next_step="name another file: -o FILE")
    with _explained(path := path.resolve()):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        if not _is_special(path):
            with _beside(path) as unfinished:
                unfinished.touch()


def _is_of(project: Project, path: Path) -> bool:
    folders = [(project.folder / name).resolve() for name in project.manifest.folders]
    is_listed = path.is_file() and any(path.is_relative_to(folder) for folder in folders)
    return is_listed or path == (project.folder / project.manifest.place.path).resolve()


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"the page cannot be written: {error.strerror}: {path}", next_step="name another file: -o FILE"
        ) from error


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give the name of a file beside it, which is gone in the end."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        yield unfinished
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
