from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from fix_git import commit, git, make_repository

from surefoot_lint.errors import GitError
from surefoot_lint.git import open_repository

SHALLOW = "git fetch --unshallow; in GitHub Actions give actions/checkout fetch-depth: 0"


def refusal(folder: Path, ref: str = "main") -> tuple[str, str | None]:
    with pytest.raises(GitError) as caught:
        open_repository(folder).merge_base(ref)
    assert (caught.value.word, caught.value.exit_status) == ("git", 2)
    return caught.value.what, caught.value.next_step


# -- What prevents it: each has its own message -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "what", "advice"),
    [
        ("", "the base is empty", "name a branch, a tag or a commit: --base origin/main"),
        ("nain", "there is no commit nain in this repository", "git branch --all lists what there is"),
        ("--help", "there is no commit --help in this repository", "git branch --all lists what there is"),
        ("origin/nain", "there is no commit origin/nain in this repository", "git fetch origin nain"),
        ("main:1.sql", "there is no commit main:1.sql in this repository", "git branch --all lists what there is"),
        ("other", "HEAD and other have no commit in common", "name the branch that this one grew from"),
    ],
)
def test_unknown_base(ref: str, what: str, advice: str, tmp_path: Path) -> None:
    make_repository(tmp_path, {"main": {"1.sql": ""}})
    git(tmp_path, "remote", "add", "origin", "nowhere")
    git(tmp_path, "fast-import", stdin=b"commit refs/heads/other\ncommitter a <a> 1 +0000\ndata 0\n")
    assert refusal(tmp_path, ref) == (what, advice)


def test_no_repository(tmp_path: Path) -> None:
    what = f"{tmp_path} lies in no git repository, so it has no base"
    assert refusal(tmp_path) == (what, "leave out --base, or run git init")


def test_no_commit_yet(tmp_path: Path) -> None:
    make_repository(tmp_path, {"main": {"1.sql": ""}})
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/unborn")
    assert refusal(tmp_path) == ("the repository has no commit yet", "commit, or leave out --base")


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    what = "there is no program git on PATH, so the base cannot be looked at"
    assert refusal(tmp_path) == (what, "install git, or leave out --base")


def test_repository_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_repository(tmp_path, {"main": {"1.sql": ""}})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert refusal(tmp_path) == (
        f"git refuses the repository of {tmp_path}, because it belongs to another user",
        f"git config --global --add safe.directory {tmp_path}",
    )


def test_shallow_clone(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    make_repository(first, {"main": {"1.sql": ""}})
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{first}", "second")
    second = tmp_path / "second"
    assert refusal(second, "origin/main") == ("there is no commit origin/main in this shallow clone", SHALLOW)
    git(second, "fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    assert refusal(second, "origin/main") == (
        "HEAD and origin/main have no commit in common in this shallow clone",
        SHALLOW,
    )
    git(second, "fetch", "--quiet", "--unshallow")
    assert open_repository(second).merge_base("origin/main") == git(first, "rev-parse", "main")


# -- What it reads ----------------------------------------------------------------------------------------------------

NAMES = ["a b.sql", "Größe/ü.sql", 'quote".sql', "line\nend.sql", '"quoted".sql', "tab\t.sql", "-x.sql", "*.sql"]


def test_files_of_any_name(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for number, name in enumerate(NAMES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{number}\n\n{number}")
    head = commit(tmp_path)
    repository = open_repository(tmp_path / "Größe")
    blobs = repository.blobs(head, [""])
    assert sorted(blobs) == sorted(NAMES)
    assert repository.ids(NAMES) == blobs
    assert repository.contents(blobs.values())[blobs["line\nend.sql"]] == b"3\n\n3"
    assert set(repository.blobs(head, ["Größe", "*.sql"])) == {"Größe/ü.sql", "*.sql"}
    assert repository.contents([f"{head}:Größe/ü.sql", f"{head}:no such", "0" * 40, blobs["a b.sql"]]) == {
        f"{head}:Größe/ü.sql": b"1\n\n1",
        blobs["a b.sql"]: b"0\n\n0",
    }


def test_paths_inside(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "db" / "migrations").mkdir(parents=True)
    git(top, "init", "--quiet")
    (tmp_path / "link").symlink_to(top / "db")
    (top / "down").symlink_to(top / "db")
    repository = open_repository(tmp_path / "link")
    assert repository.top == top
    assert repository.inside(tmp_path / "link" / "migrations" / "1.sql") == "db/migrations/1.sql"
    assert repository.inside(top / "1.sql") == "1.sql"
    assert repository.inside(tmp_path / "1.sql") is None
    assert repository.folder_inside(top) == ""
    assert repository.folder_inside(top / "down") == "db"
    assert repository.folder_inside(tmp_path) is None


def test_variables_of_a_hook_lead_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, other = tmp_path / "here", tmp_path / "other"
    for folder, text in ((here, "1"), (other, "2")):
        folder.mkdir()
        make_repository(folder, {"main": {"1.sql": text}})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert open_repository(here).top == here
    monkeypatch.setenv("GIT_DIR", ".git")
    assert open_repository(here).merge_base("main")


def test_damaged_repository(tmp_path: Path) -> None:
    make_repository(tmp_path, {"main": {"1.sql": ""}})
    repository = open_repository(tmp_path)
    head = repository.merge_base("main")
    shutil.rmtree(tmp_path / ".git" / "objects")
    (tmp_path / ".git" / "objects").mkdir()
    with pytest.raises(GitError, match="git ls-tree failed: not a tree object") as caught:
        repository.blobs(head, [])
    assert caught.value.next_step == "git fsck looks for the cause"


def test_unmerged_branches_without_our_own(tmp_path: Path) -> None:
    make_repository(tmp_path, {"main": {"1.sql": ""}, "origin/cats": {}, "origin/dogs": {}, "origin/work": {}})
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "main")
    git(tmp_path, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/cats")
    repository = open_repository(tmp_path)
    assert [branch.name for branch in repository.unmerged_branches()] == ["origin/dogs", "origin/cats"]
    git(tmp_path, "remote", "add", "origin", os.devnull)
    git(tmp_path, "config", "branch.work.remote", "origin")
    git(tmp_path, "config", "branch.work.merge", "refs/heads/dogs")
    assert [branch.name for branch in repository.unmerged_branches()] == ["origin/cats"]
    git(tmp_path, "checkout", "--quiet", "--detach", "main")
    assert [branch.name for branch in repository.unmerged_branches()] == ["origin/work", "origin/dogs", "origin/cats"]
