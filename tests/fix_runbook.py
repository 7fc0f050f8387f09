"""Runbooks of a test's project, and psql to run them: on the server's own side, as a person would."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from fix_command import PATIENCE_SECONDS, Outcome, bare_environment
from fix_project import ProjectFolder
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import surefoot
from surefoot.catalog import fingerprint
from surefoot.connection import Target, connect
from surefoot.runbook.scripts import Work
from surefoot.runbook.work import backward, forward
from surefoot.runbook.writing import write_runbook
from surefoot.servers import Server

SAME = """
SELECT id, number, name, action, checksum, rollback_checksum, tool_version, git_commit, reason, rollback_sql,
    fingerprint
FROM {}.ledger ORDER BY id
"""


COPY = """\
-- Prices, and what psql would take for itself.
CREATE TABLE price (id int PRIMARY KEY, name text, amount numeric);
\\restrict abc
COPY price (id, name, amount) FROM stdin; -- as pg_dump writes it
1\tit's one: :name\t1.50
2\t\\\\if \\N \\tand "quotes" $$\t2
3\t\\N\t\\N
\\.
\\unrestrict abc
INSERT INTO price VALUES (4, $q$:USER :'PORT' \\echo$q$, ((ARRAY[4, 5, 6])[1:2])[1]);
"""
CONCURRENT = """\
SET lock_timeout = '3s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS price_name ON price (name);
UPDATE price SET name = name || '!';
COPY price FROM stdin;
5\tfive's\t5
\\.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS price_amount ON public.price (amount);
VACUUM price
"""
CHECKS = """
      - {name: "five rows, it's so", sql: "SELECT count(*), bool_and(id > 0) FROM price", expect: [[5, true]]}
      - {name: no table, when: before, sql: "SELECT 1 FROM nowhere", expect: {error: undefined_table}}
      - name: odd texts
        sql: "SELECT name, NULL, 1.50 FROM price WHERE id = 1"
        expect: [["it's one: :name!", null, 1.5]]
"""


@dataclass(frozen=True, slots=True)
class Psql:
    """psql of one server's programs, with a folder to run in and nothing else in its environment."""

    binaries: Path
    folder: Path

    def __call__(self, script: str, url: str, *options: str) -> Outcome:
        """Run a script of the runbook to its end."""
        with self.start(script, url, *options) as process:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        return Outcome(process.returncode, out, err)

    def start(self, script: str, url: str, *options: str) -> subprocess.Popen[str]:
        """Start it, with nobody at its keyboard."""
        return subprocess.Popen(
            [self.binaries / "psql", "-X", "-v", "ON_ERROR_STOP=1", *options, "-f", f"runbook/{script}", url],
            cwd=self.folder,
            env=bare_environment(self.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def written(self, project: surefoot.Project, *, to: str | None = None, after: str | None = None) -> Path:
        """Write the runbook of a project, with the way back."""
        return self._written(forward(project, to=to, after=after), is_rollback=False)

    def written_back(self, project: surefoot.Project, to: str) -> Path:
        """Write the runbook that goes back."""
        return self._written(backward(project, to=to), is_rollback=True)

    def _written(self, work: Work, *, is_rollback: bool) -> Path:
        write_runbook(self.folder / "runbook", work, self.folder / ".surefoot", is_rollback=is_rollback)
        return self.folder / "runbook"


def succeed(outcome: Outcome) -> str:
    assert outcome.status == 0, outcome.out + outcome.err
    assert outcome.err == ""
    return outcome.out


def refuse(outcome: Outcome) -> str:
    """Make sure that it ended as psql ends a script that fails, and give what it said."""
    assert outcome.status == 3, outcome.out + outcome.err
    return outcome.err


def ledger(connection: psycopg.Connection, schema: str = "surefoot") -> list[tuple[object, ...]]:
    """Read all of the ledger but who and when."""
    return connection.execute(SAME.format(schema).encode()).fetchall()


def both_ways(project: surefoot.Project, psql: Psql, url: str, other_url: str) -> None:
    """Forward and back and forward, on one database by psql, on the other by the runner: all is the same."""
    psql.written(project)
    with connect(Target(url, "the test")) as one, connect(Target(other_url, "the test")) as other:
        for _ in range(2):
            assert succeed(psql("deploy.sql", url)).splitlines()[-1] == "done"
            surefoot.migrate(project, other)
            assert ledger(one) == ledger(other)
            assert ledger(one)[-1][-1] is not None
            assert fingerprint(one) == fingerprint(other) == ledger(one)[-1][-1]
            succeed(psql("verify.sql", url))
            succeed(psql("rollback.sql", url))
            surefoot.rollback(project, other, to="0", consent=lambda _: True)
            assert ledger(one) == ledger(other)
        succeed(psql("deploy.sql", url))
        assert surefoot.verify(project, one).holds


@pytest.fixture
def other_url(database_url: str) -> Iterator[str]:
    """A second empty database, on the same server."""
    name = f"{conninfo_to_dict(database_url)['dbname']}_other"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield make_conninfo(database_url, dbname=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def psql(server: Server, tmp_path: Path) -> Psql:
    """The embedded server's psql, in the test's folder."""
    return Psql(server.binaries, tmp_path)


@pytest.fixture
def prices(folder: ProjectFolder) -> ProjectFolder:
    """COPY, checks, and a migration that is no transaction."""
    folder.add("001_price.sql", COPY, "DROP TABLE IF EXISTS price;")
    folder.add(
        "002_index.sql",
        CONCURRENT,
        "DROP INDEX CONCURRENTLY IF EXISTS price_name;\nDROP INDEX CONCURRENTLY IF EXISTS price_amount;\n"
        "DELETE FROM price WHERE id = 5;\nUPDATE price SET name = rtrim(name, '!');\n",
        transaction="false",
        checks=CHECKS,
    )
    folder.add("003_note.sql", "COMMENT ON TABLE price IS 'a:b';", "COMMENT ON TABLE price IS NULL;")
    folder.tail = "checks:\n  - {name: a price each, sql: SELECT count(*) FROM price, expect: 5}\n"
    return folder
