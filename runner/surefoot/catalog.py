"""A database's schema as frozen data, and its fingerprint: both from the one query in catalog.sql."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import psycopg
from psycopg import pq, sql

from surefoot.script import Script, ScriptError, run

DEFAULT_LEDGER = "surefoot"
# What the server's own words for a definition depend on, and what would make them slow.
SETTINGS = {
    "search_path": "pg_catalog, pg_temp",  # unless it is named last, temporary tables come first
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "lc_monetary": "C",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "jit": "off",
}
SAVEPOINT = "surefoot_catalog"
# What is found and replaced in catalog.sql.
LAST, ONLY = "\nSELECT ", "/* only */"
LINE = "json_build_array(kind, name, definition)::text"
LISTING = "SELECT coalesce(string_agg(line, E'\\n' ORDER BY convert_to(line, 'UTF8')), '') FROM ({}) AS catalog (line)"
# Text of a PL/pgSQL block: whatever goes wrong is a warning, and the settings go back with the block's savepoint.
KEEPING = """
DO $surefoot$
DECLARE
    taken text := '';
BEGIN
    BEGIN
        {settings};
        taken := ({digest});
        RAISE EXCEPTION 'done' USING ERRCODE = 'SF005';
    EXCEPTION
        WHEN SQLSTATE 'SF005' THEN NULL;
        WHEN others THEN RAISE WARNING 'the fingerprint of the schema was not taken: %', SQLERRM;
    END;
    PERFORM pg_catalog.set_config('surefoot.fingerprint', taken, true);
END
$surefoot$
"""
KEPT = "nullif(pg_catalog.current_setting('surefoot.fingerprint', true), '')"
# It waits for a lock while the migration holds its own.
LOCK_TIMEOUT = "100ms"
DIGEST = "SELECT concat('sha256:', encode(sha256(convert_to(({}), 'UTF8')), 'hex'))"


class Identity(NamedTuple):
    """What names an object: its kind in lower case, and its qualified name, a column's with its table's in front."""

    kind: str
    name: str

    def __str__(self) -> str:
        """Write it as `column public.leads.email`."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The objects of a schema with their definitions, in the server's words, and the fingerprint of all of it."""

    objects: Mapping[Identity, str]
    fingerprint: str


def fingerprint(connection: psycopg.Connection, *, ledger_schema: str = DEFAULT_LEDGER) -> str:
    """Compute the fingerprint of the schema in the server: `sha256:` and 64 digits, in one round trip.

    It is what `read_catalog` gives, for less traffic. Raises as that does.
    """
    return ask(connection, DIGEST.format(_listing(ledger_schema)))


def keep_fingerprint(ledger_schema: str) -> tuple[str, ...]:
    """Write the statements that compute the fingerprint within a transaction, for a later one to use as KEPT.

    They do not fail: for a lock that is not to be had at once, or any other error, KEPT is null, and there is a
    warning. Only cancelling ends the transaction. Settings stay as they are, but statement_timeout is reset.
    """
    settings = SETTINGS | {"lock_timeout": LOCK_TIMEOUT}
    block = KEEPING.format(settings="; ".join(_set_local(settings)), digest=DIGEST.format(_listing(ledger_schema)))
    # Not SET LOCAL: after RESET ALL in the same transaction, that would leave a setting of the session behind.
    return "SET statement_timeout = 0", block, "RESET statement_timeout"


def read_catalog(connection: psycopg.Connection, *, ledger_schema: str = DEFAULT_LEDGER) -> Catalog:
    """Read all objects of the schema, but for the system's, the ledger's and those of extensions.

    It works within an open transaction too, and leaves that and all settings as they were. Raises
    ScriptError when the server refuses, such as for a lock that another session holds on a view's table.
    """
    text = ask(connection, _listing(ledger_schema))
    rows = [json.loads(line) for line in text.split("\n") if line]
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Catalog({Identity(kind, name): definition for kind, name, definition in rows}, f"sha256:{digest}")


@cache
def query_of(*hidden: str, only: str = "") -> str:
    """Write the query for the schema without its last SELECT, which may be of `listed` or of `line`.

    Schemas that are hidden are not in it; `only` is a condition on the objects, `o`.
    """
    text = resources.files("surefoot").joinpath("catalog.sql").read_text(encoding="utf-8")
    query, _, last = text.rpartition(LAST)
    assert last
    names = ", ".join(sql.Literal(name).as_string() for name in hidden)
    return query.replace(":'ledger'", names).replace(ONLY, f"AND ({only})" if only else "")


def _set_local(settings: Mapping[str, str]) -> list[str]:
    lists = {name: ", ".join(f"'{part}'" for part in value.split(", ")) for name, value in settings.items()}
    return [f"SET LOCAL {name} = {values}" for name, values in lists.items()]


@cache
def _listing(ledger_schema: str) -> str:
    """Write the query for all lines as one text."""
    return LISTING.format(f"{query_of(ledger_schema)}\nSELECT {LINE} FROM line")


def ask(connection: psycopg.Connection, query: str) -> str:
    """Ask for one value under our own settings, which are taken back at once, in one round trip.

    Raises ScriptError when the server refuses.
    """
    is_open = connection.info.transaction_status != pq.TransactionStatus.IDLE
    opening, closing = ["BEGIN"], ["ROLLBACK"]
    if is_open:
        opening = [f"SAVEPOINT {SAVEPOINT}"]
        closing = [f"ROLLBACK TO SAVEPOINT {SAVEPOINT}", f"RELEASE SAVEPOINT {SAVEPOINT}"]
    settings = _set_local(SETTINGS)
    try:
        done = run(connection, Script.of([*opening, *settings, query, *closing]))
    except BaseException:
        if not connection.closed and connection.info.transaction_status != pq.TransactionStatus.IDLE:
            with suppress(ScriptError):  # in a transaction that had failed before there is no savepoint
                run(connection, Script.of(closing))
        raise
    return done[len(opening) + len(settings)].value or ""
