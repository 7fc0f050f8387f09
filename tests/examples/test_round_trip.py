"""Every example by the command line, both ways on PostgreSQL 18; the prover and tests/system go file by file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fix_command import PROGRAM, Command, bare_environment
from fix_example import EXAMPLES, FOLDER, applied, copied, load, seeded, url_of

from surefoot.catalog import read_catalog
from surefoot.compare import compare
from surefoot.connection import Target, connect


def test_examples_are_found() -> None:
    assert {"attuned", "goodbuy-hq", "instant-onboarding", "trvl-social"} <= set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_all_of_it_goes_both_ways_by_the_command_line(
    request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    project = load(name)
    url, count = url_of(request, project), len(project.migrations)
    command = Command(copied(name, tmp_path).parent, bare_environment(tmp_path) | {"DATABASE_URL": url})
    with connect(Target(url, "the test")) as connection:
        before = read_catalog(connection)
        done = command("migrate")
        assert (done.status, done.out.splitlines()[-1]) == (0, f"{count} applied; {count} in all"), done.err
        migrated = read_catalog(connection)
        verified = command("verify")
        assert verified.status == 0, verified.out
        assert verified.out.endswith(f"the ledger's chain is intact ({count} rows)\n")
        assert command("migrate").out == f"nothing to do: {count} applied\n"
        back = command("rollback", "--to", "0", "--yes")
        assert (back.status, back.out.splitlines()[-1]) == (0, f"{count} rolled back; 0 stay applied"), back.err
        assert compare(before, read_catalog(connection)) == ()
        assert command("migrate").status == 0
        assert compare(migrated, read_catalog(connection)) == ()


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
