"""The databases of one prover on a scratch server: made, copied and dropped."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.connection import Target, connect
from surefoot.errors import ConnectionFailed
from surefoot.servers import load_platform

PREFIX = "surefoot_scratch_"
# A copy by CREATE DATABASE lacks what belongs to the database as such (manual: manage-ag-templatedbs).
COPY_SETTINGS = """
INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig)
SELECT new.oid, s.setrole, s.setconfig
FROM pg_database AS old JOIN pg_db_role_setting AS s ON s.setdatabase = old.oid, pg_database AS new
WHERE old.datname = %(old)s AND new.datname = %(new)s
"""
COPY_RIGHTS = """
UPDATE pg_database AS new SET datacl = old.datacl, datdba = old.datdba
FROM pg_database AS old WHERE old.datname = %(old)s AND new.datname = %(new)s
"""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A server on which databases may be made and dropped at will; `url` is of its maintenance database."""

    url: str
    origin: str
    folder: Path | None = None
    """A folder that goes with the server, however the prover ends; where there is one, it is its user's."""

    def database_url(self, name: str) -> str:
        """Return the connection string of one of its databases, which need not exist."""
        return make_conninfo(self.url, dbname=name)

    def connect(self, name: str) -> psycopg.Connection:
        """Connect to one of its databases, in autocommit mode. Raises ConnectionFailed."""
        return connect(Target(self.database_url(name), "the scratch server"))


@dataclass(slots=True)
class Databases:
    """Makes databases with names that nobody else has, and knows which of them are there."""

    scratch: Scratch
    admin: psycopg.Connection
    names: list[str] = field(default_factory=list)
    _token: str = field(default_factory=lambda: f"{PREFIX}{os.getpid()}_{uuid4().hex[:6]}")
    _numbers: count[int] = field(default_factory=count)

    def make(self, platform: str | None) -> str:
        """Make an empty database, with what the platform provides, and give its name."""
        name = self._create("template0")
        if platform is not None:
            load_platform(self.scratch.database_url(name), platform)
        return name

    def copy(self, template: str) -> str:
        """Copy a database that nobody is connected to, with its settings and rights, and give the copy's name."""
        name = self._create(template)
        both = {"old": template, "new": name}
        self.admin.execute(COPY_SETTINGS, both)
        self.admin.execute(COPY_RIGHTS, both)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self.names.remove(name)

    def drop_all(self) -> None:
        """Drop all that are left."""
        for name in list(self.names):
            self.drop(name)

    def _create(self, template: str) -> str:
        name = f"{self._token}_{next(self._numbers)}"
        self.names.append(name)
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        try:
            self.admin.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        except (psycopg.OperationalError, psycopg.InternalError) as error:  # no room for it: a checkpoint fails
            raise ConnectionFailed(
                f"the scratch server cannot make a database: {str(error).strip().splitlines()[0]}",
                why=error.diag.message_hint,
                state="nothing but the scratch server was touched",
                next_step="look at the room on the disk of that server, and run it again; TMPDIR says where one of "
                "our own lies",
            ) from error
        return name
