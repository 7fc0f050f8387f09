"""Every example project, forward and back and forward, on PostgreSQL 15."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples.command import EXAMPLES, surefoot
from system.test_reference import dump

from surefoot_lint.project import Project

NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/manifest.yaml"))


@pytest.mark.parametrize("example", NAMES)
def test_forward_and_back_and_forward(example: str, supabase_url: str, tmp_path: Path) -> None:
    command = surefoot(example, supabase_url, tmp_path)
    count = len(Project.load(EXAMPLES / example).migrations)
    before = dump(supabase_url)

    done = command("migrate")
    assert (done.status, done.out.splitlines()[-1]) == (0, f"{count} applied; {count} in all"), done.err
    migrated = dump(supabase_url)
    verified = command("verify")
    assert verified.status == 0, verified.out
    assert verified.out.endswith(f"the ledger's chain is intact ({count} rows)\n")

    back = command("rollback", "--to", "0", "--yes")
    assert (back.status, back.out.splitlines()[-1]) == (0, f"{count} rolled back; 0 stay applied"), back.err
    assert dump(supabase_url) == before

    assert command("migrate").status == 0
    assert dump(supabase_url) == migrated
