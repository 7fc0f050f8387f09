"""The command line: what each command says to a person and to a machine, and how it ends."""

from __future__ import annotations

import getpass
import re
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from fix_command import PROGRAM, Command, Outcome, Run, bare_environment, greeting, lines_of, timeless
from fix_contents import actions, contents
from fix_project import ProjectFolder
from psycopg import sql

import surefoot
from surefoot import cli
from surefoot.ledger_ddl import LEDGER_VERSION, grants, ledger_ddl

COMMANDS = sorted(path.stem for path in Path(cli.__file__).with_name("commands").glob("[a-z]*.py"))
WHO = f"postgres ({getpass.getuser()}@{socket.gethostname()})"


# -- For people -------------------------------------------------------------------------------------------------------


def test_a_project_from_first_to_last(two: ProjectFolder, run: Run, database_url: str) -> None:
    hello = greeting(database_url)
    steps = [
        ("status", 0, "  pending    001_a\n  pending    002_b\n0 applied, 2 pending\n"),
        ("status --check", 1, "  pending    001_a\n  pending    002_b\n0 applied, 2 pending\n"),
        ("plan", 0, "  apply  001_a  core\n  apply  002_b  1 check\n2 to apply; 0 applied\n"),
        ("plan --to 1", 0, "  apply  001_a  core\n1 to apply; 0 applied\n"),
        ("history", 0, "the ledger is empty\n"),
        (
            "migrate --to 1",
            0,
            "the ledger was created: schema surefoot\n  applied  001_a  N ms\n1 applied; 1 in all\n",
        ),
        ("migrate", 0, "  applied  002_b  N ms\n1 applied; 2 in all\n"),
        ("migrate", 0, "nothing to do: 2 applied\n"),
        ("plan", 0, "0 to apply; 2 applied\n"),
        (
            "status --check",
            0,
            "  applied    001_a  TIME  postgres\n  applied    002_b  TIME  postgres\n2 applied, 0 pending\n",
        ),
        ("verify", 0, "  holds   a is empty\n1 of 1 checks hold; the ledger's chain is intact (2 rows)\n"),
        (
            "rollback --yes",
            0,
            (
                "to be rolled back: 002_b\nwhat will go:\n  table public.b (2 rows)\n"
                "  rolled back  002_b  N ms\n1 rolled back; 1 stay applied\n"
            ),
        ),
        (
            "history",
            0,
            (
                f"    1  TIME  applied      001_a  N ms  {WHO}\n"
                f"    2  TIME  applied      002_b  N ms  {WHO}\n"
                f"    3  TIME  rolled_back  002_b  N ms  {WHO}\n"
            ),
        ),
    ]
    for line, status, out in steps:
        outcome = run(*line.split())
        assert (line, outcome.status, timeless(outcome.out), outcome.err) == (line, status, out, hello)


