"""The page of locks says what PostgreSQL 15 does."""

from __future__ import annotations

import psycopg
from lock_measuring import measure

from surefoot_lint.locks.measured import read_measured
from surefoot_lint.locks.statements import read_statements


def test_what_is_measured_is_what_is_kept(admin: psycopg.Connection) -> None:
    measured = measure(admin, read_statements())
    (kept,) = (one for one in read_measured() if one.major == measured.major == 15)
    assert measured.kinds == kept.kinds
