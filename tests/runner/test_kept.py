"""What initdb has made is kept and unpacked; where that is not whole, or nothing can be kept, initdb is asked."""

from __future__ import annotations

import os
import tarfile
import threading
from pathlib import Path

import pytest

from surefoot.cluster import Cluster, give
from surefoot.scratch.kept import MOST, keep, making
from surefoot.servers import embedded_binaries


@pytest.fixture
def cache(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    temporary.chmod(0o755)  # whom the server runs as must read what is kept
    monkeypatch.setenv("XDG_CACHE_HOME", str(temporary / "cache"))
    return temporary / "cache/surefoot/initdb"


def made(temporary: Path, name: str) -> Path:
    """Make the data of a server as its watcher does, and give its folder."""
    folder = temporary / name
    folder.mkdir()
    cluster = Cluster(folder, embedded_binaries())
    give(cluster, folder)
    cluster.run("/bin/sh", "-c", making(cluster))
    keep(cluster)
    assert {path.owner() for path in cluster.data.rglob("*")} == {folder.owner()}
    assert cluster.data.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir()] == ["pgdata"]
    return cluster.data


def add(cache: Path, name: str, size: int) -> None:
    """Add a file to what is kept, by which it can be known."""
    (kept,) = cache.glob("*.tar")
    with tarfile.open(kept, "a") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with kept.open("r+b") as file:
        file.truncate(kept.stat().st_size + size)


def test_the_second_is_a_copy_of_the_first(temporary: Path, cache: Path) -> None:
    first = made(temporary, "first")
    add(cache, "known", 0)
    second = made(temporary, "second")
    assert (second / "known").exists()
    names = [{path.relative_to(data) for path in data.rglob("*")} for data in (first, second)]
    assert names[1] - names[0] == {Path("known")}
    assert not names[0] - names[1]


def test_what_is_not_whole_is_not_used(temporary: Path, cache: Path) -> None:
    made(temporary, "first")
    add(cache, "known", -20_000_000)
    assert not (made(temporary, "second") / "known").exists()


def test_where_nothing_can_be_kept_initdb_is_asked(temporary: Path, cache: Path) -> None:
    cache.parent.parent.write_text("no folder")
    assert (made(temporary, "first") / "PG_VERSION").exists()


def test_the_folder_of_somebody_else_is_left_alone(temporary: Path, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    theirs = temporary / "theirs"
    theirs.mkdir()
    cache.symlink_to(theirs if os.geteuid() == 0 else "/")
    os.chown(theirs, os.getuid() or 1, -1)
    made(temporary, "first")
    assert [*theirs.iterdir()] == []


def test_two_at_once_keep_one(temporary: Path, cache: Path) -> None:
    threads = [threading.Thread(target=made, args=(temporary, name)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([*cache.iterdir()]) == 1
    assert (made(temporary, "third") / "PG_VERSION").exists()


def test_few_are_kept(temporary: Path, cache: Path) -> None:
    cache.mkdir(parents=True)
    for number in range(2 * MOST):
        (cache / f"{number}.tar").touch()
    made(temporary, "first")
    assert len([*cache.iterdir()]) == MOST
