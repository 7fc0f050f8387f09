"""The ledger: every statement that touches it, and what it says as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.pq import Escaping
from psycopg.rows import dict_row

from surefoot.entries import Action, Entries
from surefoot.errors import LedgerNotAllowed, ReadOnlyServer, Refused
from surefoot.ledger_ddl import LEDGER_VERSION, ledger_ddl

if TYPE_CHECKING:
    from surefoot.resume import Progress

PROGRESS_SINCE = 2  # the version of the ledger that has the table
TIMES = ("started_at", "finished_at")
RIGHTS_MISSING = psycopg.errors.InsufficientPrivilege

VERSION_OF_LEDGER = """
SELECT to_regclass(%(ledger)s) IS NOT NULL, to_regprocedure(%(version)s) IS NOT NULL, pg_is_in_recovery(),
    current_setting('transaction_read_only')::boolean
"""
# Behind a pooler two first runs may come here at once, since the lease lies in the ledger.
ONE_MAKER = "SELECT pg_advisory_xact_lock(hashtextextended('the ledger of surefoot is being made', 0))"
# Times are read as texts of our own making, since those of the server depend on its DateStyle and TimeZone.
APPLIED = """
SELECT number, name, checksum, rollback_checksum, applied_id,
    to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'), role, git_commit
FROM {}.applied
"""
LAST_ID = """
SELECT coalesce(max(id), 0),
    (SELECT has_language_privilege(oid, 'USAGE') FROM pg_catalog.pg_language WHERE lanname = 'plpgsql')
