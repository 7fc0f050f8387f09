"""PostgreSQL's own programs on this machine: where they lie, and of which major version they are."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot.cluster import EmbeddedServerError
from surefoot.servers import embedded_binaries

USUAL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql*/bin",
    "/opt/homebrew/opt/libpq*/bin",
    "/usr/local/opt/postgresql*/bin",  # Homebrew on Intel
    "/usr/local/opt/libpq*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
# Debian's programs in /usr/bin are one script, which chooses a version by the local clusters.
WRAPPER = "pg_wrapper"
MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder of some programs of PostgreSQL, and their major version."""

    folder: Path
    major: int


def installed(*names: str) -> Iterator[Programs]:
    """Find the folders that hold all the named programs; what a person has put first comes first.

    On PATH, where pg_config says, in the usual folders of Debian, Red Hat, Homebrew and Postgres.app, and in the
    package of the embedded server. The first program is asked for its version.
    """
    for folder in dict.fromkeys(_folders()):
        if all(_is_program(folder / name) for name in names):
            match = MAJOR.search(_output(folder / names[0], "--version"))
            if match:
                yield Programs(folder, int(match[1]))


def fitting(found: Iterable[Programs], major: int) -> Programs | None:
    """Choose the programs of the nearest major version from `major` on; of several, the first."""
    return min((one for one in found if one.major >= major), key=lambda one: one.major, default=None)


def _folders() -> Iterator[Path]:
    on_path = [Path(part) for part in os.get_exec_path() if part]
    yield from on_path
    for folder in on_path:
        if _is_program(folder / "pg_config"):
            yield Path(_output(folder / "pg_config", "--bindir").strip())
            break
    for pattern in USUAL_FOLDERS:
        yield from sorted(Path("/").glob(pattern[1:]), reverse=True)
    try:
        yield embedded_binaries()
    except EmbeddedServerError:
        return


def _is_program(path: Path) -> bool:
    return os.access(path, os.X_OK) and path.is_file() and path.resolve().name != WRAPPER


def _output(program: Path, *arguments: str) -> str:
    """Run a program for what it says; nothing where it does not run at all."""
    try:
        return subprocess.run([program, *arguments], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
