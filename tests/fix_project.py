"""Small projects for the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from surefoot_lint.project import Project

HEAD = "surefoot: 1\nname: trial\npostgres: 15\n"


@dataclass
class ProjectFolder:
    """A project's folder that a test writes: files by name, and the manifest's entries."""

    path: Path
    entries: list[str] = field(default_factory=list)
    tail: str = ""

    def add(self, file: str, sql: str, rollback: str | None = "SELECT 1", **keys: str) -> None:
        """Write a migration and its rollback, and list them; `keys` are further lines of the entry."""
        number = file.partition("_")[0]
        self.write(f"migrations/{file}", sql)
        lines = [f"  - file: {file}"]
        if rollback is not None:
            self.write(f"rollbacks/rollback_{number}.sql", rollback)
            lines.append(f"    rollback: rollback_{number}.sql")
        lines += [f"    {key}: {value}" for key, value in keys.items()]
        self.entries.append("\n".join(lines))

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the project, with its line ends as they are."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def save(self) -> Path:
        """Write the manifest."""
        body = "migrations:\n" + "\n".join(self.entries) if self.entries else "migrations: []"
        return self.write("manifest.yaml", f"{HEAD}{body}\n{self.tail}")

    def load(self) -> Project:
        """Write the manifest and read the project."""
        return Project.load(self.save())


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    """An empty project's folder."""
    return ProjectFolder(tmp_path)


@pytest.fixture
def three(folder: ProjectFolder) -> Callable[[], Project]:
    """A project of three migrations, each a table, loaded when it is called."""
    for number, table in enumerate(("one", "two", "three"), 1):
        folder.add(f"{number:03}_{table}.sql", f"CREATE TABLE {table} (id bigint);", f"DROP TABLE IF EXISTS {table};")
    return folder.load


@pytest.fixture
def two(folder: ProjectFolder) -> ProjectFolder:
    """A project of two migrations, with a phase, a check and an invariant."""
    folder.add("001_a.sql", "CREATE TABLE a (id int);", "DROP TABLE a;", phase="core")
    folder.add(
        "002_b.sql",
        "CREATE TABLE b AS VALUES (1), (2);",
        "DROP TABLE b;",
        checks="[{name: two rows, sql: SELECT count(*) FROM b, expect: 2}]",
    )
    folder.tail = "checks:\n  - {name: a is empty, sql: SELECT count(*) FROM a, expect: 0}\n"
    folder.save()
    return folder
