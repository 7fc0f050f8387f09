"""What initdb has made is kept and copied, as long as it is whole; where nothing can be kept, initdb is asked."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from surefoot.cluster import Cluster, give
from surefoot.scratch.kept import CENSUS, DATA, fill
from surefoot.servers import embedded_binaries

MARK, MARKED = "# PostgreSQL configuration file", "# This is a copy of what is kept"


@pytest.fixture
def cache(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(temporary / "cache"))
    return temporary / "cache"


def filled(temporary: Path, name: str) -> Path:
    """Fill the folder of a server, and give its settings."""
    folder = temporary / name
    folder.mkdir()
    cluster = Cluster(folder, embedded_binaries())
    give(cluster, folder)
    fill(cluster)
    assert {path.owner() for path in cluster.data.rglob("*")} == {folder.owner()}
    return cluster.data / "postgresql.conf"


def kept(cache: Path) -> list[Path]:
    return list((cache / "surefoot/initdb").glob("*"))


def mark(cache: Path) -> None:
    """Change a copy that is kept, but neither its files nor their sizes."""
    settings = kept(cache)[0] / DATA / "postgresql.conf"
    settings.write_text(settings.read_text().replace(MARK, MARKED[: len(MARK)]))


def test_the_second_is_a_copy_of_the_first(temporary: Path, cache: Path) -> None:
    filled(temporary, "first")
    mark(cache)
    assert MARKED[: len(MARK)] in filled(temporary, "second").read_text()


def test_what_is_not_whole_is_made_anew(temporary: Path, cache: Path) -> None:
    filled(temporary, "first")
    mark(cache)
    (kept(cache)[0] / DATA / "PG_VERSION").unlink()
    assert MARK in filled(temporary, "second").read_text()
    assert (kept(cache)[0] / DATA / "PG_VERSION").exists()
    assert (kept(cache)[0] / CENSUS).exists()


def test_where_nothing_can_be_kept_initdb_is_asked(temporary: Path, cache: Path) -> None:
    cache.write_text("no folder")
    assert MARK in filled(temporary, "first").read_text()


def test_two_at_once_keep_one(temporary: Path, cache: Path) -> None:
    threads = [threading.Thread(target=filled, args=(temporary, name)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept(cache)) == 1
    assert MARK in filled(temporary, "third").read_text()
