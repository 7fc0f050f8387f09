"""Which database is meant, and how the way to it can fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from fix_command import Run, greeting, wait_until
from fix_project import ProjectFolder
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import surefoot
from surefoot.connection import Target, connect, describe, given_target
from surefoot.servers import Server, embedded
from surefoot_lint.errors import UsageError
from surefoot_lint.project import Project
from surefoot_lint.show import render

# -- Which one is meant -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "environment", "target"),
    [
        ("a", {"DATABASE_URL": "b", "PGHOST": "c"}, Target("a", "--database-url")),
        (None, {"DATABASE_URL": "b", "PGHOST": "c"}, Target("b", "DATABASE_URL")),
        (None, {"PGHOST": "c", "PGSERVICE": "d"}, Target("", "PGHOST")),
        (None, {"PGHOSTADDR": "c"}, Target("", "PGHOSTADDR")),
        (None, {"PGSERVICE": "d"}, Target("", "PGSERVICE")),
        (None, {"PGDATABASE": "e"}, Target("", "PGDATABASE")),
        (None, {"DATABASE_URL": ""}, None),
        (None, {}, None),
        (None, {"PGPORT": "1", "PGUSER": "u", "PGPASSWORD": "p", "PGAPPNAME": "x"}, None),
    ],
)
def test_the_target_is_the_most_explicit_one(
    option: str | None, environment: Mapping[str, str], target: Target | None
) -> None:
    assert given_target(option, environment) == target


@pytest.mark.parametrize("option", ["", " "])
def test_an_option_that_is_empty_leads_to_no_other_database(option: str) -> None:
    with pytest.raises(UsageError, match="--database-url is empty"):
        given_target(option, {"DATABASE_URL": "b", "PGHOST": "c"})


def libpq_variables(url: str) -> dict[str, str]:
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    return {names[key]: str(value) for key, value in conninfo_to_dict(url).items()} | {"DATABASE_URL": ""}


def service_file(folder: ProjectFolder, url: str) -> str:
    pairs = [f"{key}={value}" for key, value in conninfo_to_dict(url).items()]
    return str(folder.write("pg_service.conf", "\n".join(["[here]", *pairs, ""])))


def test_each_way_leads_to_the_database(folder: ProjectFolder, run: Run, database_url: str) -> None:
    folder.save()
    nowhere = "postgresql://127.0.0.1:1/nothing"
    service = {"PGSERVICE": "here", "PGSERVICEFILE": service_file(folder, database_url), "DATABASE_URL": ""}
    outcomes = [
        run("status"),
        run("status", "--database-url", database_url, DATABASE_URL=nowhere),
        run("status", PGHOST="127.0.0.1", PGPORT="1"),
        run("status", **libpq_variables(database_url)),
        run("status", **service),
        run("status", **service | {"DATABASE_URL": "service=here", "PGSERVICE": ""}),
    ]
    for outcome in outcomes:
        assert (outcome.status, outcome.err) == (0, greeting(database_url))


def test_no_target_is_said_where_the_embedded_server_is_forbidden(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    outcome = run("status", DATABASE_URL="", SUREFOOT_EMBEDDED="never")
    assert (outcome.status, outcome.out) == (5, "")
    assert outcome.err == (
        "error: no database is named, and SUREFOOT_EMBEDDED=never forbids the embedded server\n"
        "state: nothing was run\n"
        "next: set DATABASE_URL, or give --database-url\n"
    )


def test_without_a_target_it_is_the_embedded_server(run: Run) -> None:
    """Not in pytest's folder, which is closed to the server's user."""
    with TemporaryDirectory(prefix="surefoot-") as name:
        home = ProjectFolder(Path(name))
        home.add("001_x.sql", "CREATE TABLE x (id int);")
        manifest = str(home.save())
        outcome = run("migrate", "--manifest", manifest, DATABASE_URL="", SUREFOOT_EMBEDDED="")
        assert outcome.status == 0
        data = Path(name).resolve() / ".surefoot/pgdata"
        assert outcome.err == f"trial at {data}:5432 as postgres (PostgreSQL 18), embedded in .surefoot\n"
        again = run("status", "--check", "--manifest", manifest, DATABASE_URL="", SUREFOOT_EMBEDDED="")
        assert again.status == 0


def test_what_it_is_connected_to_is_said(connection: psycopg.Connection, database_url: str) -> None:
    assert f"{describe(connection)}\n" == greeting(database_url)


def test_the_server_knows_the_application(connection: psycopg.Connection, database_url: str) -> None:
    name = "SELECT current_setting('application_name')"
    assert connection.execute(name).fetchone() == (f"surefoot {surefoot.__version__}",)
    with connect(Target(make_conninfo(database_url, application_name="nightly"), "the test")) as other:
        assert other.execute(name).fetchone() == ("nightly",)


def test_the_timeout_of_the_environment_is_heeded(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "3")
    with connect(Target(database_url, "the test")) as connection:
        assert connection.info.get_parameters().get("connect_timeout", "3") == "3"


def test_the_timeout_of_the_url_is_heeded(database_url: str) -> None:
    with connect(Target(make_conninfo(database_url, connect_timeout=7), "the test")) as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "7"


@pytest.fixture(params=["LATIN1", "SQL_ASCII", "EUC_JP"])
def encoded_url(request: pytest.FixtureRequest, server: Server, connection: psycopg.Connection) -> Iterator[str]:
    """A database of another encoding."""
    name = f"encoded_{request.param.lower()}"
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER libc LOCALE 'C'").format(
            sql.Identifier(name), sql.Literal(request.param)
        )
    )
    yield server.database_url(name)
    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_the_encoding_of_the_database_does_not_matter(folder: ProjectFolder, encoded_url: str) -> None:
    folder.add("001_größe.sql", "CREATE TABLE x (t text); COMMENT ON TABLE x IS 'größer';", "DROP TABLE x; -- ö")
    project = folder.load()
    with connect(Target(make_conninfo(encoded_url, client_encoding="LATIN1"), "the test")) as connection:
        assert surefoot.migrate(project, connection).done == ("001_größe",)
        comment = connection.execute("SELECT obj_description('x'::regclass)").fetchone()
        assert comment == ("größer",)
        assert surefoot.verify(project, connection).holds
        assert surefoot.rollback(project, connection).done == ("001_größe",)


# -- How it fails -----------------------------------------------------------------------------------------------------


def test_no_server(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    outcome = run("status", DATABASE_URL="postgresql://u:Zebra7@127.0.0.1:1/db")
    assert outcome.status == 5
    assert outcome.err == (
        'error: cannot connect: connection to server at "127.0.0.1", port 1 failed: Connection refused;'
        " Is the server running on that host and accepting TCP/IP connections?\n"
        "why: the database is named by DATABASE_URL\n"
        "state: nothing was run\n"
        "next: start the server, or wait for it: --wait 30s\n"
    )


def test_no_such_database(server: Server) -> None:
    with pytest.raises(surefoot.ConnectionFailed) as caught:
        connect(Target(server.database_url("nowhere"), "PGDATABASE"), wait_seconds=60)
    assert render(caught.value).splitlines()[0].endswith('FATAL:  database "nowhere" does not exist')
    assert render(caught.value).splitlines()[1:] == [
        "why: the database is named by PGDATABASE",
        "state: nothing was run",
        "next: look at what PGDATABASE names",
    ]


def test_a_word_that_libpq_does_not_take_is_not_waited_for(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    outcome = run("status", "--wait", "60s", DATABASE_URL="postgresql://u:Zebra7@127.0.0.1:5432x/db")
    assert outcome.status == 5
    assert 'invalid integer value "5432x" for connection option "port"' in outcome.err
    assert outcome.err.endswith("next: look at what DATABASE_URL names\n")


def test_a_bare_number_is_no_time(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    outcome = run("status", "--wait", "5")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        "Usage: surefoot status [OPTIONS]\nTry 'surefoot status --help' for help.\n\n"
        "Error: Invalid value for '--wait': '5' is no duration with its unit: 30s, 500ms, 2min\n"
    )


@pytest.mark.parametrize(
    "conninfo", ["host=127.0.0.1 port=1 connect_timeout=x", "postgresql://127.0.0.1:1/db?connect_timeout=soon"]
)
def test_a_value_that_cannot_be_read_is_no_bug(conninfo: str) -> None:
    with pytest.raises(surefoot.ConnectionFailed):
        connect(Target(conninfo, "DATABASE_URL"))


def test_a_program_may_prepare_its_statements(three: Callable[[], Project], database_url: str) -> None:
    """As psycopg does by itself after some calls; the engine frees what a migration has prepared."""
    project = three()
    with psycopg.connect(database_url, autocommit=True, prepare_threshold=0) as connection:
        for _ in range(3):
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert surefoot.plan(project, connection).applied == ()
            assert surefoot.verify(project, connection).holds
            surefoot.migrate(project, connection)
            surefoot.rollback(project, connection, steps=3)
            assert surefoot.status(project, connection).pending == 3
        assert connection.prepare_threshold == 0


# -- A server that asks for a password --------------------------------------------------------------------------------


def answers_without_password(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """The connection string, without the password, of a role on a server that asks for it."""
    with TemporaryDirectory(prefix="surefoot-") as folder, embedded(Path(folder)) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE app LOGIN PASSWORD 'Zebra7'")
            connection.execute("CREATE DATABASE app OWNER app")
            row = connection.execute("SHOW hba_file").fetchone()
            assert row is not None
            Path(row[0]).write_text("local all app scram-sha-256\nlocal all all trust\n")
            connection.execute("SELECT pg_reload_conf()")
        url = make_conninfo(server.url, user="app", dbname="app")
        wait_until(lambda: not answers_without_password(url))
        yield url


def test_the_right_password_is_fine_from_everywhere(folder: ProjectFolder, run: Run, guarded: str) -> None:
    folder.save()
    parts = conninfo_to_dict(guarded)
    folder.write("passwords", "*:*:app:app:Zebra7\n").chmod(0o600)
    host = str(parts["host"]).replace("/", "%2F")
    outcomes = [
        run("status", DATABASE_URL=make_conninfo(guarded, password="Zebra7")),
        run("status", DATABASE_URL=f"postgresql://app:%5Aebra7@{host}:5432/app"),
        run("status", DATABASE_URL=guarded, PGPASSWORD="Zebra7"),
        run("status", DATABASE_URL=guarded, PGPASSFILE=str(folder.path / "passwords")),
    ]
    for outcome in outcomes:
        assert (outcome.status, outcome.err) == (0, greeting(guarded))


@pytest.mark.parametrize("password", ["Wombat9", "Wom bat9", "Wom@bat9/", "Wom'bat\\9", "%Wombat9"])
def test_a_wrong_password_is_not_shown(folder: ProjectFolder, run: Run, guarded: str, password: str) -> None:
    folder.save()
    expected = [
        "why: the database is named by DATABASE_URL",
        "state: nothing was run",
        "next: correct the password: in the URL, in PGPASSWORD or in ~/.pgpass",
    ]
    for outcome in (
        run("migrate", DATABASE_URL=make_conninfo(guarded, password=password)),
        run("migrate", DATABASE_URL=guarded, PGPASSWORD=password),
    ):
        assert (outcome.status, outcome.out) == (5, "")
        first, *others = outcome.err.splitlines()
        assert first.endswith('FATAL:  password authentication failed for user "app"')
        assert others == expected
        assert "Wom" not in outcome.err
        assert "bat" not in outcome.err.replace("/pgdata", "")


def test_no_password_is_said(folder: ProjectFolder, run: Run, guarded: str) -> None:
    folder.save()
    outcome = run("status", DATABASE_URL=guarded)
    assert outcome.status == 5
    assert outcome.err.splitlines()[0].endswith("fe_sendauth: no password supplied")
    assert outcome.err.splitlines()[-1] == "next: correct the password: in the URL, in PGPASSWORD or in ~/.pgpass"


def test_the_ledger_keeps_no_password(folder: ProjectFolder, guarded: str) -> None:
    folder.add("001_x.sql", "SELECT 1;")
    with connect(Target(make_conninfo(guarded, password="Zebra7"), "the test")) as connection:
        surefoot.migrate(folder.load(), connection)
        (row,) = connection.execute("SELECT l::text FROM surefoot.ledger AS l").fetchall()
        assert "Zebra7" not in row[0]
        assert "Zebra7" not in describe(connection)


# -- Waiting for a server ---------------------------------------------------------------------------------------------


@pytest.fixture
def stopped() -> Iterator[tuple[Path, str]]:
    """A folder of an embedded server that does not run, and the connection string that it has when it does."""
    with TemporaryDirectory(prefix="surefoot-") as folder:
        with embedded(Path(folder)) as server:
            url = server.url
        yield Path(folder), url


@contextmanager
def started_meanwhile(folder: Path) -> Iterator[None]:
    """Start a server in a thread, and stop it at the end of the block."""
    enough = threading.Event()

    def serve() -> None:
        with embedded(folder):
            enough.wait()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def test_a_server_that_starts_late_is_waited_for(stopped: tuple[Path, str]) -> None:
    folder, url = stopped
    with pytest.raises(surefoot.ConnectionFailed):
        connect(Target(url, "the test"))
    with started_meanwhile(folder), connect(Target(url, "the test"), wait_seconds=60) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_does_not_start_is_not_waited_for_longer(
    folder: ProjectFolder, run: Run, stopped: tuple[Path, str]
) -> None:
    folder.save()
    _, url = stopped
    outcome = run("status", "--wait", "1s", DATABASE_URL=url)
    assert outcome.status == 5
    first, *others = outcome.err.splitlines()
    assert first.startswith("error: cannot connect: ")
    assert "No such file or directory" in first
    assert others == [
        "why: the database is named by DATABASE_URL",
        "state: nothing was run",
        "next: start the server, or wait for it: --wait 2s",
    ]


# -- The server answers no more ---------------------------------------------------------------------------------------


def test_a_question_that_the_server_stops_is_no_lost_connection(
    three: Callable[[], surefoot.Project], database_url: str, connection: psycopg.Connection
) -> None:
    project = three()
    surefoot.migrate(project, connection)
    with connect(Target(make_conninfo(database_url, options="-c lock_timeout=50ms"), "the test")) as blocked:
        connection.execute("BEGIN; LOCK surefoot.ledger")
        with pytest.raises(surefoot.ConnectionFailed) as caught:
            surefoot.status(project, blocked)
        connection.execute("ROLLBACK")
    assert caught.value.what == "the server answered no more [55P03]: canceling statement due to lock timeout"
    assert "once what it says is put right" in str(caught.value.next_step)


def test_a_connection_that_ends_is_lost(
    three: Callable[[], surefoot.Project], database_url: str, connection: psycopg.Connection
) -> None:
    project = three()
    with connect(Target(database_url, "the test")) as ended:
        connection.execute("SELECT pg_terminate_backend(%s)", [ended.info.backend_pid])
        with pytest.raises(surefoot.ConnectionFailed) as caught:
            surefoot.status(project, ended)
    assert caught.value.what.startswith("the connection was lost: ")
    assert caught.value.next_step == "run the command again, with --wait 30s"
