"""The hook for pre-commit, installed from this checkout by the real program into a repository of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fix_git import commit, git
from fix_project import ProjectFolder

ROOT = Path(__file__).parents[2]
NEEDED = ("pyproject.toml", "README.md", ".pre-commit-hooks.yaml", "lint", "runner")
CONFIG = """\
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: surefoot-lint
"""


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("pre-commit")), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def published(folder: Path) -> str:
    """Put what is published of this checkout, as it is now, into a repository, and give its commit."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return commit(folder)


def try_to_commit(folder: Path) -> tuple[int, str]:
    git(folder, "add", "--all")
    done = subprocess.run(["git", "commit", "-m", "more"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_commits_are_checked(tmp_path: Path, folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    project = ProjectFolder(folder.path / "shop")
    rev = published(tmp_path / "surefoot")
    project.path.mkdir()
    git(project.path, "init", "--quiet")
    project.write(".pre-commit-config.yaml", CONFIG.format(url=tmp_path / "surefoot", rev=rev))
    project.add(
        "001_cats.sql", "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n", "DROP TABLE IF EXISTS cat;\n"
    )
    project.save()
    installed = pre_commit(project.path, "install", "--install-hooks")
    assert installed.returncode == 0, installed.stdout + installed.stderr

    status, said = try_to_commit(project.path)
    assert status == 0, said
    assert "surefoot-lint" in said
    assert "Passed" in said

    project.add(
        "002_dogs.sql", "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);\n", "DROP TABLE IF EXISTS dog;\n"
    )
    project.add(
        "02_ants.sql", "CREATE TABLE IF NOT EXISTS ant (id bigint PRIMARY KEY);\n", "DROP TABLE IF EXISTS ant;\n"
    )
    project.save()
    status, said = try_to_commit(project.path)
    assert status == 1
    assert "error FS101 duplicate-number: 02_ants.sql has the number 2, as 002_dogs.sql has" in said
    assert git(project.path, "rev-list", "--count", "HEAD") == "1"

    project.entries.pop()
    (project.path / "migrations/02_ants.sql").unlink()
    (project.path / "rollbacks/rollback_02.sql").unlink()
    project.save()
    status, said = try_to_commit(project.path)
    assert status == 0, said

    project.write("README.md", "No migration.\n")
    status, said = try_to_commit(project.path)
    assert (status, "no files to check" in said) == (0, True)
    assert os.environ["PRE_COMMIT_HOME"].startswith(str(tmp_path))
