"""Every example, every file of it, both ways on PostgreSQL 18."""

from __future__ import annotations

import subprocess

import pytest
from fix_command import PROGRAM
from fix_example import EXAMPLES, FOLDER, applied, go_both_ways, load, seeded, url_of

from surefoot.servers import Server


def test_examples_are_found() -> None:
    assert {"attuned", "goodbuy-hq"} <= set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_file_goes_both_ways(request: pytest.FixtureRequest, server: Server, name: str) -> None:
    project = load(name)
    assert go_both_ways(project, server.binaries, url_of(request, project)) >= 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_linter_finds_no_error(name: str) -> None:
    linter = [PROGRAM.with_name("surefoot-lint"), FOLDER / name]
    done = subprocess.run(linter, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_seeds_can_be_run_twice(request: pytest.FixtureRequest, name: str) -> None:
    url = url_of(request, load(name))
    applied(name, url)
    seeded(name, url)
    seeded(name, url)
