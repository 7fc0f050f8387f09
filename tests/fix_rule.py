"""The examples of rules, as projects in a folder."""

from __future__ import annotations

from pathlib import Path

from fix_git import make_repository

from surefoot_lint.rule import Example

MANIFEST = """\
surefoot: 1
name: example
postgres: 15
settings: {lock_timeout: 5s}
migrations:
"""
ENTRY = "  - {file: %s, irreversible: an example}\n"


def project(migrations: dict[str, str]) -> dict[str, str]:
    manifest = MANIFEST + "".join(ENTRY % name for name in migrations)
    return {"manifest.yaml": manifest, **{f"migrations/{name}": text for name, text in migrations.items()}}


def has_branches(files: Example) -> bool:
    """Tell whether an example says what branches hold (`main:FILE`), and is to be compared with one."""
    return not isinstance(files, str) and any(":" in name for name in files)


def write(folder: Path, files: Example, setup: str = "") -> dict[str, str]:
    """Write an example: a text alone is the last migration of a project; `main:FILE` is that file on a branch."""
    before = {"001_setup.sql": setup} if setup else {}
    texts = (
        dict(files) if not isinstance(files, str) else project(before | {f"{len(before) + 1:03}_example.sql": files})
    )
    branches: dict[str, dict[str, str]] = {}
    for name in [name for name in texts if ":" in name]:
        branch, _, file = name.partition(":")
        branches.setdefault(branch, {})[file] = texts.pop(name)
    if branches and not (folder / ".git").exists():
        make_repository(folder, branches)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(errors="surrogateescape"))
    return texts
