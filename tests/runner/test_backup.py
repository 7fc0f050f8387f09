"""Backups: made and restored by PostgreSQL's own programs, and what is left when they fail."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fix_contents import contents
from psycopg import sql

from surefoot import backup
from surefoot.backup import BackupFailed, back_up
from surefoot.connection import Target, connect
from surefoot.programs import Programs, fitting, installed
from surefoot.servers import Server

FILLED = """
CREATE TABLE leads (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE FUNCTION answer() RETURNS int LANGUAGE sql RETURN 42;
INSERT INTO leads (name) SELECT 'ä €' || n FROM generate_series(1, 100) AS n;
"""
Fake = Callable[[str], None]


@pytest.fixture
def other_url(server: Server) -> Iterator[str]:
    """A second empty database, which may be gone at the end."""
    name = f"other_{uuid4().hex[:8]}"
    with psycopg.connect(server.url, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield server.database_url(name)
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Fake:
    """Put a pg_dump of the server's version first on PATH, which runs these words of a shell."""

    def put(words: str) -> None:
        folder = tmp_path / "programs"
        folder.mkdir()
        says = f'case $1 in --version) echo "pg_dump (PostgreSQL) {server.major}.0"; exit;; esac\n'
        file = "for one; do case $one in --file=*) file=${one#--file=};; esac; done\n"
        for name, text in (("pg_dump", says + file + words), ("pg_restore", says + "echo '; nothing'")):
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return put


# -- Made -------------------------------------------------------------------------------------------------------------


def test_a_backup_restores_everything(
    connection: psycopg.Connection, other_url: str, tmp_path: Path, server: Server
) -> None:
    connection.execute(FILLED)
    path = back_up(connection, tmp_path / "backups" / "daily", "trial")
    subprocess.run([server.binaries / "pg_restore", "--exit-on-error", f"--dbname={other_url}", path], check=True)
    with connect(Target(other_url, "the test")) as restored:
        assert contents(restored) == contents(connection)
        assert restored.execute("SELECT answer(), count(*) FROM leads").fetchone() == (42, 100)


def test_a_backup_is_for_its_owner_alone(connection: psycopg.Connection, tmp_path: Path) -> None:
    path = back_up(connection, tmp_path / "new", "trial")
    assert re.fullmatch(r"trial-\d{8}T\d{6}Z\.dump", path.name)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


def test_backups_of_one_second_have_names_of_their_own(connection: psycopg.Connection, tmp_path: Path) -> None:
    paths = {back_up(connection, tmp_path, "trial") for _ in range(3)}
    assert set(tmp_path.iterdir()) == paths
    assert len(paths) == 3


def test_a_name_is_taken_only_once(tmp_path: Path) -> None:
    (tmp_path / "a.dump").touch()
    (tmp_path / "a-2.dump.unfinished").touch()
    assert backup._claimed(tmp_path, "a") == tmp_path / "a-3.dump.unfinished"


# -- Failed: no file is left ------------------------------------------------------------------------------------------


def failure(connection: psycopg.Connection, folder: Path) -> BackupFailed:
    with pytest.raises(BackupFailed) as caught:
        back_up(connection, folder, "trial")
    assert (caught.value.word, caught.value.exit_status) == ("backup", 4)
    return caught.value


def test_a_database_that_is_gone(other_url: str, connection: psycopg.Connection, tmp_path: Path) -> None:
    with connect(Target(other_url, "the test")) as gone:
        name = gone.info.dbname
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        error = failure(gone, tmp_path)
    assert error.what == f"pg_dump could not back up {name}"
    assert f'database "{name}" does not exist' in str(error.why)
    assert error.state == f"nothing was run, and no file was left in {tmp_path}"
    assert error.next_step == "put right what it says; or migrate without a backup"
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_may_not_be_read(
    connection: psycopg.Connection, make_role: Callable[[], str], database_url: str, tmp_path: Path
) -> None:
    connection.execute(FILLED)
    with psycopg.connect(database_url, user=make_role(), autocommit=True) as poor:
        error = failure(poor, tmp_path)
    assert "permission denied for table leads" in str(error.why)
    assert str(error.next_step).startswith("back up as a role that may read everything: GRANT pg_read_all_data TO …")
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_locked(
    connection: psycopg.Connection, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "LONGEST_WAIT_FOR_LOCK", "50ms")
    connection.execute(FILLED)
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE leads")
        error = failure(connection, tmp_path)
    assert "canceling statement due to statement timeout" in str(error.why)
    assert str(error.next_step).startswith("wait until nobody changes tables")


def test_a_folder_that_cannot_be_made(connection: psycopg.Connection, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    error = failure(connection, tmp_path / "file" / "backups")
    assert error.what == f"cannot write a backup into {tmp_path}/file/backups: Not a directory"
    assert (error.state, error.next_step) == ("nothing was run", "name a folder that may be written")


def test_a_full_disk(connection: psycopg.Connection, tmp_path: Path, fake: Fake) -> None:
    said = "pg_dump: error: could not write to output file: No space left on device"
    fake(f'echo half > "$file"; for n in 1 2 3 4 5 6 7 8 9 10 11; do echo $n >&2; done; echo "{said}" >&2; exit 1')
    error = failure(connection, tmp_path / "backups")
    assert str(error.why).splitlines() == [*"3456789", "10", "11", said]
    assert error.next_step == "free space there, or name another folder; or migrate without a backup"
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_dump_that_cannot_be_listed(connection: psycopg.Connection, tmp_path: Path, fake: Fake) -> None:
    fake('echo half > "$file"')
    error = failure(connection, tmp_path / "backups")
    assert (error.what, error.why) == ("pg_restore cannot read the backup", "it lists nothing")
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_interrupted_dump(connection: psycopg.Connection, tmp_path: Path, fake: Fake) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    fake('echo half > "$file"; exec sleep 20')
    with pytest.raises(KeyboardInterrupt):
        back_up(connection, tmp_path / "backups", "trial", idle=interrupted)
    assert list((tmp_path / "backups").iterdir()) == []


def test_the_password_goes_by_environment_and_is_not_shown(
    database_url: str, tmp_path: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")  # what the connection says wins
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    shown = '"$*" "$PGPASSWORD" "$PGDATABASE" "$PGPORT" "${PGCLIENTENCODING-none}"'
    fake(f'printf "%s\\n" {shown} >&2; [ "$PGPASSWORD" = "geheim ö\'" ] && exit 3')
    with psycopg.connect(database_url, password="geheim ö'", application_name="trial", autocommit=True) as connection:
        error = failure(connection, tmp_path / "backups")
        arguments, *rest = str(error.why).splitlines()
        assert rest == ["***", connection.info.dbname, str(connection.info.port), "none"]
    assert re.fullmatch(
        r"--format=custom --no-password --lock-wait-timeout=60s --file=\S+/trial-\S+\.dump\.unfinished", arguments
    )


def test_a_machine_without_pg_dump(
    connection: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setattr(backup, "installed", lambda *_: iter([Programs(tmp_path, server.major - 1)]))
    error = failure(connection, tmp_path)
    assert error.what == f"there is no pg_dump for PostgreSQL {server.major} on this machine"
    assert error.next_step == f"apt-get install postgresql-client-{server.major}; or migrate without a backup"


# -- Programs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("major", "expected"),
    [(14, "a"), (15, "a"), (16, "c"), (17, "c"), (18, None)],
    ids=["the nearest above", "the same, the first", "not an older one", "the same", "all are older"],
)
def test_the_nearest_version_fits(major: int, expected: str | None) -> None:
    found = [Programs(Path("c"), 17), Programs(Path("a"), 15), Programs(Path("b"), 15)]
    chosen = fitting(found, major)
    assert (chosen and chosen.folder) == (expected and Path(expected))


def test_installed_programs_are_found(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Programs(server.binaries, server.major) in list(installed("pg_dump", "pg_restore"))
    assert Programs(server.binaries, server.major) not in list(installed("pg_dump", "pg_nothing"))
    monkeypatch.setenv("PATH", f"{server.binaries}{os.pathsep}/nowhere")
    assert next(installed("pg_dump")) == Programs(server.binaries, server.major)


def test_pg_config_says_where_programs_are(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pg_config").write_text(f"#!/bin/sh\necho {server.binaries}\n")
    (tmp_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert next(installed("pg_dump")).folder == server.binaries


def test_debians_wrapper_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pg_wrapper").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.0'\n")
    (tmp_path / "pg_wrapper").chmod(0o755)
    (tmp_path / "pg_dump").symlink_to("pg_wrapper")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Programs(tmp_path, 99) not in list(installed("pg_dump"))


def test_a_program_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pg_dump").write_bytes(b"\x7fELF")
    (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert all(found.folder != tmp_path for found in installed("pg_dump"))
