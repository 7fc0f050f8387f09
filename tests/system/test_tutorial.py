"""The tutorial is run: each bash block as a newcomer would type it, and its output is what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fix_command import timeless

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
MARK = "::: block"
WHO = {f"GIT_{who}_{what}": "cat" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Block(NamedTuple):
    """What is typed, whether it must fail, and what it must show."""

    script: str
    fails: bool
    shown: str


def blocks(page: Path) -> Iterator[Block]:
    fences = FENCE.findall(page.read_text("utf-8"))
    for (language, about, script), following in zip(fences, [*fences[1:], ("", "", "")], strict=True):
        assert about.strip() in ("", "fails"), about
        if language == "bash":
            yield Block(script, about.strip() == "fails", following[2] if following[0] == "text" else "")


def typed(block: Block) -> str:
    """Write a block for the shell; one that must fail does so by its last command."""
    return f"if ( {block.script} ); then echo 'it did not fail'; exit 99; fi" if block.fails else block.script


def run(page: Path) -> tuple[list[Block], subprocess.CompletedProcess[str]]:
    """Type all blocks of a page into one shell, without a database of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "DATABASE_URL", "GIT_"))}
    clean |= {"PATH": f"{Path(sys.executable).parent}:{clean['PATH']}", **WHO}
    found = list(blocks(page))
    script = "set -e\n" + "".join(f"{typed(block)}\necho '{MARK}'\n" for block in found)
    with tempfile.TemporaryDirectory(prefix="surefoot-tutorial-") as folder:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=clean,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return found, done


def test_the_tutorial_can_be_typed() -> None:
    found, done = run(ROOT / "docs" / "tutorial.md")
    assert done.returncode == 0, done.stdout
    parts = timeless(done.stdout).split(f"{MARK}\n")[:-1]
    assert len(parts) == len(found)
    for block, part in zip(found, parts, strict=True):
        at = 0
        for line in block.shown.splitlines():
            assert line in part[at:], f"{line!r} is not what this shows:\n{part}"
            at = part.index(line, at) + len(line)
