"""Data that initdb has made before, kept in the user's cache: to unpack them takes a tenth of the time."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from surefoot.cluster import Cluster
from surefoot.data_folder import initdb_of

FORMAT = "1"  # another one when initdb is told other things
NEW = "new.tar"  # what a server's maker leaves in its folder, to be kept
MOST = 4  # of 40 MB each
UNPACKING = "mkdir -m 700 {data} && tar -xf {kept} -C {data} || {{ rm -rf {data}; {initdb}; }}"
PACKING = "{initdb} && {{ tar -cf {new} -C {data} . || rm -f {new}; }}"


def making(cluster: Cluster) -> str:
    """Write the command for a shell that makes the data of a server: by initdb, or of what that has made before."""
    initdb = shlex.join(map(str, initdb_of(cluster, cluster.data, "--no-sync")))
    kept = _place(cluster)
    if kept is None:
        return initdb
    command = UNPACKING if kept.exists() else PACKING
    paths = {"data": cluster.data, "kept": kept, "new": cluster.folder / NEW}
    return command.format(initdb=initdb, **{name: shlex.quote(str(path)) for name, path in paths.items()})


def keep(cluster: Cluster) -> None:
    """Keep what was packed when the data were made, whole or not at all; what was used least may have to go."""
    new, kept = cluster.folder / NEW, _place(cluster)
    with suppress(OSError):  # no room, no rights: then the next one is made anew too
        if kept is not None and new.exists():
            _keep(new, kept)
        elif kept is not None:
            os.utime(kept)
    new.unlink(missing_ok=True)


def _keep(new: Path, kept: Path) -> None:
    kept.parent.mkdir(mode=0o755 if _is_root() else 0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=kept.parent) as folder:
        shutil.copyfile(new, Path(folder) / NEW).replace(kept)
    others = sorted(kept.parent.glob("*.tar"), key=lambda path: path.stat().st_mtime)
    for unused in others[:-MOST]:
        unused.unlink()


def _place(cluster: Cluster) -> Path | None:
    """Choose the file for what these programs make; none where no place is our own."""
    try:
        program = cluster.binaries / "initdb"
        made, folder = program.stat(), _cache() / "surefoot/initdb"
        if not folder.is_absolute() or (folder.exists() and folder.stat().st_uid != os.geteuid()):
            return None
    except (OSError, RuntimeError):  # no home
        return None
    said = f"{FORMAT} {program.resolve()} {made.st_mtime_ns} {made.st_size}"
    return folder / f"{hashlib.sha256(said.encode()).hexdigest()[:16]}.tar"


def _cache() -> Path:
    """Find the folder for what can be made anew; of what root keeps there, the user must read who runs the server."""
    named = os.environ.get("XDG_CACHE_HOME")
    if named:
        return Path(named)
    return Path("/var/cache") if _is_root() else Path.home() / ".cache"


def _is_root() -> bool:
    return os.geteuid() == 0
