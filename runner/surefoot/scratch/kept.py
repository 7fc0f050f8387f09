"""Data that initdb has made before, kept in the user's cache: to copy them takes a tenth of the time."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from surefoot.cluster import Cluster, give, make_data

FORMAT = "1"  # another one when initdb is told other things
MOST = 4  # of 40 MB each
DATA, CENSUS = "data", "census"  # the folder, and what there must be in it


def fill(cluster: Cluster) -> None:
    """Fill the data folder of a server that outlives nothing. Raises EmbeddedServerError."""
    kept = _place(cluster)
    if kept is not None and _is_whole(kept) and _is_copied(kept, cluster):
        return
    make_data(cluster, cluster.data, "--no-sync")
    if kept is not None:
        with suppress(OSError, subprocess.CalledProcessError):  # no room, no rights: the next one is made anew too
            _keep(cluster.data, kept)


def _place(cluster: Cluster) -> Path | None:
    """Choose the folder for what these programs make; none where the user's home is not the user's own."""
    home = Path(os.environ.get("HOME", ""))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    program = cluster.binaries / "initdb"
    try:
        if not cache.is_absolute() or home.stat().st_uid != os.geteuid():
            return None
        made = program.stat()
    except OSError:
        return None
    said = f"{FORMAT} {program.resolve()} {made.st_mtime_ns} {made.st_size}"
    return cache / "surefoot/initdb" / hashlib.sha256(said.encode()).hexdigest()[:16]


def _is_whole(kept: Path) -> bool:
    try:
        return (kept / CENSUS).read_text() == _census(kept / DATA)
    except OSError:
        return False


def _census(folder: Path) -> str:
    """Count the files of a folder, and their bytes."""
    sizes = [(Path(top) / name).stat().st_size for top, _, names in os.walk(folder) for name in names]
    return f"{len(sizes)} files, {sum(sizes)} bytes"


def _is_copied(kept: Path, cluster: Cluster) -> bool:
    """Copy it, and give the copy to whom the server runs as; tell whether that went well."""
    try:
        _copy(kept / DATA, cluster.data)
        os.utime(kept)
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(cluster.data, ignore_errors=True)
        return False
    if cluster.account:
        for top, _, names in os.walk(cluster.data):
            for path in (Path(top), *(Path(top) / name for name in names)):
                give(cluster, path)
    return True


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-R", source, target], check=True, capture_output=True)


def _keep(data: Path, kept: Path) -> None:
    """Keep a copy of new data, all at once, so that nobody meets half of it."""
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=kept.parent) as folder:
        new, old = Path(folder) / "new", Path(folder) / "old"
        new.mkdir()
        _copy(data, new / DATA)
        (new / CENSUS).write_text(_census(new / DATA))
        if not _is_whole(kept):
            with suppress(FileNotFoundError):
                kept.rename(old)
            new.rename(kept)
    others = sorted(kept.parent.glob("[!n]*"), key=lambda path: path.stat().st_mtime)
    for unused in others[:-MOST]:
        shutil.rmtree(unused)
