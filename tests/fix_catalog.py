"""Schemas to be read: one of everything, and one change of each kind of object."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).with_name("catalogs")
EVERYTHING = (FOLDER / "everything.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Case:
    """A change of one object: the SQL, the definitions before and after, and what else differs then."""

    kind: str
    name: str
    change: str
    before: str
    after: str | None
    given: str = ""
    make: str = ""
    drop: str = ""
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.change}"


CASES = [
    Case(**(row | {"also": tuple(row.get("also", ()))}))
    for row in yaml.safe_load((FOLDER / "kinds.yaml").read_text(encoding="utf-8"))
]
