"""examples/run.py: every project is run and counted, and one that is not as it must be is an error."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from fix_example import EXAMPLES, FOLDER
from fix_project import ProjectFolder

import surefoot
from surefoot.servers import Server


@pytest.fixture
def runner() -> Iterator[ModuleType]:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("run_examples", FOLDER / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_every_project_is_listed(runner: ModuleType) -> None:
    root, *others = runner.manifests()
    assert root == FOLDER.parent / "manifest.yaml"
    assert [manifest.parent.name for manifest in others] == EXAMPLES


def test_a_project_is_counted(runner: ModuleType, server: Server) -> None:
    row = runner.measure(server, FOLDER / "attuned/manifest.yaml")
    assert (row.project, row.migrations, row.tables, row.policies) == ("attuned", 12, 15, 36)
    assert row.statements > 400
    assert str(row).startswith("| attuned | 12 | ")


def test_what_a_rollback_leaves_is_an_error(runner: ModuleType, folder: ProjectFolder, database_url: str) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int); CREATE TABLE u (id int);", "DROP TABLE t;")
    with pytest.raises(runner.NotAsItMustBe, match="leave tables"):
        runner.there_and_back(folder.load(), database_url)


def test_a_check_that_fails_is_an_error(runner: ModuleType, folder: ProjectFolder, database_url: str) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);", "DROP TABLE t;")
    folder.tail = "checks:\n  - {name: there is a row, sql: SELECT count(*) FROM t, expect: 1}\n"
    with pytest.raises(runner.NotAsItMustBe, match="there is a row"):
        runner.there_and_back(surefoot.Project.load(folder.save()), database_url)


@pytest.mark.parametrize(
    ("value", "verdicts"),
    [
        ({"verdict": "proven", "name": "001"}, ["proven"]),
        ({"migrations": [{"verdict": "proven"}, {"verdict": "lossy"}]}, ["proven", "lossy"]),
        ({"summary": "1 proven"}, []),
    ],
)
def test_verdicts_are_found(runner: ModuleType, value: object, verdicts: list[str]) -> None:
    assert list(runner._verdicts(value)) == verdicts
