"""The text of the manifest of an adopted project."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from surefoot.layouts.found import Found, Layout
from surefoot.layouts.place import Placement
from surefoot_lint.manifest_edit import scalar
from surefoot_lint.numbering import is_timestamp, number_of

NEVER_FAILS = "SELECT count(found) >= 0 FROM (\n{query}\n) AS found"


@dataclass(frozen=True, slots=True)
class ManifestText:
    """All that the text of a manifest is made of."""

    home: Path
    place: Placement
    layout: Layout
    migrations: tuple[Found, ...]
    phases: Mapping[str, str]
    postgres: int

    def write(self) -> str:
        """Write the manifest."""
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", self.home.name).strip("-._") or "project"
        lines = [
            f"# Adopted from {self.layout.tool}. The list is the order of application.",
            "surefoot: 1",
            f"name: {scalar(name)}",
            f"postgres: {self.postgres}",
            *([f"platform: {self.layout.platform}"] if self.layout.platform else []),
            *self._folders(),
            "settings: {lock_timeout: 5s, statement_timeout: 15min, lock_retries: 5}",
            *(["lint: {gaps: allow}"] if self._has_gaps() else []),
            *self._seeds(),
            "migrations:",
            *(line for one in self.migrations for line in self._entry(one)),
        ]
        return "\n".join(lines) + "\n"

    def _folders(self) -> list[str]:
        folders = [self._below(folder) for folder in (self.place.migrations, self.place.rollbacks)]
        if folders == ["migrations", "rollbacks"]:
            return []
        return [f"folders: {{migrations: {scalar(folders[0])}, rollbacks: {scalar(folders[1])}}}"]

    def _seeds(self) -> list[str]:
        inside = [path for path in self.layout.seeds if path.is_relative_to(self.home)]
        return [f"seeds: [{', '.join(scalar(self._below(path)) for path in inside)}]"] if inside else []

    def _below(self, path: Path) -> str:
        return path.relative_to(self.home).as_posix()

    def _has_gaps(self) -> bool:
        numbers = sorted(number_of(one.name) or 0 for one in self.migrations)
        few = [number for number in numbers if not is_timestamp(number)]
        return not self.place.shared and any(after - before > 1 for before, after in pairwise(few))

    def _entry(self, one: Found) -> list[str]:
        backward = self.place.backward(one)
        files = {other.name: self._file(self.place.forward(other)) for other in self.migrations}
        lines = [f"  - file: {scalar(files[one.name])}"]
        if backward:
            lines.append(f"    rollback: {scalar(backward.relative_to(self.place.rollbacks).as_posix())}")
        if phase := self.phases.get(one.name):
            lines.append(f"    phase: {scalar(phase)}")
        if not one.transaction:
            lines.append("    transaction: false")
        if one.requires:
            lines.append(f"    requires: [{', '.join(scalar(files[name]) for name in one.requires)}]")
        return lines + (["    checks:"] if one.queries else []) + [self._check(one, query) for query in one.queries]

    def _file(self, path: Path) -> str:
        return path.relative_to(self.place.migrations).as_posix()

    def _check(self, one: Found, query: str) -> str:
        """Write a query that must not fail as a check; the row as a whole is counted, so that each column is asked."""
        asked = json.dumps(NEVER_FAILS.format(query=query), ensure_ascii=False)
        return f"      - {{name: {scalar(f'verify {one.name}')}, sql: {asked}, expect: true}}"
