"""A copy of a real database on a scratch server: from a dump, or dumped from where it is."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from surefoot.backup import back_up, run_program
from surefoot.connection import Target, connect
from surefoot.programs import Programs, fitting, installed
from surefoot.scratch.databases import Databases
from surefoot.script import nothing
from surefoot_lint.errors import ExitStatus, SurefootError

CUSTOM = b"PGDMP"
ROLE_MISSING = re.compile(r'role "((?:[^"]|"")+)" does not exist')
ERROR = re.compile(r"(?:error|ERROR): +(.*)")
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


def restore(databases: Databases, origin: str, platform: str | None) -> Restored:
    """Restore a dump (plain, custom, tar or a folder), or the database of a URL, into a new scratch database.

    Roles that it speaks of are made without any rights. What the server refuses is left out, and told. Raises
    RestoreFailed, ConnectionFailed, BackupFailed.
    """
    if platform is not None:
        databases.drop(databases.make(platform))  # its roles stay: they are the server's
    if Path(origin).exists():
        return _from_dump(databases, Path(origin))
    if not _is_url(origin):
        raise RestoreFailed(
            f"there is no file {origin}, and it is no URL of a database",
            next_step="give a dump that pg_dump has made, or postgresql://…",
        )
    with tempfile.TemporaryDirectory(prefix="surefoot-copy-") as folder:
        with connect(Target(origin, "--on")) as source:
            _make_roles(databases, [name for (name,) in source.execute(ROLES)])
            settings = source.execute(SETTINGS.encode()).fetchone()
            dump = back_up(source, Path(folder), "copy")
        restored = _from_dump(databases, dump)
    if settings is not None:
        databases.admin.execute(PUT_SETTINGS, [settings[0], restored.name])
    return restored


def _from_dump(databases: Databases, dump: Path) -> Restored:
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
        raise RestoreFailed(f"{dump} cannot be restored", why="\n".join(errors[:SHOWN_ERRORS]))
    with databases.scratch.connect(name) as connection:
        if not connection.execute("SELECT FROM pg_class WHERE oid >= 16384 LIMIT 1").rowcount:
            raise RestoreFailed(
                f"nothing could be restored from {dump}", why="\n".join(errors[:SHOWN_ERRORS]) or "it holds no table"
            )
        connection.execute("ANALYZE")
    return Restored(name, _warning(errors))


def _make_roles(databases: Databases, names: Iterable[str]) -> None:
    for name in sorted(names):
        try:
            databases.admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        except psycopg.errors.DuplicateObject:
            continue


def _load(databases: Databases, name: str, dump: Path) -> list[str]:
    """Load a dump by PostgreSQL's own program, and give the errors that it tells."""
    is_plain = dump.is_file() and not _begins(dump, CUSTOM) and not _is_tar(dump)
    programs = _programs(databases.admin.info.server_version // 10000, "psql" if is_plain else "pg_restore")
    environment = os.environ | _where(databases.scratch.database_url(name))
    if is_plain:
        arguments = ["--no-psqlrc", "--quiet", "--output", os.devnull, "--file", str(dump)]
        _, _, said = run_program(programs.folder / "psql", arguments, environment, nothing)
    else:
        _, _, said = run_program(programs.folder / "pg_restore", ["--dbname", "", str(dump)], environment, nothing)
    told = [match[1] for line in said.splitlines() if (match := ERROR.search(line))]
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


def _begins(path: Path, first: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(first)) == first


def _is_tar(path: Path) -> bool:
    """Tell a tar by its mark at byte 257 (POSIX: ustar interchange format)."""
    with path.open("rb") as file:
        file.seek(257)
        return file.read(5) == b"ustar"


def _is_url(text: str) -> bool:
    return text.startswith(("postgresql://", "postgres://")) or "=" in text


def _warning(errors: list[str]) -> str | None:
    if not errors:
        return None
    more = f" and {len(errors) - SHOWN_ERRORS} more" if len(errors) > SHOWN_ERRORS else ""
    return f"the copy is not whole: {'; '.join(errors[:SHOWN_ERRORS])}{more}"
