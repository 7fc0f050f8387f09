"""The command line: what each command says to a person and to a machine, and how it ends."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from fix_command import (
    PATIENCE_SECONDS,
    PROGRAM,
    Command,
    Outcome,
    Run,
    bare_environment,
    greeting,
    timeless,
    wait_until,
)
from fix_contents import actions, contents, tables
from fix_project import HEAD, ProjectFolder
from psycopg import sql

import surefoot
from surefoot import cli
from surefoot.ledger_ddl import LEDGER_VERSION, grants, ledger_ddl
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.project import Project

COMMANDS = sorted(path.stem for path in Path(cli.__file__).with_name("commands").glob("[a-z]*.py"))
WHO = f"postgres ({getpass.getuser()}@{socket.gethostname()})"


def lines_of(outcome: Outcome) -> list[dict[str, Any]]:
    """Read JSON lines; nothing else may stand among them."""
    return [json.loads(line) for line in outcome.out.splitlines()]


@pytest.fixture
def two(folder: ProjectFolder) -> ProjectFolder:
    """A project of two migrations, with a phase, a check and an invariant."""
    folder.add("001_a.sql", "CREATE TABLE a (id int);", "DROP TABLE a;", phase="core")
    folder.add(
        "002_b.sql",
        "CREATE TABLE b AS VALUES (1), (2);",
        "DROP TABLE b;",
        checks="[{name: two rows, sql: SELECT count(*) FROM b, expect: 2}]",
    )
    folder.tail = "checks:\n  - {name: a is empty, sql: SELECT count(*) FROM a, expect: 0}\n"
    folder.save()
    return folder


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
    assert accepted.out == f"accepted 1 as it is now: {load(two).migrations[0].source.checksum}\n"
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


def load(folder: ProjectFolder) -> Project:
    return Project.load(folder.path)


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


# -- init -------------------------------------------------------------------------------------------------------------


def test_init_makes_a_project(tmp_path: Path) -> None:
    home = tmp_path / "My Shop!"
    home.mkdir()
    command = Command(home, bare_environment(tmp_path))
    assert command("init") == Outcome(
        0, "made manifest.yaml, migrations/ and rollbacks/\nnext: surefoot new NAME\n", ""
    )
    assert (home / "manifest.yaml").read_text() == (
        "# The migrations of this project, in the order of their application.\n"
        "surefoot: 1\n"
        "name: My-Shop\n"
        "postgres: 15\n"
        "# platform: supabase   # what the hosting provides, if any\n"
        "settings: {lock_timeout: 5s, statement_timeout: 15min, lock_retries: 5}\n"
        "migrations: []\n"
    )
    assert sorted(path.name for path in home.iterdir()) == [".gitignore", "manifest.yaml", "migrations", "rollbacks"]
    assert (home / ".gitignore").read_text() == ".surefoot/\n"
    assert Project.load(home).migrations == ()


def test_init_overwrites_nothing(folder: ProjectFolder, run: Run) -> None:
    folder.write("migrations/001_x.sql", "SELECT 1;")
    folder.write(".gitignore", "build/")
    assert run("init").status == 0
    before = {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}
    assert before[folder.path / ".gitignore"] == b"build/\n.surefoot/\n"
    assert run("init") == Outcome(2, "", "manifest.yaml: error: there is a manifest already\nnext: surefoot new NAME\n")
    assert {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()} == before


def test_init_keeps_an_ignored_line(folder: ProjectFolder, run: Run) -> None:
    folder.write(".gitignore", ".surefoot/\nbuild/\n")
    assert run("init").status == 0
    assert (folder.path / ".gitignore").read_text() == ".surefoot/\nbuild/\n"


@pytest.mark.parametrize(
    ("arguments", "name", "postgres", "platform"),
    [
        (["--name", "shop"], "shop", 15, None),
        (["--name", "my shop: the 2nd"], "my-shop-the-2nd", 15, None),
        (["--name", "2024"], "2024", 15, None),
        (["--name", "2024-01-02"], "2024-01-02", 15, None),
        (["--name", "2024-13-45"], "2024-13-45", 15, None),
        (["--name", "true"], "true", 15, None),
        (["--name", "null"], "null", 15, None),
        (["--name", "1.5"], "1.5", 15, None),
        (["--name", "0x1F"], "0x1F", 15, None),
        (["--name", "日本"], "project", 15, None),
        (["--postgres", "17", "--supabase"], "deep", 17, "supabase"),
    ],
    ids=str,
)
def test_what_init_makes_can_be_read(
    folder: ProjectFolder, run: Run, arguments: list[str], name: str, postgres: int, platform: str | None
) -> None:
    assert run("init", "very/deep", *arguments).status == 0
    manifest = load_manifest(folder.path / "very/deep/manifest.yaml")
    assert (manifest.name, manifest.postgres, manifest.platform) == (name, postgres, platform)


# -- new --------------------------------------------------------------------------------------------------------------


def test_new_makes_both_files_and_lists_them(folder: ProjectFolder, command: Command) -> None:
    folder.save()
    assert command("new", "add user auth") == Outcome(
        0,
        "made migrations/001_add_user_auth.sql\n"
        "made rollbacks/rollback_001.sql\n"
        "next: write both, then: surefoot migrate\n",
        "",
    )
    assert (folder.path / "migrations/001_add_user_auth.sql").read_text() == "-- Add user auth.\n\n"
    assert (folder.path / "rollbacks/rollback_001.sql").read_text() == (
        "-- Undo 001_add_user_auth.sql: restore exactly what was there before it.\n\n"
    )
    assert (folder.path / "manifest.yaml").read_text() == (
        f"{HEAD}migrations:\n  - file: 001_add_user_auth.sql\n    rollback: rollback_001.sql\n"
    )


@pytest.mark.parametrize(
    ("files", "name", "file"),
    [
        ([], "x", "001_x.sql"),
        (["001_a.sql"], "x", "002_x.sql"),
        (["008_a.sql"], "x", "009_x.sql"),
        (["009_a.sql", "010_b.sql"], "x", "011_x.sql"),
        (["010_b.sql", "009_a.sql"], "x", "011_x.sql"),
        (["999_a.sql"], "x", "1000_x.sql"),
        (["0001_a.sql"], "x", "0002_x.sql"),
        (["1_a.sql"], "x", "002_x.sql"),
        ([], "Add User's   (2nd) E-Mail!", "001_add_user_s_2nd_e_mail.sql"),
        ([], "2024 report", "001_2024_report.sql"),
        (["0041_a.sql"], "2024 report", "0042_2024_report.sql"),
        (["20260102_a.sql"], "x", "20260103_x.sql"),
        ([], "drop_it.", "001_drop_it.sql"),
    ],
)
def test_the_next_number_and_the_name(folder: ProjectFolder, run: Run, files: list[str], name: str, file: str) -> None:
    for known in files:
        folder.add(known, "SELECT 1;")
    folder.save()
    assert run("new", name).status == 0
    assert load_manifest(folder.path / "manifest.yaml").migrations[-1].file == file
    assert (folder.path / "migrations" / file).is_file()
    project = load(folder)
    assert project.migrations[-1].number == max(migration.number for migration in project.migrations)


@pytest.mark.parametrize("name", ["2024 report", "7", "12_x"])
def test_a_name_that_would_change_the_number_is_refused(folder: ProjectFolder, run: Run, name: str) -> None:
    folder.add("20260102_a.sql", "SELECT 1;")
    before = folder.save().read_bytes()
    outcome = run("new", name)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        f"error: {name!r} begins with a number, which would become part of 20260103\nnext: begin it with a word\n"
    )
    assert (folder.path / "manifest.yaml").read_bytes() == before
    assert sorted(path.name for path in (folder.path / "migrations").iterdir()) == ["20260102_a.sql"]


@pytest.mark.parametrize("name", ["", "!?", "日本"])
def test_a_name_without_letters_is_refused(folder: ProjectFolder, run: Run, name: str) -> None:
    folder.save()
    assert run("new", name) == Outcome(
        2, "", f"error: {name!r} holds no letter or digit\nnext: surefoot new 'add user auth'\n"
    )


@pytest.mark.parametrize("file", ["migrations/001_x.sql", "rollbacks/rollback_001.sql"])
def test_a_file_that_is_there_is_not_overwritten(folder: ProjectFolder, run: Run, file: str) -> None:
    before = folder.save().read_bytes()
    folder.write(file, "SELECT 'mine';")
    assert run("new", "x") == Outcome(
        2, "", f"{file}: error: this file is there already\nnext: list it in the manifest\n"
    )
    assert (folder.path / file).read_text() == "SELECT 'mine';"
    assert (folder.path / "manifest.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "phase"), [([], "core"), (["--phase", "shop"], "shop"), (["--phase", "a: b #c"], "a: b #c")], ids=str
)
def test_the_phase_is_that_of_the_last_or_the_given_one(
    folder: ProjectFolder, run: Run, arguments: list[str], phase: str
) -> None:
    folder.add("001_a.sql", "SELECT 1;", phase="core")
    folder.save()
    assert run("new", "x", *arguments).status == 0
    assert load(folder).migrations[-1].entry.phase == phase


def test_new_in_other_folders(folder: ProjectFolder, run: Run) -> None:
    folder.tail = "folders: {migrations: db/up, rollbacks: db/down}\n"
    folder.save()
    assert run("new", "x").out.splitlines()[:2] == ["made db/up/001_x.sql", "made db/down/rollback_001.sql"]


ENTRY = "  - file: 002_x.sql\n    rollback: rollback_002.sql\n"
FLOW_ENTRY = "  - {file: 002_x.sql, rollback: rollback_002.sql, phase: core}\n"
BLOCK = """\
# The head, with "quotes" and ümläuts.

