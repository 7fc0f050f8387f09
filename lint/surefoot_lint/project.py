"""A project as it lies on disk: its manifest, and the files that the manifest lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from surefoot_lint.document import nearest
from surefoot_lint.errors import ManifestError, Place
from surefoot_lint.manifest import Check, Entry, Manifest
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.numbering import duplicates, next_number, number_of, unit_name
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.source import Source, leads_out_of, read_source

# Undo all of it; reset the data and keep the tables; switch it off and keep the data.
Level = Literal["schema", "data", "feature"]
SEEDS_FOLDER = "seeds"


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration: its number and name, what the manifest says of it, and its file as it was read."""

    number: int
    name: str
    entry: Entry
    source: Source

    def __str__(self) -> str:
        """Write its name, which begins with its number."""
        return self.name


@dataclass(frozen=True, slots=True)
class Project:
    """A manifest with its files; the migrations stand in the order of their application."""

    folder: Path
    manifest: Manifest
    migrations: tuple[Migration, ...]
    by_number: dict[int, Migration] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the migrations."""
        object.__setattr__(self, "by_number", {migration.number: migration for migration in self.migrations})

    @staticmethod
    def load(path: Path | str = MANIFEST_NAME) -> Project:
        """Read a project by its manifest, or by the folder that holds `manifest.yaml`.

        Raises ManifestError and SourceError, with file and line, for whatever is not as it must be: duplicate
        numbers, files that are missing or outside the folder, empty files. Rollback files are read when asked for.
        """
        path = Path(path)
        manifest_path = path / MANIFEST_NAME if path.is_dir() else path
        manifest = load_manifest(manifest_path, manifest_path.name)
        folder = manifest_path.parent.resolve()
        _refuse_duplicates(manifest)
        _refuse_unknown_requirements(manifest)
        return Project(folder, manifest, tuple(_migration(folder, manifest, e) for e in manifest.migrations))

    def named(self, number: int) -> Migration | None:
        """Find a migration by its number."""
        return self.by_number.get(number)

    def rollback_of(self, migration: Migration, level: Level = "schema") -> Source | None:
        """Read a rollback file of a migration, or nothing where none is listed or the file is not there."""
        entry = migration.entry
        files = {"schema": entry.rollback, "data": entry.data_rollback, "feature": entry.feature_rollback}
        if files[level] is None:
            return None
        shown = f"{self.manifest.folders.rollbacks}/{files[level]}"
        if not (self.folder / shown).exists():
            return None
        return _read_within(self.folder, shown, migration.entry.place)

    def seeds(self) -> tuple[Source, ...]:
        """Read the files of data for development: those that the manifest names, else those of the folder `seeds`.

        The folder's are in the order of their numbers, then of their names.
        """
        names = self.manifest.seeds
        if not names:
            found = (path.name for path in (self.folder / SEEDS_FOLDER).glob("*.sql"))
            names = tuple(f"{SEEDS_FOLDER}/{name}" for name in sorted(found, key=lambda n: (number_of(n) or 0, n)))
        return tuple(_read_within(self.folder, name, self.manifest.place) for name in names)

    def sql_of(self, check: Check) -> str:
        """Give the query of a check, from the manifest or from its file."""
        if check.sql is not None:
            return check.sql
        return _read_within(self.folder, str(check.sql_file), check.place).read()


def _migration(folder: Path, manifest: Manifest, entry: Entry) -> Migration:
    number = number_of(entry.file)
    if number is None:
        raise ManifestError(
            f"{entry.file} has no number",
            where=entry.place,
            why="the file's name must begin with digits: they are the migration's number",
            next_step=f"rename it, such as {next_number(e.file for e in manifest.migrations)}_{entry.file}",
        )
    source = _read_within(folder, f"{manifest.folders.migrations}/{entry.file}", entry.place)
    if source.is_empty:
        raise ManifestError(
            f"{source.shown} is empty",
            where=entry.place,
            next_step="write its SQL, or remove it from the manifest",
        )
    return Migration(number, unit_name(entry.file), entry, source)


def _read_within(folder: Path, shown: str, place: Place) -> Source:
    """Read a file below the folder; a link that leads out of it is refused."""
    path = folder / shown
    if leads_out_of(folder, path):
        raise ManifestError(f"{shown} is a link that leaves the project's folder", where=place)
    return read_source(path, shown)


def _refuse_duplicates(manifest: Manifest) -> None:
    files = [entry.file for entry in manifest.migrations]
    for number, group in duplicates(files).items():
        later = [entry for entry in manifest.migrations if entry.file == group[-1]][-1]
        raise ManifestError(
            f"the number {number} is used {len(group)} times: {', '.join(group)}",
            where=later.place,
            why="each migration has a number of its own; 88 and 088 are the same number",
            next_step=f"rename {group[-1]} to the next free number, {next_number(files)}",
        )


def _refuse_unknown_requirements(manifest: Manifest) -> None:
    earlier: list[str] = []
    for entry in manifest.migrations:
        for required in entry.requires:
            if required not in earlier:
                raise _unknown_requirement(entry, required, manifest.migrations)
        earlier.append(entry.file)


def _unknown_requirement(entry: Entry, required: str, entries: Iterable[Entry]) -> ManifestError:
    files = tuple(other.file for other in entries)
    what = "stands later in the manifest" if required in files else "is not in the manifest"
    return ManifestError(
        f"{entry.file} requires {required}, which {what}",
        where=entry.place,
        next_step=None if required in files else nearest(required, files),
    )
