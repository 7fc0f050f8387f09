"""Lay a diagram out with Graphviz: its program `dot`, or else the library in the package pygraphviz."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec

from surefoot_lint.errors import UsageError

# In a process of its own: what the library says on standard error, or dies of, stays there.
BY_THE_LIBRARY = """
import sys, pygraphviz
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(pygraphviz.AGraph(string=text).draw(format="svg", prog="dot"))
"""
PATIENCE_SECONDS = 120
ADVICE = "pip install 'surefoot[document]'; or apt-get install graphviz, brew install graphviz"


def find_graphviz() -> list[str]:
    """Give the command that takes a diagram and writes SVG. Raises UsageError where there is none."""
    if program := shutil.which("dot"):
        return [program, "-Tsvg"]
    if find_spec("pygraphviz"):
        return [sys.executable, "-c", BY_THE_LIBRARY]
    raise UsageError(
        "the diagram needs Graphviz, and it is not here",
        why="neither the program `dot` nor the package pygraphviz was found",
        next_step=ADVICE,
    )


def laid_out(diagram: str) -> str:
    """Give a diagram as SVG. Raises UsageError where there is no Graphviz, or it does not come to an end."""
    try:
        done = subprocess.run(
            find_graphviz(),
            input=diagram,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(
            f"Graphviz has not laid the diagram out within {PATIENCE_SECONDS} seconds",
            next_step="write the page in Markdown, without --html",
        ) from error
    if done.returncode or "<svg" not in done.stdout:
        raise UsageError(
            "Graphviz has not laid the diagram out",
            why=done.stderr.strip() or f"it ended with status {done.returncode}",
            next_step=f"install another version of it: {ADVICE}",
        )
    return done.stdout
