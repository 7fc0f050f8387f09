"""What git knows of the files: the commit that a branch grew from, and the files there; it changes nothing.

Objects are read, never a checkout. Each question is one process, however many files it is about.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.errors import GitError
from surefoot_lint.paths import shown_path

# What a hook of git sets for its own repository, and what would lead us to another (`git rev-parse --local-env-vars`).
HOOK_VARIABLES = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE"),
    *("GIT_SHALLOW_FILE", "GIT_QUARANTINE_PATH", "GIT_INTERNAL_SUPER_PREFIX"),
)
# Its messages are read, so they must be English; it takes no lock, asks nothing, and takes paths as they are.
OWN_VARIABLES = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1"}
MOST_BRANCHES = 200
FULL_HISTORY = "git fetch --unshallow; in GitHub Actions give actions/checkout fetch-depth: 0"
TREE_ENTRY = b"(?s)[0-7]+ ([^\0]+)\0.{%d}"  # Git's manual, "gitformat-tree": mode, name, the object's id in bytes


class Branch(NamedTuple):
    """A branch of another repository, as it was when it was fetched: `origin/dogs`."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with its files, the top of which has no link in its path; paths in it are written from there."""

    top: Path
    is_shallow: bool
    _known: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)

    def inside(self, file: Path) -> str | None:
        """Write the path of a file as the repository knows it, links followed; nothing where it lies outside."""
        parent, name = os.path.split(file.resolve() if file.is_symlink() else file)
        if parent not in self._known:
            self._known[parent] = self.folder_inside(Path(parent))
        folder = self._known[parent]
        return name if folder == "" else folder and f"{folder}/{name}"

    def folder_inside(self, folder: Path) -> str | None:
        """Write the path of a folder as the repository knows it, empty for its top; nothing where it lies outside."""
        real = folder.resolve()
        return real.relative_to(self.top).as_posix().removeprefix(".") if real.is_relative_to(self.top) else None

    def merge_base(self, ref: str) -> str:
        """Find the commit that HEAD and a branch, a tag or another commit grew from. Raises GitError."""
        commit = "" if ref.startswith("-") else self._answer("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        if not ref or not commit:
            raise self._unknown(ref)
        if not self._answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
            raise GitError("the repository has no commit yet", next_step="commit, or leave out --base")
        shared = self._answer("merge-base", "HEAD", commit)
        if not shared:
            raise GitError(
                f"HEAD and {ref} have no commit in common{' in this shallow clone' * self.is_shallow}",
                next_step=FULL_HISTORY if self.is_shallow else "name the branch that this one grew from",
            )
        return shared

    def blobs(self, commit: str, folders: Iterable[str]) -> dict[str, str]:
        """List the files of a commit in some folders, or at some paths, and the ids of their contents."""
        paths = [] if "" in folders else list(folders)
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
        entries = (os.fsdecode(entry).partition("\t") for entry in listed.split(b"\0") if entry)
        return {path: about.split(" ")[2] for about, _, path in entries}

    def ids(self, paths: Sequence[str]) -> dict[str, str]:
        """Compute the ids that files on disk would get if they were committed, with line ends converted as set."""
        if not paths:
            return {}
        answer = self._run("hash-object", "--stdin-paths", input=b"\n".join(map(_quoted, paths)))
        return dict(zip(paths, answer.decode().split(), strict=True))

    def contents(self, names: Iterable[str]) -> dict[str, bytes]:
        """Read objects by their ids, or by commit and path (`1a2b3c:db/migrations`), and leave out what is not there.

        A folder is read as git keeps it: see `names_in`.
        """
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return {}
        answer = self._run("cat-file", "--batch", input=b"".join(os.fsencode(name) + b"\n" for name in wanted))
        return _cut(wanted, answer)

    def unmerged_branches(self) -> list[Branch]:
        """List the branches of other repositories that HEAD does not hold, the newest first; not its own copy there."""
        form = "%(refname:lstrip=2)%00%(objectname)%00%(symref)"
        listed = self._lines(
            *("for-each-ref", "--no-merged=HEAD", "--sort=-committerdate", f"--count={MOST_BRANCHES}"),
            *(f"--format={form}", "refs/remotes"),
        )
        own = self._own_branches()
        return [
            Branch(name, commit)
            for name, commit, link in (line.split("\0") for line in listed)
            if not link and name not in own and name.partition("/")[2] not in own
        ]

    def references(self) -> list[str]:
        """List the branches and tags by the names that people use, the newest first."""
        refs = ("refs/heads", "refs/remotes", "refs/tags")
        return self._lines("for-each-ref", "--sort=-creatordate", "--format=%(refname:short)", *refs)

    def _own_branches(self) -> set[str]:
        """Name the branch that is checked out, and the one that it is pushed to."""
        form = "%(HEAD)%00%(refname:lstrip=2)%00%(upstream:lstrip=2)"
        heads = self._lines("for-each-ref", "--points-at=HEAD", f"--format={form}", "refs/heads")
        return {name for line in heads for name in line.split("\0")[1:] if line.startswith("*") and name}

    def _unknown(self, ref: str) -> GitError:
        if not ref:
            return GitError("the base is empty", next_step="name a branch, a tag or a commit: --base origin/main")
        remote, _, branch = ref.partition("/")
        if self.is_shallow:
            return GitError(f"there is no commit {ref} in this shallow clone", next_step=FULL_HISTORY)
        fetched = remote in self._lines("remote") and branch
        advice = f"git fetch {remote} {branch}" if fetched else "git branch --all lists what there is"
        return GitError(f"there is no commit {ref} in this repository", next_step=advice)

    def _lines(self, *arguments: str) -> list[str]:
        return os.fsdecode(self._run(*arguments)).splitlines()

    def _answer(self, *arguments: str) -> str:
        """Ask for one line; empty where git answers by its status."""
        return _git(self.top, *arguments).stdout.decode().strip()

    def _run(self, *arguments: str, input: bytes = b"") -> bytes:  # noqa: A002
        done = _git(self.top, *arguments, input=input)
        if done.returncode:
            raise GitError(f"git {arguments[0]} failed: {_complaint(done)}", next_step="git fsck looks for the cause")
        return done.stdout


def open_repository(folder: Path) -> Repository:
    """Find the repository that a folder lies in. Raises GitError where there is none, or git refuses it."""
    done = _git(folder, "rev-parse", "--show-toplevel", "--is-shallow-repository")
    if done.returncode:
        raise _refusal(folder, _complaint(done))
    top, shallow = os.fsdecode(done.stdout).removesuffix("\n").rsplit("\n", 1)
    return Repository(Path(top), shallow == "true")


def names_in(tree: bytes, commit: str) -> set[bytes]:
    """List the names in a folder as git keeps it; the commit's id tells how long ids are."""
    return set(re.findall(TREE_ENTRY % (len(commit) // 2), tree))


def _refusal(folder: Path, complaint: str) -> GitError:
    """Say why git does not open a repository."""
    shown = shown_path(folder)
    if "dubious ownership" in complaint or "unsafe repository" in complaint:
        return GitError(
            f"git refuses the repository of {shown}, because it belongs to another user",
            next_step=f"git config --global --add safe.directory {_owner_of(complaint) or folder}",
        )
    if "not a git repository" in complaint or "must be run in a work tree" in complaint:
        return GitError(
            f"{shown} lies in no git repository, so it has no base", next_step="leave out --base, or run git init"
        )
    return GitError(f"git cannot read the repository of {shown}: {complaint}")


def _owner_of(complaint: str) -> str | None:
    found = re.search(r"repository (?:at )?'([^']+)'", complaint)
    return found and found[1]


def _git(folder: Path, *arguments: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:  # noqa: A002
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=input, env=_environment(os.environ), capture_output=True, check=False)
    except FileNotFoundError as error:
        raise GitError(
            "there is no program git on PATH, so the base cannot be looked at",
            next_step="install git, or leave out --base",
        ) from error


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in HOOK_VARIABLES} | OWN_VARIABLES


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """Give the first thing that git complains of, without its `fatal:`."""
    lines = done.stderr.decode(errors="replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return next(iter(fatal or lines), f"it ended with status {done.returncode}")


def _quoted(path: str) -> bytes:
    """Write a path on a line of its own, in C's quotes where it needs them."""
    raw = os.fsencode(path)
    if not raw.startswith(b'"') and b"\n" not in raw and b"\r" not in raw:
        return raw
    return b'"%b"' % b"".join(b"\\%03o" % byte for byte in raw)


def _cut(names: Sequence[str], answer: bytes) -> dict[str, bytes]:
    """Cut what `cat-file --batch` wrote: for each object a line with its size, its content, and a line end."""
    found: dict[str, bytes] = {}
    at = 0
    for name in names:
        end = answer.index(b"\n", at)
        size = answer[at:end].rpartition(b" ")[2]
        at = end + 1
        if size.isdigit():
            found[name] = answer[at : at + int(size)]
            at += int(size) + 1
    return found
