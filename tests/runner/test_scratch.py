"""Scratch servers: found, quick, and gone whatever happens; a given one is left as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from fix_command import wait_until
from fix_role import MakeRole
from psycopg.conninfo import conninfo_to_dict

from surefoot.cluster import EmbeddedServerError
from surefoot.connection import Target, connect
from surefoot.errors import ConnectionFailed
from surefoot.scratch import find
from surefoot.scratch.databases import PREFIX
from surefoot.scratch.given import MARKER, Given, given
from surefoot.scratch.local import Local, choose
from surefoot.scratch.roles import Roles, read_roles, restoring
from surefoot.script import nothing
from surefoot.servers import Server
from surefoot_lint.errors import UsageError

PROVER = """
import signal, sys
from surefoot.scratch.local import choose

signal.signal(signal.SIGINT, signal.default_int_handler)
with choose(18).opened() as databases:
    print(databases.scratch.url, flush=True)
    sys.stdin.read()
"""
ON_GIVEN = """
import sys
from surefoot.scratch.given import given

with given(sys.argv[1], 18).opened(lambda: None) as databases:
    databases.make(None)
    databases.admin.execute("CREATE ROLE left_by_killed; ALTER ROLE monitor_reader NOLOGIN")
    print("made", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def prover() -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", PROVER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.kill()


def folder_of(prover: subprocess.Popen[str]) -> Path:
    """Wait until its server is there, and give the server's folder."""
    assert prover.stdout is not None
    return Path(str(conninfo_to_dict(prover.stdout.readline())["host"])).parent


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "pgdata/postmaster.pid").read_text().split()[0]))


def test_the_wanted_version_is_taken() -> None:
    found = choose(18)
    assert (found.programs.major, found.warning) == (18, None)
    assert found.origin == f"PostgreSQL {found.version} of {found.programs.folder}"
    assert isinstance(find(18, None), Local)


def test_another_version_is_taken_with_a_warning() -> None:
    found = choose(99)
    assert found.programs.major == 18
    assert found.warning is not None
    assert found.warning.startswith("no PostgreSQL 99 was found on this machine: this is the embedded 18")


def test_no_programs_at_all_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util._find_spec", lambda *_: None)
    monkeypatch.setattr("surefoot.programs.USUAL_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EmbeddedServerError) as caught:
        choose(15)
    assert caught.value.what == "there is no PostgreSQL 15 on this machine, and the embedded server is not installed"
    assert caught.value.next_step is not None
    assert caught.value.next_step.startswith("apt-get install postgresql-15; or pip install")


def test_it_is_gone_after_success() -> None:
    with choose(18).opened() as databases:
        folder = Path(str(conninfo_to_dict(databases.scratch.url)["host"])).parent
        row = databases.admin.execute("SELECT current_setting('fsync'), current_setting('autovacuum')").fetchone()
        assert row == ("off", "off")
        server = postmaster(folder)
    assert not folder.exists()
    assert not server.is_running()


def test_it_is_gone_after_failure() -> None:
    folders = []
    with suppress(ZeroDivisionError), choose(18).opened() as databases:
        folders.append(Path(str(conninfo_to_dict(databases.scratch.url)["host"])).parent)
        raise ZeroDivisionError
    assert [folder for folder in folders if folder.exists()] == []
    assert len(folders) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=str)
def test_it_is_gone_when_the_prover_is_ended(prover: subprocess.Popen[str], number: signal.Signals) -> None:
    folder = folder_of(prover)
    server = postmaster(folder)
    prover.send_signal(number)
    wait_until(lambda: not folder.exists())
    assert not server.is_running()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=str)
def test_it_is_gone_when_the_prover_is_ended_while_the_data_are_made(temporary: Path, number: signal.Signals) -> None:
    temporary.chmod(0o1777)  # as /tmp is: there the server's user may remove its own folder
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", PROVER], env=environment, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as prover:
        wait_until(lambda: [*temporary.glob("surefoot-scratch-*/pgdata/*")])
        prover.send_signal(number)
    wait_until(lambda: not [*temporary.iterdir()])
    makers = [one for one in psutil.process_iter(["cmdline"]) if str(temporary) in " ".join(one.info["cmdline"] or ())]
    assert makers == []


@pytest.mark.parametrize("which", ["server", "watcher"])
def test_it_is_gone_when_a_child_was_killed(prover: subprocess.Popen[str], which: str) -> None:
    folder = folder_of(prover)
    server = postmaster(folder)
    (watcher,) = psutil.Process(prover.pid).children()
    (server if which == "server" else watcher).kill()
    assert prover.stdin is not None
    prover.stdin.close()
    assert prover.wait(60) == 0 or which == "server"
    assert not folder.exists()
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("surefoot.scratch.local").scratch.local.QUICK, "max_connections", "many")
    with pytest.raises(EmbeddedServerError) as caught, choose(18).opened():
        pass
    assert caught.value.what.startswith("the scratch server in ")
    assert caught.value.what.endswith(": does not start")
    assert caught.value.why is not None
    assert 'invalid value for parameter "max_connections": "many"' in caught.value.why
    assert caught.value.next_step is not None
    assert caught.value.next_step.endswith("or name another scratch server: --scratch-url postgresql://…")


