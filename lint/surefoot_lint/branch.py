"""What a branch did to the set of files since it grew from its base; uncommitted work is part of it."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot_lint.difference import first_difference, has_same_sql
from surefoot_lint.errors import GitError, Place
from surefoot_lint.fileset import Base, Edit, FileSet, Loss, SqlFile, Unit
from surefoot_lint.git import Repository, open_repository
from surefoot_lint.manifest import Entry
from surefoot_lint.merged import (
    Blobs,
    Merged,
    MergedFile,
    look_at_merged,
    manifest_path,
    migrations_folder,
    rollbacks_folder,
)
from surefoot_lint.numbering import words_of
from surefoot_lint.paths import absolute, is_file, shown_path
from surefoot_lint.taken import find_taken

Pair = tuple[Merged, Unit]  # a merged migration, and what it is now


def look_at_base(files: FileSet, ref: str) -> Base:
    """Compare a set of files with the commit that HEAD and `ref` grew from; what prevents it is told, not raised."""
    try:
        repository = open_repository(files.folder)
        commit = repository.merge_base(ref)
        ids = repository.ids(list(_present(files, repository)))
        merged = look_at_merged(files, repository, commit, ids)
        return _Branch(files, repository, commit, ids, merged).judge(ref)
    except GitError as error:
        return Base(ref, error=error)


def _present(files: FileSet, repository: Repository) -> Iterator[str]:
    """List the present files, as paths in the repository."""
    manifest = manifest_path(files)
    paths = [file.path for unit in files.units for file in unit.files] + ([manifest] if manifest else [])
    return (path for path in dict.fromkeys(map(repository.inside, paths)) if path is not None)


@dataclass(frozen=True, slots=True)
class _Branch:
    """The two sides: the files with their ids as they are, and the migrations as the commit has them."""

    files: FileSet
    repository: Repository
    commit: str
    ids: Blobs
    merged: list[Merged]

    def judge(self, ref: str) -> Base:
        """Find what was added, edited and lost."""
        merged = {one.name: one for one in self.merged}
        units = {unit.name: unit for unit in self.files.units}
        pairs = [(one, units[name]) for name, one in merged.items() if name in units]
        new = [unit for name, unit in units.items() if name not in merged]
        edits = tuple(self._edits(pairs))
        losses = (*self._lost_migrations(new), *self._lost_rollbacks(pairs))
        added = [unit for unit in new if unit.name not in {loss.renamed_to for loss in losses}]
        altered = [unit.name for one, unit in pairs if _is_altered(one.entry, unit.entry)]
        touched = [edit.migration for edit in edits] + [loss.migration for loss in losses]
        return Base(
            ref=ref,
            commit=self.commit,
            migrations=tuple(merged),
            added=frozenset(unit.name for unit in added),
            changed=frozenset([*altered, *touched, *(unit.name for unit in new)]),
            edits=edits,
            losses=losses,
            taken=tuple(find_taken(self.repository, added, merged)),
        )

    def _edits(self, pairs: Collection[Pair]) -> Iterator[Edit]:
        """Compare the files whose ids differ; what they were is read all at once."""
        suspects = [
            (unit, there, file)
            for one, unit in pairs
            for there, file in zip(one.files, self._files_of(unit), strict=False)
            if there and file and there.blob != self._id(file)
        ]
        contents = self.repository.contents(there.blob for _, there, _ in suspects)
        for unit, there, file in suspects:
            before, after = _text(contents[there.blob]), _text(file.path.read_bytes())
            if before != after:
                line = first_difference(before, after)
                yield Edit(file.shown, unit.name, line, has_same_sql(before, after), self._restore(there, file.path))

    def _lost_migrations(self, new: Collection[Unit]) -> Iterator[Loss]:
        """Find the migrations whose file is gone; one that merely is not listed any more is another matter."""
        for one in self.merged:
            there, now = one.files[0], migrations_folder(self.files) / one.name
            if there and not is_file(now):
                yield Loss(shown_path(now), one.name, self._renamed(one.name, there, new), self._restore(there, now))

    def _lost_rollbacks(self, pairs: Collection[Pair]) -> Iterator[Loss]:
        for one, unit in pairs:
            for there, file in list(zip(one.files, self._files_of(unit), strict=False))[1:]:
                now = self.repository.top / there.path if there else None
                if there and now and not file and not is_file(now):
                    yield Loss(shown_path(now), one.name, None, self._restore(there, now))

    def _files_of(self, unit: Unit) -> tuple[SqlFile | None, ...]:
        """List the files of a unit as those of a merged migration are listed."""
        milder = {file.path: file for file in unit.milder_rollbacks}
        names = (unit.entry.data_rollback, unit.entry.feature_rollback) if unit.entry else ()
        paths = (absolute(rollbacks_folder(self.files) / name) if name else None for name in names)
        return (unit.migration, unit.rollback, *(milder.get(path) if path else None for path in paths))

    def _renamed(self, lost: str, there: MergedFile, new: Collection[Unit]) -> str | None:
        """Find the new migration that a lost one became: the same text, or the same words after the number."""
        same = [unit.name for unit in new if unit.migration and self._id(unit.migration) == there.blob]
        alike = [unit.name for unit in new if words_of(unit.name) == words_of(lost) != ""]
        return next(iter(same + alike), None)

    def _id(self, file: SqlFile) -> str | None:
        path = self.repository.inside(file.path)
        return self.ids.get(path) if path is not None else None

    def _restore(self, there: MergedFile, now: Path) -> str:
        """Write the command that brings a file back to where it is, or would be, now."""
        commit, place = self.commit[:12], shlex.quote(shown_path(now))
        if self.repository.inside(now) == there.path:
            return f"git checkout {commit} -- {place}"
        return f"git show {shlex.quote(f'{commit}:{there.path}')} > {place}"


def _text(content: bytes) -> str:
    """Read a text by the rule of checksums: with line ends as LF."""
    return content.replace(b"\r\n", b"\n").decode(errors="surrogateescape")


def _is_altered(before: Entry | None, now: Entry | None) -> bool:
    """Tell whether the manifest says something else of a migration now; where it stands does not matter."""
    return before != now and _said(before) != _said(now)


def _said(value: object) -> object:
    """Give what a part of the manifest says, without the places where it says so."""
    if isinstance(value, tuple):
        return tuple(_said(part) for part in value if not isinstance(part, Place))
    return value