FROM {}.ledger
"""
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
UNFINISHED = "SELECT DISTINCT number, action FROM {}.progress ORDER BY number"
PROGRESS = """
SELECT position, line, statement, invalid_before::bigint[], finished_at IS NOT NULL FROM {}.progress
WHERE number = %s AND action = %s ORDER BY position
"""
STARTED = """
SELECT to_char(min(started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')
FROM {}.progress WHERE number = %s AND action = %s
"""
HISTORY = """
SELECT id, number, name, action, checksum, rollback_checksum,
    to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00') AS started_at,
    to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00') AS finished_at,
    duration_ms, role, os_user, host, tool_version, git_commit, reason, rollback_sql, fingerprint, previous_hash, hash
FROM {}.ledger ORDER BY id
"""
LEFT_FINGERPRINT = """
SELECT fingerprint FROM {}.ledger WHERE action NOT IN ('accepted', 'repaired') ORDER BY id DESC LIMIT 1
"""
ROLLBACK_SQL = """
SELECT rollback_sql FROM {}.ledger
WHERE number = %s AND action IN ('applied', 'baselined', 'repaired') ORDER BY id DESC LIMIT 1
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

    `version` is 0 where there is no ledger; `broken` is the first row whose hash does not fit; `unfinished` are the
    numbers of migrations that were begun outside of a transaction, with the action that is unfinished;
    `left_fingerprint` is that of the schema that the last run left, where it could note one; the next one can if this
    role `may_use_blocks`, those of DO.
    """

    version: int = 0
    applied: tuple[Applied, ...] = ()
    last_id: int = 0
    broken: int | None = None
    unfinished: tuple[tuple[int, str], ...] = ()
    left_fingerprint: str | None = None
    may_use_blocks: bool = True


class Ledger(Entries):
    """The ledger of one database, in one schema."""

    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self.connection = connection
        self.schema = schema
        self._name = sql.Identifier(schema)
        super().__init__(self._name.as_string(connection), self._escaped)

    def ensure(self) -> int:
        """Create or upgrade the ledger, in a transaction; give the version that was there, 0 for none.

        Raises LedgerNotAllowed, with the SQL to give to a DBA; ReadOnlyServer; Refused
        for a ledger that a newer Surefoot made.
        """
        before = self._version(must_write=True)
        if before < LEDGER_VERSION:
            try:
                self.connection.execute(f"BEGIN;{ONE_MAKER};{ledger_ddl(self.schema)};COMMIT".encode())
            except RIGHTS_MISSING as error:
                self.connection.execute("ROLLBACK")
                raise self.not_allowed("create" if before == 0 else "upgrade", error.diag.message_primary) from error
        return before

    def read(self) -> LedgerState:
        """Look at the ledger, in one round trip; there need not be one."""
        version = self._version()
        if version == 0:
            return LedgerState()
        queries = sql.SQL(";").join(sql.SQL(q).format(self._name) for q in (APPLIED, LAST_ID, LEFT_FINGERPRINT))
        broken = sql.SQL(BROKEN).format(schema=self._name)
        unfinished = sql.SQL(UNFINISHED if version > 1 else "SELECT 0, '' WHERE {} IS NULL").format(
            self._name if version > 1 else sql.SQL("0")
        )
        try:
            cursor = self.connection.execute(sql.SQL(";").join([queries, broken, unfinished]), prepare=False)
        except RIGHTS_MISSING as error:
            raise self.not_allowed("read", error.diag.message_primary) from error
        applied = tuple(_applied(row) for row in cursor.fetchall())
        cursor.nextset()
        last = cursor.fetchone()
        cursor.nextset()
        left = cursor.fetchone()
        cursor.nextset()
        first_broken = cursor.fetchone()
        cursor.nextset()
        numbers = tuple((int(number), action) for number, action in cursor.fetchall())
        return LedgerState(
            version,
            applied,
            int(last[0]) if last else 0,
            first_broken[0] if first_broken else None,
            numbers,
            left[0] if left else None,
            bool(last[1]) if last else True,
        )

    def count(self) -> int:
        """Count the rows."""
        if self._version() == 0:
            return 0
        row = self.connection.execute(sql.SQL("SELECT count(*) FROM {}.ledger").format(self._name)).fetchone()
        return int(row[0]) if row else 0

    def history(self) -> list[dict[str, Any]]:
        """Give all rows, oldest first, as the ledger's columns."""
        rows = self._rows(HISTORY)
        return [row | {column: datetime.fromisoformat(row[column]) for column in TIMES} for row in rows]

    def chain(self) -> list[dict[str, Any]]:
        """Give all rows, oldest first, as they are hashed: times as texts, the number as one too."""
        return self._rows(HISTORY.replace("US+00:00", 'US"Z"').replace("number,", "number::text AS number,", 1))

    def _rows(self, query: LiteralString) -> list[dict[str, Any]]:
        if self._version() == 0:
            return []
        try:
            with self.connection.cursor(row_factory=dict_row) as cursor:
                return cursor.execute(sql.SQL(query).format(self._name)).fetchall()
        except RIGHTS_MISSING as error:
            raise self.not_allowed("read", error.diag.message_primary) from error

    def rollback_sql(self, number: int) -> str | None:
        """Give the rollback file of an applied migration as it was when that was applied."""
        row = self.connection.execute(sql.SQL(ROLLBACK_SQL).format(self._name), [number]).fetchone()
        return row[0] if row else None

    def progress(self, number: int, action: Action) -> list[Progress]:
        """Give what was begun and done of an unfinished migration; nothing where there is no ledger yet."""
        from surefoot.resume import Progress

        if self._version() < PROGRESS_SINCE:
            return []
        rows = self.connection.execute(sql.SQL(PROGRESS).format(self._name), [number, action])
        return [Progress(position, line, text, tuple(oids), done) for position, line, text, oids, done in rows]

    def begun(self, number: int, action: Action) -> str | None:
        """Tell when the first statement of an unfinished migration was begun, in ISO 8601."""
        row = self.connection.execute(sql.SQL(STARTED).format(self._name), [number, action]).fetchone()
        return row[0] if row else None

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
            raise self.not_allowed("read", error.diag.message_primary) from error
        if version > LEDGER_VERSION:
            raise Refused(
                "newer-ledger",
                f"the ledger is of version {version}, and this Surefoot knows version {LEDGER_VERSION}",
                state="nothing was run",
                next_step="pip install --upgrade surefoot",
            )
        return version

    def _escaped(self, value: str) -> str:
        return bytes(Escaping(self.connection.pgconn).escape_literal(value.encode())).decode()

    def not_allowed(self, what: str, message: str | None) -> LedgerNotAllowed:
        """Make the error of a role that lacks a right on the ledger."""
        role = self.connection.info.user
        return LedgerNotAllowed(
            f"the role {role} may not {what} the ledger: {message}",
            why=f"the ledger is the schema {self.schema} of this database",
            state="nothing was run",
            next_step=f"give this SQL to a DBA: surefoot ledger --sql --for {role}",
        )


def _applied(row: tuple[Any, ...]) -> Applied:
    number, name, checksum, rollback_checksum, applied_id, applied_at, role, git_commit = row
    moment = datetime.fromisoformat(applied_at)
    return Applied(int(number), name, checksum, rollback_checksum, applied_id, moment, role, git_commit)


def _read_only(is_replica: bool) -> ReadOnlyServer:
    return ReadOnlyServer(
        "this server is a read-only replica" if is_replica else "this session is read-only",
        why=None if is_replica else "default_transaction_read_only is on for this role or database",
        state="nothing was run",
        next_step="connect to the primary server (libpq: target_session_attrs=read-write)",
    )
