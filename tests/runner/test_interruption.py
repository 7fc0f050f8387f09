"""Ctrl-C: the database is left clean, and it is said what was done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fix_command import PATIENCE_SECONDS, Command, Run, lines_of, wait_until
from fix_contents import actions, contents, tables
from fix_project import ProjectFolder

import surefoot
from surefoot_lint.project import Project


@pytest.fixture
def slow(folder: ProjectFolder) -> ProjectFolder:
    """A project whose second migration takes longer than any test."""
    folder.add("001_a.sql", "CREATE TABLE a (id int);")
    folder.add("002_slow.sql", "CREATE TABLE b (id int);\nSELECT pg_sleep(600);\nCREATE TABLE c (id int);")
    folder.save()
    return folder


def sleeps(connection: psycopg.Connection) -> bool:
    active = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    return connection.execute(active).rowcount == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [[], ["--single-transaction"]], ids=str)
def test_an_interrupted_run_leaves_a_clean_database(
    slow: ProjectFolder, command: Command, connection: psycopg.Connection, number: signal.Signals, arguments: list[str]
) -> None:
    with command.start("migrate", *arguments) as process:
        wait_until(lambda: sleeps(connection))
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, err
    state = "this run changed nothing else" if arguments else "this run has applied 1: 001_a"
    assert [line for line in err.splitlines()[1:] if line] == [
        "error: interrupted in 002_slow",
        f"state: nothing of 002_slow remains; {state}",
        "next: to go on: surefoot migrate",
    ]
    assert "2 applied" not in out
    assert tables(connection) == ([] if arguments else ["a"])
    assert actions(connection) == ([] if arguments else [(1, "applied")])
    wait_until(lambda: not sleeps(connection))
    slow.write("migrations/002_slow.sql", "CREATE TABLE b (id int);")
    again = command("migrate")
    assert again.status == 0, again.err
    assert tables(connection) == ["a", "b"]


def test_an_interrupted_rollback_leaves_a_clean_database(
    folder: ProjectFolder, command: Command, connection: psycopg.Connection
) -> None:
    folder.add("001_a.sql", "CREATE TABLE a (id int);", "DROP TABLE a;\nSELECT pg_sleep(600);")
    surefoot.migrate(folder.load(), connection)
    before = contents(connection)
    with command.start("rollback", "--yes") as process:
        wait_until(lambda: sleeps(connection))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, out) == (130, "")
    assert "state: nothing of 001_a remains; this run changed nothing else\n" in err
    assert contents(connection) == before


def test_an_interrupted_run_in_json(slow: ProjectFolder, command: Command, connection: psycopg.Connection) -> None:
    with command.start("migrate", "--json") as process:
        wait_until(lambda: sleeps(connection))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    error = json.loads(out.splitlines()[-1])
    assert (process.returncode, err.strip()) == (130, "")
    assert (error["error"], error["exit_status"]) == ("interrupted", 130)
    assert error["state"] == "nothing of 002_slow remains; this run has applied 1: 001_a"


def test_an_interruption_before_anything_runs_is_said_in_json_too(
    two: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("surefoot.connection.connect", interrupt)
    outcome = run("migrate", "--json")
    assert outcome.status == 130
    assert lines_of(outcome)[-1]["error"] == "interrupted"


def test_an_interruption_between_two_steps_says_what_was_done(
    three: Callable[[], Project], connection: psycopg.Connection
) -> None:
    def listen(event: object) -> None:
        if type(event).__name__ == "StepDone":
            raise KeyboardInterrupt

    with pytest.raises((surefoot.Interrupted, KeyboardInterrupt)) as caught:  # the latter would end pytest
        surefoot.migrate(three(), connection, listener=listen)
    assert isinstance(caught.value, surefoot.Interrupted)
    assert caught.value.state is not None
    assert "this run has applied 1: 001_one" in caught.value.state


@pytest.mark.parametrize("program", ["surefoot", "surefoot_lint"])
def test_nothing_is_told_of_an_interruption_before_anything_began(tmp_path: Path, program: str) -> None:
    slow = "import sys\nprint('importing', flush=True)\nsys.stdin.read()\n"
    (tmp_path / "click.py").write_text(slow)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-c", f"from {program}.__main__ import main; main()"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, err) == (-signal.SIGINT, "")
