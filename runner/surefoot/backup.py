"""A dump of the whole database before it is changed, made and read back by PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg

from surefoot.concealment import without_password
from surefoot.programs import Programs, fitting, installed
from surefoot.script import nothing
from surefoot_lint.errors import ExitStatus, SurefootError

UNFINISHED = ".unfinished"
LONGEST_WAIT_FOR_LOCK = "60s"
SHOWN_LINES = 10
IDLE_SECONDS = 0.1
ENTRIES = re.compile(r"^;\s+TOC Entries: [1-9]", re.MULTILINE)
# A dump keeps the encoding of its database, whatever this session speaks; a service's settings are known already.
LEFT_OUT = ("PGCLIENTENCODING", "PGSERVICE")
NOTHING_RUN = "nothing was run"
OTHERWISE = "migrate without a backup"
ADVICE = (
    ("No space left", "free space there, or name another folder"),
    ("row-level security", "back up as a superuser, or as a role with BYPASSRLS"),
    ("permission denied", "back up as a role that may read everything: GRANT pg_read_all_data TO …"),
    ("Query was: LOCK TABLE", "wait until nobody changes tables, and run the command again"),
)


class BackupFailed(SurefootError):
    """The database could not be backed up before it was to be changed."""

    word = "backup"
    exit_status = ExitStatus.SQL_FAILED


def back_up(
    connection: psycopg.Connection, folder: Path, project_name: str, idle: Callable[[], None] = nothing
) -> Path:
    """Dump the connection's database into a new file of the folder, check the file, and give its path.

    The file is `NAME-yyyymmddThhmmssZ.dump` (UTC), in pg_dump's custom format, readable by its owner alone; it
    has that name only when it is complete and pg_restore can list it. The folder is made if it is missing. `idle`
    is called some ten times a second meanwhile. The dump takes ACCESS SHARE on every table, and waits a minute
    at most for that. Raises BackupFailed, and leaves no file then.
    """
    major = connection.info.server_version // 10000
    programs = fitting(installed("pg_dump", "pg_restore"), major)
    if programs is None:
        raise _no_program(major)
    with _explained(folder), _new_file(folder, project_name) as unfinished:
        _dump(programs, connection, unfinished, idle)
        _check(programs, unfinished, idle)
        return unfinished.rename(unfinished.with_suffix(""))


@contextmanager
def _new_file(folder: Path, project_name: str) -> Iterator[Path]:
    """Make an empty file whose name says that it is unfinished; remove it if it still has that name at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _claimed(folder, f"{project_name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _claimed(folder: Path, name: str) -> Path:
    """Take a name that no other backup of this second has, finished or not: many databases may be one project's."""
    for number in count(1):
        finished = folder / (f"{name}.dump" if number == 1 else f"{name}-{number}.dump")
        unfinished = finished.with_name(finished.name + UNFINISHED)
        with suppress(FileExistsError):
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            if not finished.exists():
                return unfinished
            unfinished.unlink()
    raise AssertionError("numbers do not end")


def _dump(programs: Programs, connection: psycopg.Connection, path: Path, idle: Callable[[], None]) -> None:
    options = ("--format=custom", "--no-password", f"--lock-wait-timeout={LONGEST_WAIT_FOR_LOCK}", f"--file={path}")
    status, _, said = run_program(programs.folder / "pg_dump", options, _environment(connection), idle)
    if status != 0:
        said = _concealed(said, connection.info.password)
        raise _failed(f"pg_dump could not back up {connection.info.dbname}", said, path.parent)


def _check(programs: Programs, path: Path, idle: Callable[[], None]) -> None:
    status, listed, said = run_program(programs.folder / "pg_restore", ("--list", str(path)), os.environ, idle)
    if status != 0 or not ENTRIES.search(listed):
        raise _failed("pg_restore cannot read the backup", said or "it lists nothing", path.parent)


def _environment(connection: psycopg.Connection) -> dict[str, str]:
    """Say to pg_dump where we are connected to, and as whom: to the very server, of several that may be named.

    All of it goes by environment: a command line can be read by others, and an older pg_dump refuses there the
    options that it does not know (manual: libpq-envars).
    """
    info = connection.info
    said = {
        option.envvar.decode(): option.val.decode() for option in connection.pgconn.info if option.envvar and option.val
    }
    here = {"PGHOST": info.host, "PGHOSTADDR": info.hostaddr, "PGPORT": str(info.port), "PGPASSWORD": info.password}
    return {name: value for name, value in (os.environ | said | here).items() if name not in LEFT_OUT}


def run_program(
    program: Path, arguments: Sequence[str], environment: Mapping[str, str], idle: Callable[[], None]
) -> tuple[int, str, str]:
    """Run a program to its end; give its status, its output and its messages. It ends when we are interrupted."""
    with subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment, "LC_ALL": "C"},
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    output, messages = process.communicate(timeout=IDLE_SECONDS)
                    return process.returncode, output, messages
                idle()
        except BaseException:
            process.kill()
            process.wait()
            raise


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into our error."""
    try:
        yield
    except OSError as error:
        raise BackupFailed(
            f"cannot write a backup into {folder}: {error.strerror or error}",
            state=NOTHING_RUN,
            next_step="name a folder that may be written",
        ) from error


def _concealed(said: str, password: str) -> str:
    text = without_password(said)
    return text.replace(password, "***") if password else text


def _failed(what: str, said: str, folder: Path) -> BackupFailed:
    advice = next((advice for words, advice in ADVICE if words in said), "put right what it says")
    return BackupFailed(
        what,
        why="\n".join(said.strip().splitlines()[-SHOWN_LINES:]),
        state=f"{NOTHING_RUN}, and no file was left in {folder}",
        next_step=f"{advice}; or {OTHERWISE}",
    )


def _no_program(major: int) -> BackupFailed:
    return BackupFailed(
        f"there is no pg_dump for PostgreSQL {major} on this machine",
        why="pg_dump must be of the server's major version or a later one; PATH, pg_config and the usual folders "
        "were searched",
        state=NOTHING_RUN,
        next_step=f"apt-get install postgresql-client-{major}; or {OTHERWISE}",
    )
