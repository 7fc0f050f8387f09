"""Numbers that are taken: by files on branches of other repositories that are not merged."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath

from surefoot_lint.fileset import Taken, Unit
from surefoot_lint.git import Repository, names_in
from surefoot_lint.numbering import NAMELESS_FILES, number_of


def find_taken(repository: Repository, added: Sequence[Unit], merged: Collection[str]) -> Iterator[Taken]:
    """Look for the numbers of new migrations on other branches, newest first; a file of the same name is no other.

    `merged` are the names of the migrations that the base holds, which every branch may have.
    """
    homes = {
        unit.name: home for unit in added if unit.number is not None and (home := _home(repository, unit)) is not None
    }
    branches = repository.unmerged_branches() if homes else []
    folders = dict.fromkeys(homes.values())
    trees = repository.contents(f"{branch.commit}:{home}" for branch in branches for home in folders)
    known = {os.fsencode(_leaf(name)) for name in merged}
    for branch in branches:
        for folder in folders:
            found = names_in(trees.get(f"{branch.commit}:{folder}", b""), branch.commit) - known
            names = {os.fsdecode(name) for name in found}
            files = {number_of(name): name for name in sorted(names, reverse=True)}
            for name, home in homes.items():
                if home == folder and number_of(name) in files and _leaf(name) not in names:
                    yield Taken(name, branch.name, files[number_of(name)])


def _home(repository: Repository, unit: Unit) -> str | None:
    """Say in which folder of the repository the migration stands, by its file or by its folder (`x/up.sql`)."""
    path = repository.inside(unit.migration.path) if unit.migration else None
    if path is None:
        return None
    parents = PurePosixPath(path).parents
    return str(parents[1 if PurePosixPath(path).name in NAMELESS_FILES else 0]).removeprefix(".")


def _leaf(name: str) -> str:
    """Give the name under which a migration stands in its folder: that of its file, or its folder's."""
    path = PurePosixPath(name)
    return path.parent.name if path.name in NAMELESS_FILES else path.name
