"""A copy of a real database on a scratch server: from a dump, or dumped from where it is."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from surefoot.backup import OTHERWISE, BackupFailed, back_up, run_program
from surefoot.connection import Target, connect
from surefoot.programs import Programs, fitting, installed
from surefoot.proving.dumps import MAKE_ONE, Dump, look_at
from surefoot.scratch.databases import Databases, Scratch
from surefoot.script import nothing
from surefoot_lint.errors import ExitStatus, SurefootError, UsageError
from surefoot_lint.show import visible

OPTION = "--on"
ROLE_MISSING = re.compile(r'role "((?:[^"]|"")+)" does not exist')
ERROR = re.compile(r"(?:error|ERROR): +(.*)")
CUT = "the end of the dump is missing, and it is not known how much before that"
MOST_TRIES = 5
SHOWN_ERRORS = 3
ROLES = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'"
SETTINGS = """
SELECT setconfig FROM pg_db_role_setting
WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
PUT_SETTINGS = """
INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig) SELECT oid, 0, %s FROM pg_database WHERE datname = %s
"""


class RestoreFailed(SurefootError):
    """A database could not be copied to the scratch server."""

    word = "restore"
    exit_status = ExitStatus.NO_CONNECTION


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that was restored; `warning` tells what of it could not be."""

    name: str
    warning: str | None


@dataclass(frozen=True, slots=True)
class Live:
    """A database that is to be copied from where it is."""

    url: str


def look_for(origin: str) -> Dump | Live:
    """Find what is to be restored: a dump (plain, custom, tar or a folder), or the database of a URL.

    Raises UsageError for what is neither.
    """
    if not origin.strip():
        raise UsageError(f"{OPTION} is empty", why="it may be a variable that is not set", next_step=MAKE_ONE)
    if Path(origin).exists():
        return look_at(Path(origin))
    if not _is_url(origin):
        raise UsageError(f"there is no file {origin}, and it is no URL of a database", next_step=MAKE_ONE)
    return Live(origin)


def restore(databases: Databases, origin: Dump | Live, platform: str | None) -> Restored:
    """Restore a dump, or a live database, into a new scratch database.

    Roles that it speaks of are made without any rights. What the server refuses is left out, and told. Raises
    RestoreFailed, ConnectionFailed, and UsageError where nothing at all comes of it.
    """
    if platform is not None:
        databases.drop(databases.make(platform))  # its roles stay: they are the server's
    if isinstance(origin, Dump):
        return _from_dump(databases, origin, f"from {origin.path}")
    with _folder_beside(databases.scratch) as folder:
        with connect(Target(origin.url, OPTION, can_wait=False)) as source, _copying():
            name = source.info.dbname
            _make_roles(databases, [name for (name,) in source.execute(ROLES)])
            settings = source.execute(SETTINGS.encode()).fetchone()
            dump = back_up(source, folder, "copy")
        restored = _from_dump(databases, Dump(dump, is_plain=False), f"of the database {name}")
    if settings is not None:
        databases.admin.execute(PUT_SETTINGS, [settings[0], restored.name])
    return restored


@contextmanager
def _folder_beside(scratch: Scratch) -> Iterator[Path]:
    """Make a folder for a while; of real data nothing must stay, even if we are killed: it goes with the server."""
    with tempfile.TemporaryDirectory(prefix="surefoot-copy-", dir=scratch.folder) as folder:
        if scratch.folder is not None:
            owner = scratch.folder.stat()
            os.chown(folder, owner.st_uid, owner.st_gid)
        yield Path(folder)


@contextmanager
def _copying() -> Iterator[None]:
    """Say of a dump that fails what it was for: nothing is migrated here."""
    try:
        yield
    except BackupFailed as error:
        raise RestoreFailed(
            error.what,
            why=error.why,
            state="nothing was run, and the database was only read",
            next_step=(error.next_step or "").replace(OTHERWISE, f"give a dump of it: {OPTION} FILE"),
        ) from error


def _from_dump(databases: Databases, dump: Dump, whence: str) -> Restored:
    """Restore a dump; where it speaks of roles that are not there, make them and begin anew."""
    for _ in range(MOST_TRIES):
        name = databases.make(None)
        errors = _load(databases, name, dump)
        missing = {match[1].replace('""', '"') for error in errors if (match := ROLE_MISSING.search(error))}
        if not missing:
            break
        _make_roles(databases, missing)
        databases.drop(name)
    else:
        raise RestoreFailed(
            f"the copy {whence} cannot be made", why="\n".join(errors[:SHOWN_ERRORS]), next_step=MAKE_ONE
        )
    with databases.scratch.connect(name) as connection:
        if not connection.execute("SELECT FROM pg_class WHERE oid >= 16384 LIMIT 1").rowcount:
            raise UsageError(
                f"nothing could be restored {whence}",
                why="\n".join(errors[:SHOWN_ERRORS]) or "it holds no table",
                next_step=MAKE_ONE,
            )
        connection.execute("ANALYZE")
    return Restored(name, _warning([*errors, *([CUT] if dump.is_cut else [])]))


def _make_roles(databases: Databases, names: Iterable[str]) -> None:
    for name in sorted(names):
        try:
            databases.admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        except psycopg.errors.DuplicateObject:
            continue


def _load(databases: Databases, name: str, dump: Dump) -> list[str]:
    """Load a dump by PostgreSQL's own program, and give the errors that it tells."""
    programs = _programs(databases.admin.info.server_version // 10000, "psql" if dump.is_plain else "pg_restore")
    environment = os.environ | _where(databases.scratch.database_url(name))
    if dump.is_plain:
        arguments = ["--no-psqlrc", "--quiet", "--output", os.devnull, "--file", str(dump.path)]
        _, _, said = run_program(programs.folder / "psql", arguments, environment, nothing)
    else:
        _, _, said = run_program(programs.folder / "pg_restore", ["--dbname", "", str(dump.path)], environment, nothing)
    told = [visible(match[1]) for line in said.splitlines() if (match := ERROR.search(line))]
    return [error for error in told if 'schema "public" already exists' not in error]  # every database has it


def _where(url: str) -> dict[str, str]:
    """Say by environment where to connect to, where nobody else can read it."""
    parts = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    return {names[key]: str(value) for key, value in parts.items() if key in names and value is not None}


def _programs(major: int, name: str) -> Programs:
    programs = fitting(installed(name), major)
    if programs is None:
        raise RestoreFailed(
            f"there is no {name} for PostgreSQL {major} on this machine",
            next_step=f"apt-get install postgresql-client-{major}",
        )
    return programs


def _is_url(text: str) -> bool:
    return text.startswith(("postgresql://", "postgres://")) or "=" in text


def _warning(errors: list[str]) -> str | None:
    if not errors:
        return None
    more = f" and {len(errors) - SHOWN_ERRORS} more" if len(errors) > SHOWN_ERRORS else ""
    return f"the copy is not whole: {'; '.join(errors[:SHOWN_ERRORS])}{more}"
