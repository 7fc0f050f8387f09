"""Measure the locks of all kinds of statements on each PostgreSQL that is found, and write the data and the page."""

from __future__ import annotations

from pathlib import Path

from lock_measuring import OLDEST, measure

from surefoot.programs import installed
from surefoot.scratch.local import choose
from surefoot.script import nothing
from surefoot_lint.locks.measured import Measured, read_measured, write_measured
from surefoot_lint.locks.statements import read_statements
from surefoot_lint.pages import write

DOCS = Path(__file__).parents[1] / "docs"


def measured_on(major: int) -> Measured:
    """Measure on a scratch server of a major version."""
    with choose(major).opened(nothing) as databases, databases.scratch.connect(databases.make(None)) as connection:
        return measure(connection, read_statements())


def main() -> None:
    """Measure on every major version, write one file each, and the pages that tell of them."""
    for major in sorted({programs.major for programs in installed("postgres", "initdb")}):
        if major >= OLDEST:
            print(f"{write_measured(measured_on(major)).name}: written")
    read_measured.cache_clear()
    for path in write(DOCS):
        print(f"{path.name}: written")


if __name__ == "__main__":
    main()
