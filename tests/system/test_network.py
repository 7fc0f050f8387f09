"""A runner whose host vanishes, with its network, sends nothing more, not even that it is gone."""

from __future__ import annotations

import psycopg
import pytest
from fix_command import Run
from fix_project import ProjectFolder

LONGEST_SILENCE_SECONDS = 120


@pytest.mark.xfail(strict=True, reason="connection.py leaves keepalives to the systems: two hours on Linux")
def test_both_sides_notice_that_the_other_has_vanished(
    folder: ProjectFolder, run: Run, admin: psycopg.Connection
) -> None:
    """The session that holds the lock ends in minutes, not hours, and so does the wait for a server that is gone."""
    folder.add(
        "001_t.sql",
        "CREATE TABLE t AS SELECT name, setting::int FROM pg_settings WHERE name LIKE 'tcp_keepalives%'"
        " OR name = 'tcp_user_timeout';",
    )
    folder.save()
    assert run("migrate").status == 0
    kept = dict(admin.execute("SELECT name, setting FROM t").fetchall())
    silence = kept["tcp_keepalives_idle"] + kept["tcp_keepalives_interval"] * kept["tcp_keepalives_count"]
    assert 0 < silence <= LONGEST_SILENCE_SECONDS
