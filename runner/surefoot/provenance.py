"""Who runs this, from where, with what: the columns of the ledger that the client fills."""

from __future__ import annotations

import getpass
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.version import __version__


class Provenance(NamedTuple):
    """The person, the machine, the version of Surefoot and the commit of a run; unknown parts are nothing."""

    os_user: str | None = None
    host: str | None = None
    tool_version: str = __version__
    git_commit: str | None = None

    def columns(self) -> dict[str, str | None]:
        """Give the parts by the names of the ledger's columns."""
        return self._asdict()


def provenance_of(folder: Path) -> Provenance:
    """Find out who runs this, and which commit the project's folder is at."""
    return Provenance(_user(), socket.gethostname(), __version__, _commit(folder))


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a container
        return None


def _commit(folder: Path) -> str | None:
    command = ["git", "-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:  # git is not installed
        return None
    return answer.stdout.strip() or None
