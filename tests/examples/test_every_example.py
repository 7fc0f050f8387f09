"""Every example is without errors for the linter; tests/system and `make examples` run it both ways."""

from __future__ import annotations

import subprocess

import pytest
from fix_command import PROGRAM
from fix_example import EXAMPLES, FOLDER, applied, load, seeded, url_of


def test_examples_are_found() -> None:
    assert {"attuned", "goodbuy-hq", "instant-onboarding", "trvl-social"} <= set(EXAMPLES)


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
