"""The project's own nineteen migrations, forward and back and forward, on PostgreSQL 15."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from fix_command import Command, bare_environment
from fix_dump import dump
from system.fix_debian import BINARIES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def surefoot(supabase_url: str, tmp_path: Path) -> Command:
    """The command line in this repository, on a database where the platform is there already."""
    return Command(ROOT, bare_environment(tmp_path) | {"DATABASE_URL": supabase_url})


def test_forward_and_back_and_forward(surefoot: Command, supabase_url: str) -> None:
    before = dump(BINARIES, supabase_url)
    assert surefoot("status", "--check").status == 1

    done = surefoot("migrate")
    assert done.status == 0, done.err
    assert done.out.splitlines()[-1] == "19 applied; 19 in all"
    migrated = dump(BINARIES, supabase_url)
    assert migrated != before

    again = surefoot("migrate")
    assert (again.status, again.out) == (0, "nothing to do: 19 applied\n")
    assert surefoot("status", "--check").status == 0
    verified = surefoot("verify")
    assert verified.status == 0, verified.out
    assert "failed" not in verified.out
    assert verified.out.endswith("the ledger's chain is intact (19 rows)\n")

    back = surefoot("rollback", "--to", "0", "--yes")
    assert back.status == 0, back.err
    assert back.out.splitlines()[-1] == "19 rolled back; 0 stay applied"
    assert dump(BINARIES, supabase_url) == before

    forward = surefoot("migrate")
    assert forward.status == 0, forward.err
    assert forward.out.splitlines()[-1] == "19 applied; 19 in all"
    assert dump(BINARIES, supabase_url) == migrated
    assert surefoot("verify").out.endswith("the ledger's chain is intact (57 rows)\n")


@pytest.mark.parametrize("steps", [2, 7, 13])
def test_some_back_and_forward(surefoot: Command, supabase_url: str, steps: int) -> None:
    assert surefoot("migrate").status == 0
    migrated = dump(BINARIES, supabase_url)
    back = surefoot("rollback", "--steps", str(steps), "--yes")
    assert back.status == 0, back.err
    assert dump(BINARIES, supabase_url) != migrated
    assert surefoot("migrate").out.splitlines()[-1] == f"{steps} applied; 19 in all"
    assert dump(BINARIES, supabase_url) == migrated
    assert surefoot("verify").status == 0


def test_all_in_one_transaction(surefoot: Command, supabase_url: str) -> None:
    done = surefoot("migrate", "--single-transaction")
    assert done.status == 0, done.err
    assert done.out.splitlines()[-1] == "19 applied; 19 in all"
    with psycopg.connect(supabase_url) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT started_at) FROM surefoot.ledger").fetchone()
    assert row == (19, 1)
