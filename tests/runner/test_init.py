"""`surefoot init`: a project is begun."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_command import Command, Outcome, Run, bare_environment
from fix_project import ProjectFolder

from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.project import Project


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