def test_what_is_wrong_is_shown_by_status_and_verify(
    two: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    run("migrate")
    two.write("migrations/001_a.sql", "CREATE TABLE a (id bigint);")
    connection.execute("INSERT INTO a VALUES (1)")
    status = run("status")
    assert status.status == 0
    assert timeless(status.out).splitlines()[:5] == [
        "  edited     001_a  TIME  postgres",
        "  applied    002_b  TIME  postgres",
        "2 applied, 0 pending",
        "migrations/001_a.sql: error: migrations/001_a.sql was edited after it was applied",
        "why: applied: " + checksum(connection, 1),
    ]
    assert run("status", "--check").status == 1
    verify = run("verify")
    assert verify.status == 1
    assert verify.out == (
        "  failed  a is empty: expected 0, got 1  (manifest.yaml:12:5)\n"
        "  wrong   001_a was edited after it was applied\n"
        "0 of 1 checks hold; 1 more is wrong (2 rows)\n"
    )
    two.entries.pop()
    two.save()
    assert run("verify").out.splitlines()[-2:] == [
        "  wrong   002_b is applied, and the manifest does not know it",
        "0 of 1 checks hold; 2 more are wrong (2 rows)",
    ]
    assert timeless(run("status").out).splitlines()[:3] == [
        "  edited     001_a  TIME  postgres",
        "  unknown    002_b  TIME  postgres",
        "2 applied, 0 pending",
    ]


def checksum(connection: psycopg.Connection, row: int) -> str:
    found = connection.execute("SELECT checksum FROM surefoot.ledger WHERE id = %s", [row]).fetchone()
    assert found is not None
    return str(found[0])


def test_an_edit_is_accepted_with_a_reason(two: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    run("migrate")
    source = two.write("migrations/001_a.sql", "CREATE TABLE a (id int); -- the first one")
    assert run("migrate").status == 3
    accepted = run("accept", "001", "--reason", "a 'comment'")
    assert accepted.status == 0
    assert accepted.out == f"accepted 1 as it is now: {two.load().migrations[0].source.checksum}\n"
    assert run("migrate").out == "nothing to do: 2 applied\n"
    assert run("history").out.splitlines()[-1] == "      a 'comment'"
    assert actions(connection)[2:] == [(1, "accepted")]
    again = run("accept", "1", "--reason", "x")
    assert again.status == 3
    assert again.err.partition("\n")[2] == "error: migration 1 is not edited\nstate: nothing was written\n"
    unknown = run("accept", "7", "--reason", "x")
    assert unknown.status == 3
    assert unknown.err.partition("\n")[2] == "error: migration 7 is not applied\nstate: nothing was written\n"
    assert (run("accept", "x", "--reason", "x").status, run("accept", "1").status) == (2, 2)
    source.write_text("CREATE TABLE a (id int);")
    assert run("migrate").status == 3


def test_a_warning_of_the_server_is_passed_on(folder: ProjectFolder, run: Run) -> None:
    folder.add("001_x.sql", "DO $$ BEGIN RAISE WARNING 'mind the gap'; RAISE NOTICE 'hush'; END $$;")
    folder.save()
    assert timeless(run("migrate").out).splitlines()[1:] == [
        "  warning: mind the gap",
        "  applied  001_x  N ms",
        "1 applied; 1 in all",
    ]


def test_the_ledger_is_printed(two: ProjectFolder, command: Command) -> None:
    nowhere = {"DATABASE_URL": ""}
    assert command("ledger", "--sql", **nowhere) == Outcome(0, ledger_ddl("surefoot").rstrip() + "\n", "")
    for_role = command("ledger", "--sql", "--for", "ann", **nowhere)
    assert for_role == Outcome(0, f"{ledger_ddl('surefoot')}\n{grants('surefoot', 'ann')}".rstrip() + "\n", "")
    two.tail += "ledger: {schema: ops}\n"
    two.save()
    assert command("ledger", "--sql", **nowhere).out == ledger_ddl("ops").rstrip() + "\n"
    bare = command("ledger", **nowhere)
    assert bare == Outcome(2, "", "error: ledger needs to be told what to do\nnext: surefoot ledger --sql\n")


def test_the_ledger_of_a_manifest_that_is_missing_is_not_printed(folder: ProjectFolder, run: Run) -> None:
    assert run("ledger", "--sql", "--manifest", "nowhere.yaml").status == 2


# -- For machines -----------------------------------------------------------------------------------------------------

ERROR_KEYS = {
    "event", "error", "message", "exit_status", "path", "line", "column", "sqlstate", "detail", "hint", "context",
    "why", "state", "next",
}  # fmt: skip


def test_json_from_first_to_last(two: ProjectFolder, command: Command) -> None:
    (status,) = lines_of(command("status", "--json"))
    assert status == {
        "applied": 0,
        "pending": 2,
        "ledger_version": 0,
        "schema_as_left": None,
        "refusal": None,
        "migrations": [
            {"number": 1, "name": "001_a", "phase": "core", "state": "pending", "applied_at": None},
            {"number": 2, "name": "002_b", "phase": None, "state": "pending", "applied_at": None},
        ],
    }
    assert lines_of(command("plan", "--json")) == [{"pending": ["001_a", "002_b"], "applied": 0}]
    migrate = lines_of(command("migrate", "--json"))
    for event in migrate:
        event.pop("duration_ms", None)
    assert migrate == [
        {"event": "ledger_made", "schema": "surefoot", "before": None, "version": LEDGER_VERSION},
        started("001_a", 1, 24),
        {"event": "step_done", "action": "applied", "number": 1, "name": "001_a"},
        started("002_b", 2, 34),
        {"event": "check_passed", "name": "002_b", "check": "two rows"},
        {"event": "step_done", "action": "applied", "number": 2, "name": "002_b"},
        {"event": "done", "applied": ["001_a", "002_b"], "applied_before": 0},
    ]
    verify = lines_of(command("verify", "--json"))
    assert verify == [
        {
            "check": "a is empty",
            "holds": True,
            "expected": "0",
            "got": "0",
            "rows": [["0"]],
            "where": "manifest.yaml:12:5",
            "next": None,
        },
        {"holds": True, "checks": 1, "held": 1, "ledger_rows": 2},
    ]
    history = lines_of(command("history", "--json"))
    assert [set(row) for row in history] == [HISTORY_KEYS] * 2
    assert [row["number"] for row in history] == [1, 2]
    (status,) = lines_of(command("status", "--json"))
    assert [one["applied_at"] for one in status["migrations"]] == [row["finished_at"] for row in history]
    refused = command("rollback", "--json")
    preview = {
        "event": "rollback_preview",
        "steps": ["002_b"],
        "losses": [{"table": "public.b", "column": None, "rows": 2, "is_estimate": False}],
        "changed_rows": [],
        "changed_files": [],
    }
    assert (refused.status, refused.err) == (2, "")
    assert lines_of(refused)[0] == preview
    assert lines_of(refused)[1]["message"] == "this rollback needs consent, and there is nobody to ask"
    rollback = lines_of(command("rollback", "--json", "--yes"))
    assert [event["event"] for event in rollback] == ["rollback_preview", "step_started", "step_done", "done"]
    assert rollback[-1] == {"event": "done", "rolled_back": ["002_b"], "applied_before": 2}


HISTORY_KEYS = {
    "id", "number", "name", "action", "checksum", "rollback_checksum", "started_at", "finished_at", "duration_ms",
    "role", "os_user", "host", "tool_version", "git_commit", "reason", "fingerprint", "previous_hash", "hash",
}  # fmt: skip


def started(name: str, position: int, size: int) -> dict[str, object]:
    return {
        "event": "step_started",
        "action": "applied",
        "number": position,
        "name": name,
        "position": position,
        "total": 2,
        "size": size,
    }


def test_an_error_in_json(folder: ProjectFolder, run: Run) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);\nINSERT INTO x VALUES ('é');")
    folder.save()
    outcome = run("migrate", "--json")
    assert (outcome.status, outcome.err) == (4, "")
    error = lines_of(outcome)[-1]
    assert set(error) == ERROR_KEYS
    assert error | {"state": None, "next": None} == {
        "event": "error",
        "error": "sql",
        "message": 'invalid input syntax for type integer: "é"',
        "exit_status": 4,
        "path": "migrations/001_x.sql",
        "line": 2,
        "column": 23,
        "sqlstate": "22P02",
        "detail": None,
        "hint": None,
        "context": None,
        "why": None,
        "state": None,
        "next": None,
    }


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["status"], 2, "manifest"),
        (["migrate"], 2, "manifest"),
        (["history"], 2, "manifest"),
        (["rollback", "--to", "1", "--steps", "2"], 2, "usage"),
    ],
    ids=str,
)
def test_each_error_is_one_line_of_json(run: Run, arguments: list[str], status: int, word: str) -> None:
    outcome = run(*arguments, "--json")
    (error,) = lines_of(outcome)
    assert (outcome.status, error["error"], error["exit_status"], set(error)) == (status, word, status, ERROR_KEYS)


