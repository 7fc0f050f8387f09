"""What the base holds of a set of files: its migrations, the files of each, and the ids of their contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from surefoot_lint.errors import GitError, ManifestError
from surefoot_lint.fileset import FileSet
from surefoot_lint.git import Repository
from surefoot_lint.manifest import Entry, Manifest
from surefoot_lint.manifest_read import parse_manifest
from surefoot_lint.paths import absolute, shown_path
from surefoot_lint.survey import BESIDE, is_sql_name, pair

Blobs = Mapping[str, str]


class MergedFile(NamedTuple):
    """A file of the commit: its path in the repository, and the id of its content."""

    path: str
    blob: str


class Merged(NamedTuple):
    """A migration as the base holds it: its file, then its rollbacks.

    Of the rollbacks there are one or three (schema, data, feature); nothing stands for one that is not there.
    """

    name: str
    files: tuple[MergedFile | None, ...]
    entry: Entry | None


class _Named(NamedTuple):
    """A migration, and the paths where the commit must have its files."""

    name: str
    paths: tuple[str | None, ...]
    entry: Entry | None

    def found(self, blobs: Blobs) -> Merged:
        """Look which of the files are there."""
        files = (MergedFile(path, blobs[path]) if path and path in blobs else None for path in self.paths)
        return Merged(self.name, tuple(files), self.entry)


def manifest_path(files: FileSet) -> Path | None:
    """Say where the manifest of a set of files lies."""
    return files.folder / Path(files.manifest.place.path).name if files.manifest else None


def migrations_folder(files: FileSet) -> Path:
    """Say where the migrations lie."""
    return absolute(files.folder / files.manifest.folders.migrations) if files.manifest else files.folder


def rollbacks_folder(files: FileSet) -> Path:
    """Say where the rollbacks lie, or would lie."""
    return absolute(files.folder / (files.manifest.folders.rollbacks if files.manifest else BESIDE))


def look_at_merged(files: FileSet, repository: Repository, commit: str, ids: Blobs) -> list[Merged]:
    """Find the migrations of a commit: those that its manifest lists, or those in the folders where it has none.

    `ids` are those of the present files, by their paths in the repository. Raises GitError, also for a folder that
    is a repository of its own.
    """
    folders = [migrations_folder(files), rollbacks_folder(files)]
    _refuse_other_repositories(files, folders)
    manifest = manifest_path(files)
    places = [*map(repository.folder_inside, folders), repository.inside(manifest) if manifest else None]
    blobs = repository.blobs(commit, [place for place in places if place is not None])
    past = _manifest_here(files, repository, blobs, ids) if blobs else _manifest_elsewhere(files, repository, commit)
    if past is None:
        return [one.found(blobs) for one in _unlisted(repository, blobs, *folders)]
    listed = list(_listed(repository, *past))
    elsewhere = {path for one in listed for path in one.paths if path and path not in blobs}
    if elsewhere:
        blobs |= repository.blobs(commit, {str(PurePosixPath(path).parent).removeprefix(".") for path in elsewhere})
    return [one.found(blobs) for one in listed]


def _manifest_here(files: FileSet, repository: Repository, blobs: Blobs, ids: Blobs) -> tuple[Path, Manifest] | None:
    """Read the manifest of the commit; nothing where it has none, or one that cannot be read."""
    path = manifest_path(files)
    known = repository.inside(path) if path else None
    if known is None or known not in blobs:
        return None
    same = files.manifest if blobs[known] == ids.get(known) else None
    manifest = same or _parsed(repository, known, blobs[known])
    return (files.folder, manifest) if manifest else None


def _manifest_elsewhere(files: FileSet, repository: Repository, commit: str) -> tuple[Path, Manifest] | None:
    """Find a project that was moved: a manifest that gives the same name, and is not at its old place any more."""
    path = manifest_path(files)
    if files.manifest is None or path is None:
        return None
    for place, blob in repository.blobs(commit, [""]).items():
        if PurePosixPath(place).name == path.name and not (repository.top / place).exists():
            manifest = _parsed(repository, place, blob)
            if manifest and manifest.name == files.manifest.name:
                return (repository.top / place).parent, manifest
    return None


def _parsed(repository: Repository, place: str, blob: str) -> Manifest | None:
    """Read a manifest of the commit; nothing where it cannot be read."""
    (text,) = repository.contents([blob]).values()
    try:
        return parse_manifest(text.replace(b"\r\n", b"\n").decode(), place)
    except (ManifestError, UnicodeDecodeError):
        return None


def _listed(repository: Repository, folder: Path, manifest: Manifest) -> Iterator[_Named]:
    folders = manifest.folders
    migrations, rollbacks = (absolute(folder / name) for name in (folders.migrations, folders.rollbacks))
    for entry in manifest.migrations:
        names = (entry.rollback, entry.data_rollback, entry.feature_rollback)
        undoing = (repository.inside(rollbacks / name) if name else None for name in names)
        yield _Named(entry.file, (repository.inside(migrations / entry.file), *undoing), entry)


def _unlisted(repository: Repository, blobs: Blobs, migrations: Path, rollbacks: Path) -> Iterator[_Named]:
    """Find the migrations of the commit by the names in the folders."""
    here, beside = (_names_below(repository.folder_inside(folder), blobs) for folder in (migrations, rollbacks))
    if migrations == rollbacks:
        beside = {}
    paths = here | {f"{BESIDE}{name}": path for name, path in beside.items()}
    pairs, _ = pair(here, beside)
    for name, undo in pairs.items():
        yield _Named(name, (paths[name], paths[undo] if undo else None), None)


def _names_below(folder: str | None, blobs: Blobs) -> dict[str, str]:
    """List the SQL files of a folder: their names from there, and their paths in the repository."""
    if folder is None:
        return {}
    start = f"{folder}/" if folder else ""
    names = {path.removeprefix(start): path for path in sorted(blobs) if path.startswith(start)}
    return {name: path for name, path in names.items() if is_sql_name(name)}


def _refuse_other_repositories(files: FileSet, folders: Iterable[Path]) -> None:
    """Refuse a folder of the project that is a submodule: the base says nothing of the files in it."""
    inner = {path for folder in folders for path in (folder, *folder.parents) if path.is_relative_to(files.folder)}
    for path in sorted(inner - {files.folder}):
        if (path / ".git").exists():
            raise GitError(
                f"{shown_path(path)} is a git repository of its own, so the base does not hold its files",
                next_step=f"surefoot-lint check --base REF {shown_path(path)}, with a base of that repository",
            )
