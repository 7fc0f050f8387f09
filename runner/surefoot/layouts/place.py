"""Where the files of an adopted project are: where they were found, or in two folders of copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from surefoot.layouts.found import Found
from surefoot_lint.errors import UsageError
from surefoot_lint.numbering import digits_of, number_of
from surefoot_lint.paths import shown_path


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the files of an adopted project are: where they were found, or in two folders of copies."""

    migrations: Path
    rollbacks: Path
    is_copied: bool
    shared: frozenset[int]

    def forward(self, one: Found) -> Path:
        """Say where a migration is."""
        assert self.is_copied or one.forward.path
        return self.migrations / f"{one.name}.sql" if self.is_copied else one.forward.path or Path()

    def backward(self, one: Found) -> Path | None:
        """Say where its rollback is, if it has one."""
        if one.backward is None or not self.is_copied:
            return one.backward.path if one.backward else None
        digits = digits_of(one.name)
        return self.rollbacks / f"rollback_{one.name if int(digits) in self.shared else digits}.sql"

    def files(self, migrations: Iterable[Found]) -> dict[Path, str]:
        """Give the files that must be written."""
        if not self.is_copied:
            return {}
        files: dict[Path, str] = {}
        for one in migrations:
            files[self.forward(one)] = one.forward.text
            path = self.backward(one)
            if path and one.backward:
                files[path] = one.backward.text
        return files


def _is_usable(one: Found, folder: Path) -> bool:
    path = one.forward.path
    return path is not None and number_of(path.relative_to(folder).as_posix()) == number_of(one.name)


def _is_taken(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())


def choose_place(folder: Path, home: Path, migrations: Sequence[Found]) -> Placement:
    """Use the files where they are, if each is as it must be and below the manifest's folder; else copy all.

    Raises UsageError where the copies would meet other files.
    """
    counts = Counter(number_of(one.name) for one in migrations)
    shared = frozenset(number for number, count in counts.items() if number is not None and count > 1)
    beside = folder.parent / "rollbacks"
    backwards = [one.backward.path for one in migrations if one.backward and one.backward.path]
    rollbacks = beside if backwards and all(path.is_relative_to(beside) for path in backwards) else folder
    is_usable = (
        folder.is_relative_to(home)
        and all(_is_usable(one, folder) for one in migrations)
        and all(path.is_relative_to(rollbacks) for path in backwards)
        and all(one.backward is None or one.backward.path for one in migrations)
    )
    if is_usable:
        return Placement(folder, rollbacks, is_copied=False, shared=shared)
    into = home
    if any(_is_taken(home / name) for name in ("migrations", "rollbacks")):
        into = home / "surefoot"
    if any(_is_taken(into / name) for name in ("migrations", "rollbacks")):
        raise UsageError(
            f"there are files in {shown_path(into)} already, so nothing is copied to it",
            next_step="give a manifest in another folder: --manifest NEW/manifest.yaml",
        )
    return Placement(into / "migrations", into / "rollbacks", is_copied=True, shared=shared)
