"""Look at the disk: a project by its manifest, or a folder of numbered files without one, as a FileSet.

Nothing here refuses a file: what is wrong with one is for the rules to say. Only a manifest that cannot be read,
and a set without any migration, are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from surefoot_lint import verdicts
from surefoot_lint.errors import ManifestError, Place, SourceError, UsageError
from surefoot_lint.fileset import FileSet, SqlFile, Unit
from surefoot_lint.intake import Intake
from surefoot_lint.manifest import Entry, Manifest
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.numbering import NAMELESS_FILES, number_of, unit_name
from surefoot_lint.paths import absolute, is_file, shown_path, sql_files
from surefoot_lint.source import leads_out_of

Key = str | int | None  # the name of a migration without direction, or its number
BESIDE = "../rollbacks/"
ROLLBACK_NAME = re.compile(r"rollback_(?=\d)", re.IGNORECASE)


def survey_project(path: Path, intake: Intake | None = None) -> FileSet:
    """Look at a project by the path of its manifest.

    Raises ManifestError and SourceError for a manifest that cannot be read, and ManifestError for one without
    migrations.
    """
    manifest = load_manifest(path, shown_path(path))
    if not manifest.migrations:
        raise ManifestError(
            "the manifest lists no migration, so there is nothing to check",
            where=manifest.place,
            next_step="list the files under migrations:, in the order of their application",
        )
    project = _Project(absolute(path.parent), manifest, intake or Intake()).survey()
    return replace(project, looked_at=(absolute(path), *project.looked_at))


def survey_folder(folder: Path, intake: Intake | None = None) -> FileSet:
    """Look at a folder of numbered files; the rollbacks stand beside them, or in the folder `rollbacks` beside it.

    `rollback_003.sql` belongs to number 3, `003_x.down.sql` to `003_x.up.sql` or `003_x.sql`, `x/down.sql` to
    `x/up.sql`. Raises UsageError where there is no migration.
    """
    folder = absolute(folder)
    beside = folder.parent / "rollbacks"
    paths = {path.relative_to(folder).as_posix(): path for path in sql_files(folder)}
    undoing = {path.relative_to(beside).as_posix(): path for path in sql_files(beside)} if beside != folder else {}
    pairs, spare = pair(paths, undoing)
    if not pairs:
        raise UsageError(
            f"there is no migration in {shown_path(folder)}, so there is nothing to check",
            next_step="name a folder of numbered SQL files, or one with a manifest.yaml",
        )
    paths |= {f"{BESIDE}{name}": path for name, path in undoing.items()}
    intake = intake or Intake()
    intake.read_ahead(paths.values())
    return FileSet(
        folder=folder,
        manifest=None,
        units=tuple(
            _loose_unit(name, paths[name], paths[undo] if undo else None, intake) for name, undo in pairs.items()
        ),
        files=frozenset(map(shown_path, paths.values())),
        unlisted=(),
        orphans=tuple(shown_path(paths[name]) for name in spare),
    )


def pair(names: Iterable[str], beside: Iterable[str]) -> tuple[dict[str, str | None], list[str]]:
    """Find the migrations among the names in a folder, in their order, each with its rollback; then other rollbacks.

    Names in the folder of rollbacks come with `../rollbacks/` in front.
    """
    rollbacks: dict[str, Key] = {name: key for name in names if (key := _undone_by(name)) is not None}
    migrations = sorted((name for name in names if name not in rollbacks), key=_order)
    rollbacks |= {f"{BESIDE}{name}": _undone_in_folder(name) for name in beside}
    by_key: dict[Key, str] = {key: name for name, key in rollbacks.items() if key is not None}
    pairs = {name: by_key.get(_stem(name)) or by_key.get(number_of(name)) for name in migrations}
    used = set(pairs.values())
    return pairs, [name for name in rollbacks if name not in used]


@dataclass(frozen=True, slots=True)
class _Project:
    """A manifest, and the folder that its paths start from."""

    folder: Path
    manifest: Manifest
    intake: Intake

    def survey(self) -> FileSet:
        """Compare what the manifest lists with what is on disk."""
        paths = dict.fromkeys(path for entry in self.manifest.migrations for path in self._paths(entry))
        self.intake.read_ahead(path for path in paths if not leads_out_of(self.folder, path))
        units = tuple(map(self._unit, self.manifest.migrations))
        listed = {path for entry in self.manifest.migrations for path in self._paths(entry)} | set(self._queries())
        on_disk = self._on_disk()
        spare = sorted(on_disk - listed)
        orphans = [path for path in spare if self._is_rollback(path)]
        return FileSet(
            folder=self.folder,
            manifest=self.manifest,
            units=units,
            files=frozenset(map(shown_path, on_disk | {path for path in self._queries() if is_file(path)})),
            unlisted=tuple(shown_path(path) for path in spare if path not in orphans),
            orphans=tuple(map(shown_path, orphans)),
            looked_at=(*paths, *self._queries(), *self._baseline(), self.folder / verdicts.FILE),
            listed=tuple(sorted(self._folders())),
        )

    def _migration(self, name: str) -> Path:
        return absolute(self.folder / self.manifest.folders.migrations / name)

    def _rollback(self, name: str) -> Path:
        return absolute(self.folder / self.manifest.folders.rollbacks / name)

    def _rollbacks(self, entry: Entry) -> list[Path]:
        names = (entry.rollback, entry.data_rollback, entry.feature_rollback)
        return [self._rollback(name) for name in names if name]

    def _paths(self, entry: Entry) -> list[Path]:
        return [self._migration(entry.file), *self._rollbacks(entry)]

    def _queries(self) -> list[Path]:
        checks = (*self.manifest.checks, *(check for entry in self.manifest.migrations for check in entry.checks))
        return [absolute(self.folder / check.sql_file) for check in checks if check.sql_file]

    def _baseline(self) -> list[Path]:
        return [absolute(self.folder / self.manifest.lint.baseline)] if self.manifest.lint.baseline else []

    def _on_disk(self) -> set[Path]:
        """Find the SQL files in the two folders, and in the folders below them that the manifest names."""
        return {path for folder in self._folders() for path in sql_files(folder)}

    def _folders(self) -> set[Path]:
        folders = {path.parent for entry in self.manifest.migrations for path in self._paths(entry)}
        return folders | {self._migration(""), self._rollback("")}

    def _is_rollback(self, path: Path) -> bool:
        migrations, rollbacks = self._migration(""), self._rollback("")
        if migrations == rollbacks:
            return _undone_by(path.name) is not None
        inner = max(migrations, rollbacks, key=lambda folder: path.is_relative_to(folder) * len(folder.parts))
        return inner == rollbacks

    def _unit(self, entry: Entry) -> Unit:
        migration = self._migration(entry.file)
        milder = [self._rollback(name) for name in (entry.data_rollback, entry.feature_rollback) if name]
        return Unit(
            name=entry.file,
            shown=shown_path(migration),
            migration=self._read(migration),
            rollback=self._read(self._rollback(entry.rollback)) if entry.rollback else None,
            milder_rollbacks=tuple(file for file in map(self._read, milder) if file),
            entry=entry,
        )

    def _read(self, path: Path) -> SqlFile | None:
        shown = shown_path(path)
        if not is_file(path):
            return None
        if leads_out_of(self.folder, path):
            error = SourceError("this is a link that leaves the project's folder", where=Place(shown))
            return SqlFile(path, shown, (), error)
        return self.intake.read(path)


def is_sql_name(name: str) -> bool:
    """Tell whether a path in a folder of migrations is that of a SQL file which lies there, or is `x/up.sql`."""
    path = PurePosixPath(name)
    is_there = len(path.parts) == 1 or (len(path.parts) == 2 and path.name in NAMELESS_FILES)
    return is_there and path.suffix.lower() == ".sql" and not name.startswith(".")


def _loose_unit(name: str, path: Path, rollback: Path | None, intake: Intake) -> Unit:
    undoing = intake.read(rollback) if rollback else None
    return Unit(name, shown_path(path), intake.read(path), undoing, (), None)


def _order(name: str) -> tuple[bool, int, str]:
    number = number_of(name)
    return number is None, number or 0, name


def _stem(name: str) -> str:
    """Name the migration that a file holds or undoes, without the direction."""
    return re.sub(r"\.(up|down)$", "", unit_name(name))


def _undone_in_folder(name: str) -> Key:
    """Say what a file in the folder of rollbacks undoes, where the number alone may say it."""
    undone = _undone_by(name)
    return number_of(name) if undone is None else undone


def _undone_by(name: str) -> Key:
    """Say what a rollback file undoes; nothing if it is no rollback."""
    if match := ROLLBACK_NAME.match(PurePosixPath(name).name):
        return number_of(PurePosixPath(name).name[match.end() :])
    if PurePosixPath(name).name == "down.sql" or unit_name(name).endswith(".down"):
        return _stem(name)
    return None
