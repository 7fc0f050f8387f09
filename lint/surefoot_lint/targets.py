"""Paths on the command line → the sets of files that they mean, and the units of them that are to be judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.cache import Cache
from surefoot_lint.errors import UsageError
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.intake import Intake
from surefoot_lint.numbering import NAMELESS_FILES
from surefoot_lint.paths import MANIFEST_NAME, absolute, shown_path
from surefoot_lint.survey import survey_folder, survey_project


class Target(NamedTuple):
    """A set of files, and the units of it that are to be judged; the set itself is always judged whole."""

    fileset: FileSet
    units: tuple[Unit, ...]


def find_targets(paths: Sequence[Path], manifest: Path | None = None, *, caching: bool = False) -> list[Target]:
    """Find what the paths mean: projects, folders of migrations, or files of either; no path means this folder.

    With a manifest, all paths lie in its project. With `caching`, what is read in a project is kept below its folder,
    in `.surefoot/cache`. Raises UsageError for a path where there is nothing to check.
    """
    surveyed = cache(partial(_survey, caching=caching))
    chosen: dict[Path, list[Path]] = defaultdict(list)
    for path in paths or (manifest or _default(),):
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}")
        chosen[absolute(manifest or _home(path, surveyed))].append(path)
    return [Target(surveyed(home), _units(surveyed(home), home, members)) for home, members in chosen.items()]


def _survey(home: Path, *, caching: bool) -> FileSet:
    """Look at a project by its manifest, or at a folder without one, which gets no cache."""
    if home.is_dir():
        return survey_folder(home)
    return survey_project(home, Intake(Cache(home.parent) if caching else None))


def _default() -> Path:
    here = Path()
    migrations = here / "migrations"
    return here if (here / MANIFEST_NAME).exists() or not migrations.is_dir() else migrations


def _home(path: Path, surveyed: Callable[[Path], FileSet]) -> Path:
    """Find the manifest that a path belongs to, or the folder of migrations where there is none."""
    if path.suffix in (".yaml", ".yml"):
        return path
    if (path / MANIFEST_NAME).exists():
        return path / MANIFEST_NAME
    manifest = next((parent / MANIFEST_NAME for parent in absolute(path).parents if _is_project(parent)), None)
    if manifest and _members(surveyed(manifest), path):
        return manifest
    return path if path.is_dir() else _folder_of(path)


def _is_project(folder: Path) -> bool:
    """Tell whether a folder has a manifest of ours: other tools have files of that name."""
    manifest = folder / MANIFEST_NAME
    return manifest.is_file() and "\nsurefoot:" in f"\n{manifest.read_text(errors='replace')}"


def _folder_of(file: Path) -> Path:
    """Find the folder of migrations that a single file belongs to."""
    if file.suffix.lower() != ".sql":
        raise UsageError(f"{file} is no SQL file, so there is nothing to check")
    folder = absolute(file).parent
    if file.name in NAMELESS_FILES:
        return folder.parent
    migrations = folder.parent / "migrations"
    return migrations if folder.name == "rollbacks" and migrations.is_dir() else folder


def _members(fileset: FileSet, path: Path) -> set[str]:
    """List the files of the set that are the path, or lie below it."""
    shown = shown_path(path)
    below = "" if shown == "." else f"{shown}/"
    files = fileset.files.union(unit.shown for unit in fileset.units)
    return {file for file in files if file == shown or file.startswith(below)}


def _units(fileset: FileSet, home: Path, paths: Sequence[Path]) -> tuple[Unit, ...]:
    """Choose the units that the paths name; the home itself names them all."""
    named: set[str] = set()
    for path in paths:
        if absolute(path) in (home, home.parent):
            return fileset.units
        members = _members(fileset, path)
        if not members:
            raise UsageError(
                f"{path} is no migration and no rollback of {shown_path(home)}, so there is nothing to check"
            )
        named |= members
    return tuple(unit for unit in fileset.units if named & {unit.shown, *(file.shown for file in unit.files)})
