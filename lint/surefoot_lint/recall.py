"""The report of an earlier run of the same command, where nothing that it rests on has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.cache import Cache, freeze, thaw, version_key
from surefoot_lint.finding import Report
from surefoot_lint.paths import MANIFEST_NAME, absolute, sql_files


class _Kept(NamedTuple):
    """A report, the files that it rests on with their hashes, and the folders with those of their listings."""

    report: Report
    files: tuple[tuple[str, str], ...]
    folders: tuple[tuple[str, str], ...]


def recalled(
    paths: Sequence[Path],
    *,
    manifest: Path | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> Report:
    """Check as `linter.lint` does, or give the report of an earlier run where that would be the same.

    Only what was found out in one project, named by its manifest or its folder, is remembered.
    """
    home = _home(paths, manifest)
    if home is None:
        return _lint(paths, manifest, select, ignore)
    cache = Cache(absolute(home).parent)
    parts = (version_key(), absolute(home), Path.cwd(), date.today(), tuple(select), tuple(ignore))
    key = f"run:{hashlib.sha256(repr(parts).encode()).hexdigest()}"
    known = _known(cache, key)
    if known:
        return known
    report = _lint(paths, manifest, select, ignore)
    hashes = tuple((str(path), _hash_of(path)) for path in report.looked_at)
    cache.put({key: freeze(_Kept(report, hashes, tuple((str(path), _listing_of(path)) for path in report.listed)))})
    return report


def _home(paths: Sequence[Path], manifest: Path | None) -> Path | None:
    """Find the manifest of the one project that a command is about, if it is about a whole one."""
    named = manifest or (paths[0] if len(paths) == 1 else Path())
    if len(paths) > 1 or (manifest and paths):
        return None
    home = named if named.suffix in (".yaml", ".yml") else named / MANIFEST_NAME
    return home if home.is_file() else None


def _known(cache: Cache, key: str) -> Report | None:
    blob = cache.get([key]).get(key)
    kept = thaw(blob) if blob else None
    if not isinstance(kept, _Kept):
        return None
    is_same = all(_hash_of(Path(path)) == was for path, was in kept.files) and all(
        _listing_of(Path(path)) == was for path, was in kept.folders
    )
    return kept.report if is_same else None


def _lint(paths: Sequence[Path], manifest: Path | None, select: Collection[str], ignore: Collection[str]) -> Report:
    from surefoot_lint.linter import lint

    return lint(paths, manifest=manifest, select=select, ignore=ignore, caching=True)


def _hash_of(path: Path) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - there may be thousands: Path.open takes twice as long
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _listing_of(folder: Path) -> str:
    return hashlib.sha256("\0".join(map(str, sql_files(folder))).encode(errors="surrogateescape")).hexdigest()
