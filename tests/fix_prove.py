"""The prover on the tests' server, without starting one for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from fix_project import ProjectFolder

from surefoot.prove import nobody, prove_in_order
from surefoot.proving.line import subject_of
from surefoot.proving.proof import Proof
from surefoot.scratch.databases import Databases, Scratch
from surefoot.servers import Server

Prove = Callable[..., list[Proof]]


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for scratch servers, not in pytest's: that is closed to their user whenever a pytest begins."""
    with TemporaryDirectory(prefix="surefoot-") as folder:
        yield Path(folder)


@pytest.fixture
def databases(server: Server) -> Iterator[Databases]:
    """Databases of a prover; those that a test leaves are dropped."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        databases = Databases(Scratch(server.url, "the tests' server"), admin)
        yield databases
        databases.drop_all()


@pytest.fixture
def prove(databases: Databases) -> Prove:
    """Prove a project's migrations with these numbers, or all of them."""

    def prove(folder: ProjectFolder, *numbers: int) -> list[Proof]:
        project = folder.load()
        subjects = [subject_of(project, migration) for migration in project.migrations]
        wanted = numbers or [migration.number for migration in project.migrations]
        return prove_in_order(databases, project, subjects, wanted, nobody)

    return prove
