"""Git repositories for the tests, made without the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Tom",
    "GIT_AUTHOR_EMAIL": "tom@example.org",
    "GIT_COMMITTER_NAME": "Tom",
    "GIT_COMMITTER_EMAIL": "tom@example.org",
    "GIT_ALLOW_PROTOCOL": "file",
}
COMMIT = "commit {ref}\ncommitter Tom <tom@example.org> {seconds} +0000\ndata 0\n"


def git(folder: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> str:
    """Run git and give what it wrote."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env=clean | SETTINGS | environment,
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def commit(folder: Path, message: str = "more") -> str:
    """Commit all that lies in a folder and give the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def make_repository(folder: Path, branches: Mapping[str, Mapping[str, str]]) -> None:
    """Make a repository with branches by their files, and check none out; HEAD is the branch `work`.

    The first branch is the root, from which the others grow; `origin/x` is a branch of the remote repository.
    """
    git(folder, "init", "--quiet", "--initial-branch=work")
    root = next(iter(branches))
    parts = []
    for seconds, (name, files) in enumerate([*branches.items(), ("work", {})], 1):
        parts.append(COMMIT.format(ref=_ref(name), seconds=seconds))
        parts.append("" if name == root else f"from {_ref(root)}\n")
        for path, text in files.items():
            parts.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")
    git(folder, "fast-import", "--quiet", stdin="".join(parts).encode())


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_git() -> None:
    """Keep the settings of git, and the variables of its hooks, of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    os.environ.update(SETTINGS)


def _ref(branch: str) -> str:
    return f"refs/remotes/{branch}" if branch.startswith("origin/") else f"refs/heads/{branch}"
