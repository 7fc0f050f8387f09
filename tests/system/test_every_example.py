"""Every example on PostgreSQL 15: each file both ways, and all of it by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_command import Command, bare_environment
from fix_dump import dump
from fix_example import EXAMPLES, copied, go_both_ways, load, url_of
from system.fix_debian import BINARIES


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_file_goes_both_ways(request: pytest.FixtureRequest, name: str) -> None:
    project = load(name)
    assert go_both_ways(project, BINARIES, url_of(request, project)) >= 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_forward_and_back_and_forward(request: pytest.FixtureRequest, tmp_path: Path, name: str) -> None:
    url = url_of(request, load(name))
    folder = copied(name, tmp_path).parent
    surefoot = Command(folder, bare_environment(tmp_path) | {"DATABASE_URL": url})
    before = dump(BINARIES, url)
    for arguments in (["migrate"], ["verify"], ["status", "--check"]):
        done = surefoot(*arguments)
        assert done.status == 0, done.out + done.err
    migrated = dump(BINARIES, url)
    assert migrated != before
    back = surefoot("rollback", "--to", "0", "--yes")
    assert back.status == 0, back.err
    assert dump(BINARIES, url) == before
    assert surefoot("migrate").status == 0
    assert dump(BINARIES, url) == migrated
    assert surefoot("verify").status == 0
