"""Ledgers: made, read, of older versions, and whether their chain holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from surefoot.ledger import Ledger
from surefoot.ledger_ddl import ledger_ddl

OLD_LEDGERS = Path(__file__).parent / "runner" / "ledgers"
APPLIED_IN_OLD_LEDGERS = 2
WITHOUT_COMMENT = """
SELECT 'schema ' || nspname FROM pg_namespace
WHERE nspname = 'surefoot' AND obj_description(oid, 'pg_namespace') IS NULL
UNION ALL
SELECT 'relation ' || relname FROM pg_class
WHERE relnamespace = 'surefoot'::regnamespace AND relkind NOT IN ('i', 't') AND obj_description(oid, 'pg_class') IS NULL
UNION ALL
SELECT 'column ' || relname || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'surefoot'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
    AND col_description(attrelid, attnum) IS NULL
UNION ALL
SELECT 'function ' || oid::regprocedure FROM pg_proc
WHERE pronamespace = 'surefoot'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
UNION ALL
SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'surefoot'::regnamespace AND NOT tgisinternal
    AND obj_description(pg_trigger.oid, 'pg_trigger') IS NULL
"""


def history(connection: psycopg.Connection, schema: str = "surefoot") -> list[dict[str, Any]]:
    """Read all rows of a ledger, oldest first."""
    return Ledger(connection, schema).history()


def make_ledger(connection: psycopg.Connection, schema: str = "surefoot") -> None:
    """Make a ledger, or what is missing of it."""
    connection.execute(sql.SQL(ledger_ddl(schema)))


def instant(value: object) -> object:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value


def hash_of(row: dict[str, Any]) -> str:
    """Compute what row_hash() does, from the row alone: a JSON array of previous_hash and the other columns."""
    others = [instant(value) for column, value in row.items() if column not in ("previous_hash", "hash")]
    others[1] = str(row["number"])
    text = json.dumps([row["previous_hash"], *others], ensure_ascii=False, separators=(", ", ": "))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def assert_chain(rows: Sequence[dict[str, Any]]) -> None:
    previous = "none"
    for position, row in enumerate(rows, 1):
        assert row["id"] == position
        assert row["previous_hash"] == previous
        assert row["hash"] == hash_of(row), row
        previous = row["hash"]


@pytest.fixture(params=[1, 2], ids="version {}".format)
def version(request: pytest.FixtureRequest) -> int:
    """A version of the ledger that is no longer the present one."""
    return int(request.param)


@pytest.fixture
def old(connection: psycopg.Connection, version: int) -> psycopg.Connection:
    """A database whose ledger is of an old version and holds the first two of the project's three migrations."""
    connection.execute((OLD_LEDGERS / f"version_{version}.sql").read_bytes())
    return connection
