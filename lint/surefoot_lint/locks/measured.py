"""What each PostgreSQL was seen to do at a statement: one file of data a major version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from surefoot_lint.finding import Blocked

FOLDER = Path(__file__).parent
Work = Literal["rewritten", "emptied", "dropped", "read", "none"]
# From the weakest to the strongest, each with those that it conflicts with (manual: explicit-locking).
CONFLICTS: dict[str, tuple[str, ...]] = {
    "ACCESS SHARE": ("ACCESS EXCLUSIVE",),
    "ROW SHARE": ("EXCLUSIVE", "ACCESS EXCLUSIVE"),
    "ROW EXCLUSIVE": ("SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
    "SHARE UPDATE EXCLUSIVE": (
        *("SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE"),
        *("EXCLUSIVE", "ACCESS EXCLUSIVE"),
    ),
    "SHARE": (
        *("ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE ROW EXCLUSIVE"),
        *("EXCLUSIVE", "ACCESS EXCLUSIVE"),
    ),
    "SHARE ROW EXCLUSIVE": (
        *("ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE"),
        *("EXCLUSIVE", "ACCESS EXCLUSIVE"),
    ),
    "EXCLUSIVE": (
        *("ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE"),
        *("EXCLUSIVE", "ACCESS EXCLUSIVE"),
    ),
    "ACCESS EXCLUSIVE": (
        *("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE"),
        *("EXCLUSIVE", "ACCESS EXCLUSIVE"),
    ),
}
READING, WRITING, CHANGING = "ACCESS SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"


class Touched(NamedTuple):
    """What a statement does to a relation that was there: its strongest lock, and what becomes of the rows.

    `read` says that all of the table was read, `none` that it was not. `name` of an index is `index cat_pkey`.
    """

    name: str
    mode: str
    work: Work

    @property
    def blocks(self) -> Blocked | None:
        """Say whom the lock keeps waiting."""
        return blocked_by(self.mode)


class Measured(NamedTuple):
    """What was measured on one version: `kinds` by their names, each with the relations that it touches."""

    major: int
    version: str
    kinds: Mapping[str, tuple[Touched, ...]]


def blocked_by(mode: str) -> Blocked | None:
    """Say whom a lock keeps waiting: SHARE UPDATE EXCLUSIVE only others of its like, what is weaker none of these."""
    conflicts = CONFLICTS[mode]
    if READING in conflicts:
        return "reads and writes"
    if WRITING in conflicts:
        return "writes"
    return "schema changes" if CHANGING in conflicts and mode == CHANGING else None


@cache
def read_measured(folder: Path = FOLDER) -> tuple[Measured, ...]:
    """Read what was measured on each major version, the oldest first."""
    found = (_read(path) for path in folder.glob("measured_*.json"))
    return tuple(sorted(found, key=lambda measured: measured.major))


def _read(path: Path) -> Measured:
    document = json.loads(path.read_bytes())
    kinds = {name: tuple(Touched(*row) for row in rows) for name, rows in document["kinds"].items()}
    return Measured(document["major"], document["version"], kinds)


def write_measured(measured: Measured, folder: Path = FOLDER) -> Path:
    """Write what was measured on one version into its file, one kind a line, and give the file."""
    kinds = [
        f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps(touched)}" for name, touched in measured.kinds.items()
    ]
    head = f'  "major": {measured.major},\n  "version": {json.dumps(measured.version)},\n  "kinds": {{\n'
    path = folder / f"measured_{measured.major}.json"
    path.write_text("{\n" + head + ",\n".join(kinds) + "\n  }\n}\n", "utf-8", newline="\n")
    return path