def test_a_copy_keeps_settings_and_rights(server: Server) -> None:
    with given(server.url, 18).opened(nothing) as databases:
        name = databases.make("supabase")
        databases.admin.execute(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
        copy = databases.copy(name)
        with databases.scratch.connect(copy) as connection:
            row = connection.execute("SHOW search_path").fetchone()
        acl = databases.admin.execute(
            "SELECT datacl::text FROM pg_database WHERE datname IN (%s, %s)", [name, copy]
        ).fetchall()
    assert row == ('"$user", public, extensions',)
    assert acl[0] == acl[1]


def scratch_databases(server: Server) -> list[str]:
    with psycopg.connect(server.url) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [row[0] for row in found]


def test_a_given_server_is_left_as_it_was(server: Server, make_role: MakeRole) -> None:
    role, group = make_role("LOGIN CREATEDB"), make_role("NOLOGIN")
    with psycopg.connect(server.url) as connection:
        before = read_roles(connection)
    with given(server.url, 18).opened(nothing) as databases:
        databases.make("supabase")
        admin = databases.admin
        admin.execute(f"CREATE ROLE app_role; GRANT {group} TO {role} WITH ADMIN OPTION; GRANT app_role TO {role}")
        admin.execute(f"ALTER ROLE {role} NOLOGIN; ALTER ROLE {role} SET search_path = a, b")
        assert MARKER in scratch_databases(server)
    with psycopg.connect(server.url) as connection:
        assert read_roles(connection) == before
    assert scratch_databases(server) == []


def test_what_a_killed_prover_left_is_removed_by_the_next(server: Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE monitor_reader LOGIN")
        before = read_roles(connection)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", ON_GIVEN, server.url],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        process.kill()
    assert len(scratch_databases(server)) == 2
    with given(server.url, 18).opened(nothing):
        pass
    assert scratch_databases(server) == []
    with psycopg.connect(server.url, autocommit=True) as connection:
        assert read_roles(connection) == before
        connection.execute("DROP ROLE monitor_reader")


def test_two_provers_on_one_server_take_turns(server: Server) -> None:
    waited: list[str] = []

    def waiting() -> None:
        waited.append("told")
        first.close()

    first = connect(Target(server.url, "the test"))
    first.execute("SELECT pg_advisory_lock(hashtext('surefoot_scratch'))")
    with given(server.url, 18).opened(waiting) as databases:
        assert databases.make(None).startswith(PREFIX)
    assert waited == ["told"]


def test_a_given_server_of_another_version_is_told(server: Server) -> None:
    found = find(15, server.url)
    assert isinstance(found, Given)
    assert found.warning == "the scratch server is PostgreSQL 18, the manifest says 15"


def test_a_role_that_may_not_do_all_is_refused(server: Server, make_role: MakeRole) -> None:
    url = psycopg.conninfo.make_conninfo(server.url, user=make_role("LOGIN CREATEDB"))
    with pytest.raises(UsageError) as caught:
        given(url, 18)
    assert caught.value.what == "the role of --scratch-url is no superuser"


AB = {"a": "LOGIN", "b": "LOGIN"}


def roles(**attributes: str) -> Roles:
    return Roles(attributes, (), {})


@pytest.mark.parametrize(
    ("before", "now", "statements"),
    [
        (roles(a="LOGIN"), roles(a="LOGIN"), []),
        (roles(), roles(a="LOGIN"), ['DROP ROLE "a"']),
        (roles(a="LOGIN"), roles(), ['CREATE ROLE "a" WITH LOGIN']),
        (roles(a="LOGIN"), roles(a="NOLOGIN"), ['ALTER ROLE "a" WITH LOGIN']),
        (Roles(AB, (("a", "b", True),), {}), Roles(AB, (), {}), ['GRANT "a" TO "b" WITH ADMIN OPTION']),
        (Roles(AB, (), {}), Roles(AB, (("a", "b", False),), {}), ['REVOKE "a" FROM "b"']),
    ],
)
def test_roles_are_put_back_by(before: Roles, now: Roles, statements: list[str]) -> None:
    assert [statement.as_string() for statement in restoring(before, now)] == statements


@pytest.mark.parametrize("url", ["", " "])
def test_a_name_that_is_empty_is_no_server(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(18, url)
    assert caught.value.what == "--scratch-url is empty"


def test_a_database_that_the_server_cannot_make_is_no_bug(server: Server) -> None:
    with given(server.url, 18).opened(nothing) as databases:
        name = databases.make(None)
        with databases.scratch.connect(name), pytest.raises(ConnectionFailed) as caught:
            databases.copy(name)
    assert caught.value.what.startswith("the scratch server cannot make a database: source database ")
    assert caught.value.state == "nothing but the scratch server was touched"