surefoot: 1   # format
name: 'trial'
postgres:    15
settings: { lock_timeout: 5s ,  lock_retries: 5 }

migrations:
  # the first
  - file: "001_a.sql"   # why it is first

    rollback: 'rollback_001.sql'
    phase: core
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{HEAD}migrations:\n  - file: 001_a.sql\n", f"{HEAD}migrations:\n  - file: 001_a.sql\n{ENTRY}"),
        (
            BLOCK,
            f"{BLOCK}{ENTRY}    phase: core\n",
        ),
        (
            f"{HEAD}migrations:\n- file: 001_a.sql\n",
            f"{HEAD}migrations:\n- file: 001_a.sql\n- file: 002_x.sql\n  rollback: rollback_002.sql\n",
        ),
        (
            f"{HEAD}migrations:\n  - file: 001_a.sql\n\n# the end\n",
            f"{HEAD}migrations:\n  - file: 001_a.sql\n{ENTRY}\n# the end\n",
        ),
        (
            f"{HEAD}migrations:\n  - file: 001_a.sql\n\nchecks:\n  - {{name: a, sql: SELECT 1, expect: 1}}\n",
            f"{HEAD}migrations:\n  - file: 001_a.sql\n{ENTRY}\nchecks:\n  - {{name: a, sql: SELECT 1, expect: 1}}\n",
        ),
        pytest.param(
            f"{HEAD}migrations:\n  - file: 001_a.sql",
            f"{HEAD}migrations:\n  - file: 001_a.sql\n{ENTRY}",
        ),
        (
            f"{HEAD}migrations:\n  - {{file: 001_a.sql, phase: core}}\n",
            f"{HEAD}migrations:\n  - {{file: 001_a.sql, phase: core}}\n{FLOW_ENTRY}",
        ),
        (
            f"{HEAD}migrations:\n  - file: 001_a.sql\n".replace("\n", "\r\n"),
            f"{HEAD}migrations:\n  - file: 001_a.sql\n{ENTRY}".replace("\n", "\r\n"),
        ),
    ],
    ids=[
        "block", "comments and spaces", "list at the margin", "comment at the end", "checks after the list",
        "no newline at the end", "flow entry", "CRLF",
    ],
)  # fmt: skip
def test_the_rest_of_the_manifest_stays_byte_for_byte(folder: ProjectFolder, run: Run, before: str, after: str) -> None:
    folder.write("migrations/001_a.sql", "SELECT 1;")
    folder.write("manifest.yaml", before)
    assert run("new", "x").status == 0
    assert (folder.path / "manifest.yaml").read_bytes().decode() == after


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}migrations: []\n",
        f"{HEAD}migrations: []   # none yet\nchecks: []\n",
        f"{HEAD}migrations: [{{file: 001_a.sql}}]\n",
        f"{HEAD}migrations: [{{file: 001_a.sql, phase: core}}, {{file: 002_b.sql}}]  # two\n",
        f"{HEAD}migrations:\n  - file: 001_a.sql\n    phase: core\n".replace("\n", "\r\n"),
        f"{HEAD}migrations: [] # none\n".replace("\n", "\r\n"),
        BLOCK,
        "{surefoot: 1, name: trial, postgres: 15, migrations: [{file: 001_a.sql}]}\n",
        f"{HEAD}migrations:\n  - &one\n    file: 001_a.sql\n",
        f"---\n{HEAD}migrations:\n  - file: 001_a.sql\n...\n",
    ],
    ids=[
        "empty", "empty and more", "flow", "flow of two", "CRLF", "CRLF empty", "comments", "flow of all", "anchor",
        "marked",
    ],
)  # fmt: skip
def test_a_manifest_of_any_style_gets_the_entry(folder: ProjectFolder, run: Run, text: str) -> None:
    for file in ("001_a.sql", "002_b.sql"):
        folder.write(f"migrations/{file}", "SELECT 1;")
    path = folder.write("manifest.yaml", text)
    before = load(folder)
    outcome = run("new", "x")
    assert outcome.status == 0, outcome.err
    after = load(folder)
    assert [m.name for m in after.migrations[:-1]] == [m.name for m in before.migrations]
    assert after.migrations[-1].entry.rollback == f"rollback_{after.migrations[-1].name[:3]}.sql"
    comments = re.findall(r"#.*", text.replace("\r", ""))
    assert [comment for comment in comments if comment not in path.read_text()] == []
    assert after.manifest.settings == before.manifest.settings


