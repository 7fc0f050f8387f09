"""`surefoot new`: the files of a migration are made, and listed in the manifest."""

from __future__ import annotations

import re

import pytest
from fix_command import Command, Outcome, Run
from fix_project import HEAD, ProjectFolder

from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.project import Project


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
    project = Project.load(folder.path)
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


@pytest.mark.parametrize("folder_name", ["migrations", "rollbacks"])
def test_what_cannot_be_made_whole_is_not_made(folder: ProjectFolder, run: Run, folder_name: str) -> None:
    before = folder.save().read_bytes()
    folder.write(folder_name, "a file where a folder should be")
    assert run("new", "x").status == 2
    assert (folder.path / "manifest.yaml").read_bytes() == before
    assert [*folder.path.rglob("*001*")] == []


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
    assert Project.load(folder.path).migrations[-1].entry.phase == phase


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
    before = Project.load(folder.path)
    outcome = run("new", "x")
    assert outcome.status == 0, outcome.err
    after = Project.load(folder.path)
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