# -- Usage ------------------------------------------------------------------------------------------------------------


def test_the_version(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path)
    for arguments in ([PROGRAM], [sys.executable, "-m", "surefoot"]):
        done = subprocess.run([*arguments, "--version"], capture_output=True, text=True, env=environment, check=True)
        first, below, *rest = done.stdout.splitlines()
        assert (first, rest, done.stderr) == (f"surefoot {surefoot.__version__}", [], "")
        assert re.fullmatch(r"Python 3\.\S+, psycopg \S+, postgast \S+, libpq \d+\.\d+", below)


def test_without_a_command_there_is_help(run: Run) -> None:
    outcome = run()
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: surefoot [OPTIONS] COMMAND [ARGS]...\n")
    listed = re.findall(r"^  ([a-z]+)  +\S", outcome.err.partition("Daily work:\n")[2], re.MULTILINE)
    assert sorted(listed) == COMMANDS


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["migrat"], "No such command 'migrat'. Did you mean migrate?"),
        (["zzz"], f"No such command 'zzz'. The commands are {', '.join(COMMANDS)}."),
        (["--nope"], "No such option '--nope'."),
        (["status", "--nope"], "No such option '--nope'."),
        (["status", "surplus"], "Got unexpected extra argument (surplus)"),
        (["rollback", "--steps", "0"], "Invalid value for '--steps': 0 is not in the range x>=1."),
        (["rollback", "--steps", "two"], "Invalid value for '--steps': 'two' is not a valid integer range."),
        (["accept", "1"], "Missing option '--reason'."),
        (["new"], "Missing argument 'NAME'."),
        (["init", "--postgres", "9"], "Invalid value for '--postgres': 9 is not in the range 14<=x<=99."),
    ],
    ids=str,
)
def test_wrong_usage(run: Run, arguments: list[str], error: str) -> None:
    outcome = run(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.splitlines()[-1] == f"Error: {error}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    for option in ("-h", "--help"):
        outcome = run(name, option)
        assert (outcome.status, outcome.err) == (0, "")
        assert outcome.out.startswith(f"Usage: surefoot {name} ")
        assert f"\n  surefoot{'-' if name == 'lint' else ' '}{name}" in outcome.out.partition("\nExamples:")[2]
        options = outcome.out.partition("Options:\n")[2].partition("\n\n")[0]
        assert not re.search(r"^  -\S+( \S+)?$", options, re.MULTILINE), "an option without a word of help"


def test_options_that_exclude_one_another(two: ProjectFolder, run: Run) -> None:
    outcome = run("rollback", "--steps", "1", "--to", "0")
    assert outcome == Outcome(2, "", "error: --steps, --to and --phase exclude one another\nnext: give one of them\n")


def test_another_manifest(folder: ProjectFolder, run: Run) -> None:
    deep = ProjectFolder(folder.path / "deep")
    deep.add("001_x.sql", "CREATE TABLE x (id int);")
    deep.save().rename(deep.path / "other.yaml")
    assert run("migrate", "--manifest", "deep/other.yaml").status == 0
    assert run("status", "--check", "-m", str(deep.path / "other.yaml")).status == 0
    missing = run("status", "-m", "nowhere.yaml")
    assert missing == Outcome(
        2,
        "",
        "nowhere.yaml: error: there is no manifest\nnext: surefoot init makes one; --manifest FILE names another\n",
    )


# -- A server that may only be read -----------------------------------------------------------------------------------


def test_a_read_only_database(two: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    surefoot.migrate(two.load(), connection, to="1")
    database = connection.execute("SELECT current_database()").fetchone()
    assert database is not None
    connection.execute(
        sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(sql.Identifier(database[0]))
    )
    before = contents(connection)
    for line in ("migrate", "rollback --yes", "accept 1 --reason x"):
        outcome = run(*line.split())
        assert (outcome.status, outcome.out) == (5, "")
        assert outcome.err.partition("\n")[2] == (
            "error: this session is read-only\n"
            "why: default_transaction_read_only is on for this role or database\n"
            "state: nothing was run\n"
            "next: connect to the primary server (libpq: target_session_attrs=read-write)\n"
        )
    for line in ("status", "plan", "verify", "history"):
        assert run(*line.split()).status == 0
    assert contents(connection) == before


# -- A reader that has gone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["history", "history --json", "status", "ledger --sql"])
def test_a_closed_pipe_is_no_trouble(
    two: ProjectFolder, command: Command, connection: psycopg.Connection, line: str
) -> None:
    surefoot.migrate(two.load(), connection)
    for _ in range(3):
        connection.execute("SELECT surefoot.record('failed', 9, 'x', reason => repeat('x', 100000))")
    done = subprocess.run(
        ["bash", "-c", f'"$1" {line} | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}', "-", PROGRAM],
        cwd=command.folder,
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert "bug in Surefoot" not in done.stderr
    assert done.returncode in (0, 1, 141)


# -- Exit statuses ----------------------------------------------------------------------------------------------------


def test_a_run_that_fails_in_the_middle_says_what_stays(
    folder: ProjectFolder, command: Command, database_url: str
) -> None:
    folder.add("001_a.sql", "CREATE TABLE a (id int);")
    folder.add("002_b.sql", "CREATE TABLE b (id int);")
    folder.add("003_c.sql", "CREATE TABLE c (id int);\nCREATE TABLE a (id int);")
    folder.save()
    outcome = command("migrate")
    assert outcome.status == 4
    assert timeless(outcome.out).splitlines()[1:] == ["  applied  001_a  N ms", "  applied  002_b  N ms"]
    assert outcome.err == greeting(database_url) + (
        'migrations/003_c.sql:2:1: error: relation "a" already exists [42P07]\n'
        "    2 | CREATE TABLE a (id int)\n"
        "      | ^\n"
        "state: nothing of 003_c remains; this run has applied 2: 001_a to 002_b\n"
        "next: mend migrations/003_c.sql and run: surefoot migrate\n"
    )


def test_a_bug_has_its_own_status(two: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surefoot.operations.status.status", lambda *_: 1 / 0)
    outcome = run("status")
    assert outcome.status == 70
    assert "error: this is a bug in Surefoot: ZeroDivisionError: division by zero\n" in outcome.err


def test_a_bug_is_told_where_its_traceback_cannot_be_kept(
    two: ProjectFolder, command: Command, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surefoot.operations.status.status", lambda *_: 1 / 0)
    command.environment["TMPDIR"] = "/nonexistent"
    outcome = run("status")
    assert outcome.status == 70
    assert outcome.err.endswith(
        "error: this is a bug in Surefoot: ZeroDivisionError: division by zero\n"
        "why: its traceback could not be kept: No such file or directory\n"
        "next: export TMPDIR=/a/folder with room, run it again, and report it with the file that is named then\n"
    )


def test_a_place_that_the_system_refuses_is_no_bug(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    (folder.path / "migrations").write_text("a file in the way")
    outcome = run("new", "add orders")
    assert outcome.status == 2
    assert "error: File exists: " in outcome.err
    assert "next: look at the rights to it" in outcome.err