def test_a_new_migration_is_refused_until_it_is_written(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    run("new", "x")
    outcome = run("migrate")
    assert outcome.status == 2
    assert "migrations/001_x.sql: error: the file holds no statement\n" in outcome.err


def test_new_without_a_manifest(run: Run) -> None:
    assert run("new", "x") == Outcome(
        2,
        "",
        "manifest.yaml: error: there is no manifest\nnext: surefoot init makes one; --manifest FILE names another\n",
    )


# -- Interrupted ------------------------------------------------------------------------------------------------------


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


# -- A server that may only be read -----------------------------------------------------------------------------------


def test_a_read_only_database(two: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    surefoot.migrate(load(two), connection, to="1")
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


# -- At a terminal ----------------------------------------------------------------------------------------------------


def at_terminal(command: Command, *arguments: str, answer: str = "", **environment: str) -> tuple[int, str]:
    """Run it at a terminal, answer its question, and give the status and all that the terminal showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=command.folder,
        env=command.environment | {"TERM": "xterm"} | environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=partial(fcntl.ioctl, theirs, termios.TIOCSCTTY, 0),  # so that ^C becomes a signal
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := read_terminal(ours):
                shown += chunk
                if answer and b"[y/N]: " in shown:
                    # A ^C between the question and the reading of the answer would be lost: Python looks later.
                    wait_until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_SLEEPING)
                    os.write(ours, answer.encode())
                    answer = ""
        except BaseException:
            process.kill()
            raise
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def read_terminal(terminal: int) -> bytes:
    """Read what a terminal shows, or nothing when nobody is left to write to it."""
    ready, _, _ = select.select([terminal], [], [], PATIENCE_SECONDS)
    assert ready, "nothing was shown for a minute"
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("answer", "status", "last", "left"),
    [
        ("y\n", 0, "1 rolled back; 1 stay applied", ["a"]),
        ("n\n", 0, "nothing was changed", ["a", "b"]),
        ("\n", 0, "nothing was changed", ["a", "b"]),
        ("\x03", 130, "state: nothing was run", ["a", "b"]),
        ("\x04", 130, "state: nothing was run", ["a", "b"]),
    ],
    ids=["yes", "no", "return", "ctrl-C", "ctrl-D"],
)
def test_consent_is_asked_at_a_terminal(
    two: ProjectFolder,
    command: Command,
    connection: psycopg.Connection,
    answer: str,
    status: int,
    last: str,
    left: list[str],
) -> None:
    surefoot.migrate(load(two), connection)
    got, shown = at_terminal(command, "rollback", answer=answer)
    assert got == status
    assert "  table public.b (2 rows)\nGo on? [y/N]: " in shown
    assert click.unstyle(shown.splitlines()[-1]) == last
    assert tables(connection) == left


def test_colours_are_for_terminals_that_want_them(two: ProjectFolder, command: Command) -> None:
    _, coloured = at_terminal(command, "status")
    _, plain = at_terminal(command, "status", NO_COLOR="1")
    assert "\x1b[33mpending" in coloured
    assert "\x1b" not in plain
    assert "\x1b" not in command("status").out


def test_a_run_at_a_terminal_ends_with_its_lines(two: ProjectFolder, command: Command) -> None:
    status, shown = at_terminal(command, "migrate")
    assert status == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert "  applied  001_a  " in plain
    assert plain.rstrip().splitlines()[-1] == "2 applied; 2 in all"


# -- A reader that has gone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["history", "history --json", "status", "ledger --sql"])
def test_a_closed_pipe_is_no_trouble(
    two: ProjectFolder, command: Command, connection: psycopg.Connection, line: str
) -> None:
    surefoot.migrate(load(two), connection)
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
