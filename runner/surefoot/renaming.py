"""Rename the files of a project, and name them anew in its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from surefoot.renumbering import Renumbering
from surefoot_lint.errors import Place, UsageError
from surefoot_lint.manifest import Manifest
from surefoot_lint.manifest_edit import rename_entries
from surefoot_lint.numbering import NAMELESS_FILES


def rename_files(path: Path, manifest: Manifest, renumbering: Renumbering) -> None:
    """Give migrations and rollbacks their new names, on disk and in the manifest.

    Raises UsageError before anything is changed: a file is not there, or another one has the new name already.
    """
    moves = _moves(path.parent / manifest.folders.migrations, renumbering.migrations)
    moves |= _moves(path.parent / manifest.folders.rollbacks, renumbering.rollbacks)
    for old, new in moves.items():
        if not old.exists():
            raise UsageError(f"{old.name} is not there", where=Place(str(old)), next_step="restore it")
        if new.exists() and new not in moves:
            raise UsageError(f"{old.name} cannot become {new.name}, which is there already", where=Place(str(new)))
    rename_entries(path, renumbering.names, renumbering.moved)
    # One may take the name that another one leaves, so all leave before any arrives.
    for old in moves:
        old.rename(_aside(old))
    for old, new in moves.items():
        _aside(old).rename(new)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.renumbered")


def _moves(folder: Path, names: Mapping[str, str]) -> dict[Path, Path]:
    """Say which file or folder gets which name; of `x/up.sql` it is the folder."""
    moves: dict[Path, Path] = {}
    for old, new in names.items():
        is_folder = PurePosixPath(old).name in NAMELESS_FILES
        before, after = folder / old, folder / new
        moves[before.parent if is_folder else before] = after.parent if is_folder else after
    return moves
