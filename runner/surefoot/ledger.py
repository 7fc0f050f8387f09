"""The ledger: every statement that touches it, and what it says as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.pq import Escaping
from psycopg.rows import dict_row

from surefoot.errors import LedgerNotAllowed, ReadOnlyServer, Refused
from surefoot.ledger_ddl import LEDGER_VERSION, ledger_ddl
from surefoot.provenance import Provenance

Action = Literal[
    "applied",
    "rolled_back",
    "data_rolled_back",
    "feature_rolled_back",
    "failed",
    "baselined",
    "accepted",
    "repaired",
]
KEPT_ROLLBACK_BYTES = 1 << 20
RIGHTS_MISSING = psycopg.errors.InsufficientPrivilege

VERSION_OF_LEDGER = """
SELECT to_regclass(%(ledger)s) IS NOT NULL, to_regprocedure(%(version)s) IS NOT NULL, pg_is_in_recovery(),
    current_setting('transaction_read_only')::boolean
"""
APPLIED = "SELECT * FROM {}.applied"
LAST_ID = "SELECT coalesce(max(id), 0) FROM {}.ledger"
BROKEN = """
SELECT id FROM (
    SELECT entry.id, {schema}.row_hash(entry) = entry.hash
        AND entry.id = row_number() OVER in_order
        AND entry.previous_hash = lag(entry.hash, 1, 'none') OVER in_order AS is_intact
    FROM {schema}.ledger AS entry
    WINDOW in_order AS (ORDER BY entry.id)
) AS chain
WHERE NOT is_intact ORDER BY id LIMIT 1
"""
UNFINISHED = "SELECT DISTINCT number FROM {}.progress ORDER BY number"
HISTORY = "SELECT * FROM {}.ledger ORDER BY id"
ROLLBACK_SQL = """
SELECT rollback_sql FROM {}.ledger
WHERE number = %s AND action IN ('applied', 'baselined') ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Applied:
    """A migration that is applied now; `applied_id` is its row in the ledger."""

    number: int
    name: str
    checksum: str | None
    rollback_checksum: str | None
    applied_id: int
    applied_at: datetime
    role: str
    git_commit: str | None


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What the ledger says now: the applied migrations in the order of application.

    `version` is 0 where there is no ledger; `broken` is the first row whose hash does not fit.
    """

    version: int = 0
    applied: tuple[Applied, ...] = ()
    last_id: int = 0
    broken: int | None = None
    unfinished: tuple[int, ...] = ()


class Ledger:
    """The ledger of one database, in one schema."""

    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self.connection = connection
        self.schema = schema
        self._name = sql.Identifier(schema)
        self._schema = self._name.as_string(connection)

    def ensure(self) -> int:
        """Create or upgrade the ledger, in a transaction; give the version that was there, 0 for none.

        Call it under the lock. Raises LedgerNotAllowed, with the SQL to give to a DBA; ReadOnlyServer; Refused
        for a ledger that a newer Surefoot made.
        """
        before = self._version(must_write=True)
        if before < LEDGER_VERSION:
            try:
                self.connection.execute(sql.SQL("BEGIN;{};COMMIT").format(sql.SQL(ledger_ddl(self.schema))))
            except RIGHTS_MISSING as error:
                self.connection.execute("ROLLBACK")
                raise self._not_allowed("create" if before == 0 else "upgrade", error) from error
        return before

    def read(self) -> LedgerState:
        """Look at the ledger, in one round trip; there need not be one."""
        version = self._version()
        if version == 0:
            return LedgerState()
        queries = sql.SQL(";").join(sql.SQL(q).format(self._name) for q in (APPLIED, LAST_ID))
        broken = sql.SQL(BROKEN).format(schema=self._name)
        unfinished = sql.SQL(UNFINISHED if version > 1 else "SELECT 0 WHERE {} IS NULL").format(
            self._name if version > 1 else sql.SQL("0")
        )
        try:
            cursor = self.connection.execute(sql.SQL(";").join([queries, broken, unfinished]))
        except RIGHTS_MISSING as error:
            raise self._not_allowed("read", error) from error
        applied = tuple(Applied(int(number), *rest) for number, *rest in cursor.fetchall())
        cursor.nextset()
        last = cursor.fetchone()
        cursor.nextset()
        first_broken = cursor.fetchone()
        cursor.nextset()
        numbers = tuple(int(row[0]) for row in cursor.fetchall())
        return LedgerState(
            version, applied, int(last[0]) if last else 0, first_broken[0] if first_broken else None, numbers
        )

    def history(self) -> list[dict[str, Any]]:
        """Give all rows, oldest first, as the ledger's columns."""
        if self._version() == 0:
            return []
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(sql.SQL(HISTORY).format(self._name)).fetchall()

    def rollback_sql(self, number: int) -> str | None:
        """Give the rollback file of an applied migration as it was when that was applied."""
        row = self.connection.execute(sql.SQL(ROLLBACK_SQL).format(self._name), [number]).fetchone()
        return row[0] if row else None

    def fence(self, key: int, expected_id: int) -> str:
        """Write the statement that begins a migration's transaction: the lock is held, nothing has come between."""
        return f"SELECT {self._schema}.fence({key}, {expected_id})"

    def record(
        self, action: Action, number: int, name: str, provenance: Provenance, **columns: str | int | None
    ) -> str:
        """Write the statement that adds a row; it answers with the row's hash."""
        values = {"action": action, "number": number, "name": name} | provenance.columns() | columns
        said = (f"{column} => {self._literal(value)}" for column, value in values.items() if value is not None)
        return f"SELECT {self._schema}.record({', '.join(said)})"

    def _literal(self, value: str | int) -> str:
        if isinstance(value, int):
            return str(value)
        return bytes(Escaping(self.connection.pgconn).escape_literal(value.encode())).decode()

    def _version(self, *, must_write: bool = False) -> int:
        names = {"ledger": f'"{self.schema}".ledger', "version": f'"{self.schema}".version()'}
        try:
            row = self.connection.execute(VERSION_OF_LEDGER, names).fetchone()
            assert row is not None
            has_ledger, has_version, is_replica, is_read_only = row
            if must_write and (is_replica or is_read_only):
                raise _read_only(is_replica)
            if not has_ledger:
                return 0
            version = 1
            if has_version:
                found = self.connection.execute(sql.SQL("SELECT {}.version()").format(self._name)).fetchone()
                version = int(found[0]) if found else 1
        except RIGHTS_MISSING as error:
            raise self._not_allowed("read", error) from error
        if version > LEDGER_VERSION:
            raise Refused(
                "newer-ledger",
                f"the ledger is of version {version}, and this Surefoot knows version {LEDGER_VERSION}",
                state="nothing was run",
                next_step="pip install --upgrade surefoot",
            )
        return version

    def _not_allowed(self, what: str, error: psycopg.Error) -> LedgerNotAllowed:
        role = self.connection.info.user
        return LedgerNotAllowed(
            f"the role {role} may not {what} the ledger: {error.diag.message_primary}",
            why=f"the ledger is the schema {self.schema} of this database",
            state="nothing was run",
            next_step=f"give this SQL to a DBA: surefoot ledger --sql --for {role}",
        )


def _read_only(is_replica: bool) -> ReadOnlyServer:
    return ReadOnlyServer(
        "this server is a read-only replica" if is_replica else "this session is read-only",
        why=None if is_replica else "default_transaction_read_only is on for this role or database",
        state="nothing was run",
        next_step="connect to the primary server (libpq: target_session_attrs=read-write)",
    )
