"""One line of the bench's result, and the time that a program takes."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the result: what was done, by whom, the budget as a ratio if there is one, the seconds of both."""

    what: str
    beside: str
    budget: float | None
    ours: float
    theirs: float

    def __str__(self) -> str:
        """Write the line as Markdown."""
        ratio = self.ours / self.theirs
        times = (
            f"| {self.what} | {self.beside} | {self.ours * 1000:.0f} ms | {self.theirs * 1000:.0f} ms | {ratio:.2f} "
        )
        if self.budget is None:
            return f"{times}| | |"
        return f"{times}| {self.budget:.2f} | {'within' if ratio <= self.budget else 'over'} |"


def timed(command: list[str], statuses: tuple[int, ...] = (0,), **environment: str) -> float:
    """Run a program and give the seconds it took; it must end with one of the statuses."""
    began = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in statuses:
        raise SystemExit(f"{command[0]} failed with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return seconds
