"""A scratch server of our own: a PostgreSQL of the wanted version, which leaves nothing behind.

It lives in a temporary folder, and a watcher in `sh` beside it. The watcher waits at the end of a pipe that
only we hold: whatever ends us, `kill -9` too, ends the pipe, and so the server and the folder.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from surefoot.cluster import Cluster, EmbeddedServerError, give
from surefoot.programs import Programs, installed
from surefoot.scratch.databases import Databases, Scratch
from surefoot.scratch.kept import keep, making
from surefoot.script import nothing
from surefoot.servers import embedded_binaries
from surefoot.serving import PATIENCE, is_ready, options_of

OTHERWISE = "name another scratch server: --scratch-url postgresql://…"
ENDED = "ended"  # the file that says that the server has ended
MADE = "made"  # the file that says that the data are there
# $1 is the folder; $2 makes the data, $3 is the server. It waits until nobody holds the other end of its input. What
# makes the data has no number that is known: all in our group but this shell end by TERM.
WATCHER = """
folder=$1
trap : HUP INT TERM
(
    if eval "$2" >>"$folder/server.log" 2>&1; then
        : >"$folder/made"
        eval "$3" >>"$folder/server.log" 2>&1
    fi
    : >"$folder/ended"
) &
job=$!
read -r _
until [ -e "$folder/ended" ] || ! kill -0 "$job" 2>/dev/null; do
    kill -QUIT "$(head -n 1 "$folder/pgdata/postmaster.pid" 2>/dev/null)" 2>/dev/null ||
        [ -e "$folder/made" ] || kill -TERM 0
    sleep 0.02
done
for _ in 1 2 3 4 5 6 7 8 9; do
    rm -rf "$folder" 2>/dev/null && break
    sleep 0.1
done
exit 0
"""
# Nothing of it outlives a crash, and nobody else is there: speed is all.
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_wal_size": "4GB",
    "shared_buffers": "128MB",
    "max_connections": "40",
    "max_locks_per_transaction": "512",
    "max_prepared_transactions": "20",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Local:
    """The programs for a server of our own; `warning` tells that they are not of the wanted version."""

    programs: Programs
    version: str
    warning: str | None = None

    @property
    def origin(self) -> str:
        """Say in words what it is."""
        return f"PostgreSQL {self.version} of {self.programs.folder}"

    @contextmanager
    def opened(self, _waiting: Callable[[], None] = nothing) -> Iterator[Databases]:
        """Have a server for a block. Raises EmbeddedServerError, ConnectionFailed."""
        with _started(self) as scratch, scratch.connect("postgres") as admin:
            yield Databases(scratch, admin)


def choose(major: int) -> Local:
    """Find programs for a scratch server: of this major version, or else those of the embedded server.

    Looked for on PATH, by pg_config, in the usual folders, in the embedded server's package. Raises
    EmbeddedServerError when there are none at all.
    """
    found = installed("postgres", "initdb")
    programs = next((one for one in found if one.major == major), None)
    if programs is not None:
        return Local(programs, _version(programs.folder))
    folder = _embedded(major)
    version = _version(folder)
    warning = (
        f"no PostgreSQL {major} was found on this machine: this is the embedded {version}, where some statements "
        f"do other things; install PostgreSQL {major}, or {OTHERWISE}"
    )
    return Local(Programs(folder, int(version.partition(".")[0])), version, warning)


def _embedded(major: int) -> Path:
    try:
        return embedded_binaries()
    except EmbeddedServerError as error:
        raise EmbeddedServerError(
            f"there is no PostgreSQL {major} on this machine, and the embedded server is not installed",
            why="PATH, pg_config and the usual folders were searched for `postgres` and `initdb`",
            next_step=f"apt-get install postgresql-{major}; or pip install 'surefoot[embedded]'; or {OTHERWISE}",
        ) from error


def _version(folder: Path) -> str:
    """Ask a server's program for its version: `postgres (PostgreSQL) 15.10 (Debian …)` is 15.10."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]


@contextmanager
def _started(choice: Local) -> Iterator[Scratch]:
    """Serve a new, empty server for a block, and remove it then: at success, failure, a signal, or our death.

    Its data lie in a temporary folder; it listens on a socket there alone. For root it runs as the user
    `embedded_postgres`, which is made. Raises EmbeddedServerError with what initdb or the server said.
    """
    folder = Path(tempfile.mkdtemp(prefix="surefoot-scratch-")).resolve()
    cluster = Cluster(folder, choice.programs.folder, "the scratch server", OTHERWISE)
    watcher = None
    try:
        give(cluster, folder)
        options = [*options_of(cluster), *(part for pair in QUICK.items() for part in ("-c", "=".join(pair)))]
        serving: list[str | Path] = [cluster.binaries / "postgres", "-D", cluster.data, *options]
        commands = making(cluster), shlex.join(map(str, serving))
        watcher = cluster.popen("/bin/sh", "-c", WATCHER, "sh", folder, *commands, stdin=subprocess.PIPE)
        _await_ready(cluster, watcher)
        keep(cluster)
        yield Scratch(cluster.url(), choice.origin, folder)
    finally:
        _remove(cluster, watcher)


def _await_ready(cluster: Cluster, watcher: subprocess.Popen[str]) -> None:
    """Wait until the server takes connections. Raises EmbeddedServerError with the end of its log."""
    deadline = time.monotonic() + PATIENCE
    while not is_ready(cluster):
        if watcher.poll() is not None or (cluster.folder / ENDED).exists() or time.monotonic() > deadline:
            log = cluster.folder / "server.log"
            what = "does not start" if (cluster.folder / MADE).exists() else "initdb failed"
            raise cluster.failure(what, log.read_text(errors="replace") if log.exists() else "")
        time.sleep(0.002)


def _remove(cluster: Cluster, watcher: subprocess.Popen[str] | None) -> None:
    """Let the watcher stop the server and remove the folder; do both ourselves where it was killed."""
    sockets = None
    with suppress(OSError, IndexError):
        sockets = cluster.sockets()
    if watcher is not None:
        for pipe in (watcher.stdin, watcher.stdout):
            if pipe is not None:
                pipe.close()
        if watcher.wait() != 0:
            _until(lambda: _stopped(cluster))
    for folder in (cluster.folder, sockets):
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _stopped(cluster: Cluster) -> bool:
    """Tell whether the server has ended; tell it to end if it has not."""
    if (cluster.folder / ENDED).exists():
        return True
    with suppress(OSError, ValueError, IndexError):
        os.kill(int(cluster.pid_file.read_text().split()[0]), signal.SIGQUIT)
    return False


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
