"""The gate before a merge, as a person and as GitHub Actions runs it."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from fix_command import Command, Outcome, Run
from fix_git import commit, git
from fix_project import ProjectFolder

from surefoot import cli
from surefoot.console import Console

CLEAN = "CREATE TABLE IF NOT EXISTS {} (id bigint PRIMARY KEY);\n"
UNDO = "DROP TABLE IF EXISTS {};\n"
ON_GITHUB = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def branch(folder: ProjectFolder) -> ProjectFolder:
    """A project whose first migration is merged, with a flaw that is no matter of the branch."""
    git(folder.path, "init", "--quiet")
    folder.add("001_one.sql", "COMMIT;\n", UNDO.format("one"))
    folder.save()
    commit(folder.path)
    git(folder.path, "checkout", "--quiet", "-b", "work")
    return folder


def grow(branch: ProjectFolder, sql: str = CLEAN.format("two")) -> None:
    branch.add("002_two.sql", sql, UNDO.format("two"))
    branch.save()


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Put a command in the place of the one that proves, which ends as it is told and notes its arguments."""
    noted: list[list[str]] = []

    @click.command(context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @click.pass_obj
    def prove(console: Console, arguments: tuple[str, ...]) -> int:
        noted.append(list(arguments))
        console.say("002_two: differs" if Path("differs").exists() else "002_two: proven")
        return int(Path("differs").exists())

    found = cli.Commands.get_command

    def get_command(self: cli.Commands, ctx: click.Context, name: str) -> click.Command | None:
        return prove if name == "prove" else found(self, ctx, name)

    monkeypatch.setattr(cli.Commands, "get_command", get_command)
    return noted


@pytest.fixture
def unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the command that proves away."""
    found = cli.Commands.get_command

    def get_command(self: cli.Commands, ctx: click.Context, name: str) -> click.Command | None:
        return None if name == "prove" else found(self, ctx, name)

    monkeypatch.setattr(cli.Commands, "get_command", get_command)


# -- The verdict ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unproven")
def test_nothing_was_changed(branch: ProjectFolder, run: Run) -> None:
    out = "nothing found in 0 files\ngate passed: 0 changed files since main, clean\n"
    assert run("gate", "--base", "main") == Outcome(0, out, "")


@pytest.mark.usefixtures("unproven")
def test_good_branch(branch: ProjectFolder, run: Run) -> None:
    grow(branch)
    out = "nothing found in 2 files\ngate passed: 2 changed files since main, clean\n"
    assert run("gate", "--base", "main") == Outcome(0, out, "")


@pytest.mark.usefixtures("unproven")
def test_bad_branch(branch: ProjectFolder, run: Run) -> None:
    grow(branch, "COMMIT;\n")
    branch.write("migrations/003_three.sql", CLEAN)
    done = run("gate", "--base", "main")
    assert (done.status, done.err) == (1, "")
    assert "migrations/002_two.sql:1:1: error TX104" in done.out
    assert "migrations/003_three.sql: error FS301" in done.out
    assert "001_one" not in done.out
    assert done.out.splitlines()[-1] == "gate failed: 2 changed files since main, 2 findings to mend"


def test_proof(branch: ProjectFolder, run: Run, proofs: list[list[str]]) -> None:
    grow(branch)
    done = run("gate", "--base", "main")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1:] == [
        "002_two: proven",
        "gate passed: 2 changed files since main, clean, proven both ways",
    ]
    branch.write("differs", "")
    done = run("gate", "--base", "main")
    assert (done.status, done.err) == (1, "")
    assert done.out.splitlines()[1:] == [
        "002_two: differs",
        "gate failed: 2 changed files since main, clean, not proven",
    ]
    assert proofs == [["--changed", "--base", "main", "--manifest", "manifest.yaml"]] * 2


def test_nothing_to_prove(branch: ProjectFolder, run: Run, proofs: list[list[str]]) -> None:
    assert run("gate", "--base", "main").status == 0
    done = run("gate", "--base", "nain")
    assert (done.status, done.out.splitlines()[-1]) == (1, "gate failed: the base nain is not known")
    assert "error FS205 unknown-base: there is no commit nain in this repository" in done.out
    assert proofs == []


def test_formats_for_programs_have_the_output_to_themselves(
    branch: ProjectFolder, run: Run, proofs: list[list[str]]
) -> None:
    grow(branch, "COMMIT;\n")
    done = run("gate", "--base", "main", "--format", "json", **ON_GITHUB)
    assert (done.status, json.loads(done.out)["failing"], len(proofs)) == (1, 1, 1)
    assert done.err == (
        "002_two: proven\ngate failed: 2 changed files since main, 1 finding to mend, proven both ways\n"
    )


# -- Wrong usage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("environment", [{}, {"GITHUB_BASE_REF": "main"}, ON_GITHUB | {"GITHUB_BASE_REF": ""}])
def test_no_base(environment: dict[str, str], branch: ProjectFolder, run: Run) -> None:
    assert run("gate", **environment) == Outcome(
        2,
        "",
        "error: no base is named, so it is not known what the branch changes\n"
        "why: only a pull request in GitHub Actions says by itself what its base is\n"
        "next: name it: --base origin/main\n",
    )


@pytest.mark.parametrize(
    "arguments", [["--base"], ["--form", "x", "--base", "main"], ["--base", "main", "-m", "x.yaml"]]
)
def test_wrong_usage(arguments: list[str], branch: ProjectFolder, run: Run) -> None:
    done = run("gate", *arguments)
    assert (done.status, done.out) == (2, "")


# -- GitHub Actions ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unproven")
def test_pull_request(branch: ProjectFolder, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(branch.path, "update-ref", "refs/remotes/origin/main", "main")
    shop = branch.path / "shop"
    shop.mkdir()
    for name in ("migrations", "rollbacks", "manifest.yaml"):
        (branch.path / name).rename(shop / name)
    ProjectFolder(shop, branch.entries).add("002_two.sql", "COMMIT;\n", UNDO.format("two"))
    ProjectFolder(shop, branch.entries).save()
    monkeypatch.chdir(shop)
    page = tmp_path / "page.md"
    page.write_text("# Before\n")
    variables = ON_GITHUB | {"GITHUB_BASE_REF": "main", "GITHUB_WORKSPACE": str(branch.path)}
    done = run("gate", **variables, GITHUB_STEP_SUMMARY=str(page))
    assert (done.status, done.err) == (1, "")
    annotations = [line for line in done.out.splitlines() if line.startswith("::")]
    assert annotations[0].startswith("::error file=shop/migrations/002_two.sql,line=1,col=1,title=TX104 ")
    outcome = done.out.splitlines()[-1]
    assert outcome == "gate failed: 2 changed files since origin/main, 1 finding to mend"
    assert page.read_text().startswith(f"# Before\n## {outcome}\n\n### surefoot-lint: 1 error in 2 files\n")


# -- As a process -----------------------------------------------------------------------------------------------------


def test_process(branch: ProjectFolder, command: Command) -> None:
    done = command("gate", "--base", "main")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "gate passed: 0 changed files since main, clean"


# -- With the prover itself -------------------------------------------------------------------------------------------


def merged(folder: ProjectFolder, sql: str, undo: str) -> None:
    """Make a project whose first migration is merged, and one on a branch."""
    git(folder.path, "init", "--quiet")
    folder.add("001_one.sql", CLEAN.format("one"), UNDO.format("one"))
    folder.save()
    commit(folder.path)
    git(folder.path, "checkout", "--quiet", "-b", "work")
    folder.add("002_two.sql", sql, undo)
    folder.save()


def test_proven_branch_is_merged(folder: ProjectFolder, run: Run) -> None:
    merged(folder, CLEAN.format("two"), UNDO.format("two"))
    outcome = run("gate", "--base", "main")
    assert (outcome.status, outcome.out.splitlines()[-1]) == (
        0,
        "gate passed: 2 changed files since main, clean, proven both ways",
    )


def test_wrong_rollback_is_not_merged(folder: ProjectFolder, run: Run) -> None:
    unread = "EXECUTE 'DROP TABLE IF EXISTS ' || quote_ident('{}');"
    hidden = f"DO $$ BEGIN {unread.format('two')} {unread.format('one')} END $$;\n"
    merged(folder, CLEAN.format("two"), hidden)
    outcome = run("gate", "--base", "main")
    assert outcome.status == 1
    assert "missing: table public.one" in outcome.out
    assert outcome.out.splitlines()[-1] == "gate failed: 2 changed files since main, clean, not proven"


def test_file_that_cannot_be_run_is_not_proven(branch: ProjectFolder, run: Run) -> None:
    grow(branch, "COMMIT;\n")
    outcome = run("gate", "--base", "main")
    assert outcome.status == 1
    assert "TX104" in outcome.out
    assert "not proven" in outcome.err
    assert outcome.out.splitlines()[-1].endswith("1 finding to mend, not proven")
