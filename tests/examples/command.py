"""What the tests of every example project share: its command line, and the trip that each must make."""

from __future__ import annotations

from pathlib import Path

import psycopg
from examples.schema import schema_of
from fix_command import Command, bare_environment

from surefoot_lint.cli import main as lint

EXAMPLES = Path(__file__).parents[2] / "examples"


def surefoot(example: str, url: str, home: Path) -> Command:
    """Make the command line in an example's folder, on a database where the platform is there already."""
    return Command(EXAMPLES / example, bare_environment(home) | {"DATABASE_URL": url})


def travel(command: Command, url: str, count: int) -> None:
    """Migrate, verify, roll everything back, migrate again; the schema is the same each time."""
    with psycopg.connect(url, autocommit=True) as connection:
        before = schema_of(connection)
        done = command("migrate")
        assert (done.status, done.out.splitlines()[-1]) == (0, f"{count} applied; {count} in all"), done.err
        migrated = schema_of(connection)
        verified = command("verify")
        assert verified.status == 0, verified.out
        assert verified.out.endswith(f"the ledger's chain is intact ({count} rows)\n")
        assert command("migrate").out == f"nothing to do: {count} applied\n"
        back = command("rollback", "--to", "0", "--yes")
        assert (back.status, back.out.splitlines()[-1]) == (0, f"{count} rolled back; 0 stay applied"), back.err
        assert schema_of(connection) == before
        assert command("migrate").status == 0
        assert schema_of(connection) == migrated


def assert_no_errors(example: str) -> None:
    """Lint an example: no finding is an error."""
    assert lint([str(EXAMPLES / example)]) == 0
