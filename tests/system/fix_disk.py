"""A small disk of memory that can be filled, and enlarged. Only root may mount it; elsewhere its tests are left out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from system.fix_debian import give

FULL_SIZE = "64m"
ENLARGED = "800m"


class Disk:
    """A mounted disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size(FULL_SIZE)
        give(path)

    def size(self, size: str) -> None:
        """Mount it, or mount it again with another size."""
        remount = "remount," if self.path.is_mount() else ""
        options = f"{remount}size={size},mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path], check=True, capture_output=True)

    def unmount(self) -> None:
        """Take it away with all that is on it."""
        subprocess.run(["umount", "--lazy", self.path], check=True)


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk of 64 MB that belongs to the servers' account."""
    with TemporaryDirectory(prefix="surefoot-disk-") as folder:
        Path(folder).chmod(0o755)
        disk = Disk(Path(folder))
        yield disk
        disk.unmount()


def may_mount() -> bool:
    """Find out whether a disk can be mounted here: not without root, nor in most containers."""
    if os.geteuid() != 0:
        return False
    with TemporaryDirectory(prefix="surefoot-disk-") as folder:
        try:
            Disk(Path(folder)).unmount()
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that need a disk where none can be had; the summary counts them as deselected."""
    needing = [item for item in items if "disk" in getattr(item, "fixturenames", ())]
    if needing and not may_mount():
        items[:] = [item for item in items if item not in needing]
        config.hook.pytest_deselected(items=needing)
