"""Drift: the live schema beside what the files build, up to what the ledger says is applied."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg

from surefoot.built import build
from surefoot.catalog import read_catalog
from surefoot.compare import Difference
from surefoot.connection import losing_explained
from surefoot.errors import Refused
from surefoot.operations import status
from surefoot.scratch.given import Given
from surefoot.scratch.local import Local
from surefoot.script import nothing
from surefoot_lint.project import Project

# In the order in which they can go.
DROPPED = {
    "policy": "DROP POLICY IF EXISTS {part} ON {table}",
    "trigger": "DROP TRIGGER IF EXISTS {part} ON {table}",
    "view": "DROP VIEW IF EXISTS {name}",
    "materialized view": "DROP MATERIALIZED VIEW IF EXISTS {name}",
    "table": "DROP TABLE IF EXISTS {name}",
    "constraint": "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {part}",
    "column": "ALTER TABLE {table} DROP COLUMN IF EXISTS {part}",
    "index": "DROP INDEX IF EXISTS {name}",
    "sequence": "DROP SEQUENCE IF EXISTS {name}",
    "function": "DROP FUNCTION IF EXISTS {name}",
    "procedure": "DROP PROCEDURE IF EXISTS {name}",
    "schema": "DROP SCHEMA IF EXISTS {name}",
}
PARTS = re.compile(r'(?P<table>.+)\.(?P<part>"(?:[^"]|"")+"|[^."]+)')


@losing_explained()
def find_drift(
    project: Project,
    connection: psycopg.Connection,
    server: Given | Local,
    waiting: Callable[[], None] = nothing,
) -> tuple[Difference, ...]:
    """Compare a live schema with what the files build; nothing is written to the live database.

    `missing` and `extra` are said of the live schema. Raises Refused where the files are not what was applied, and
    what `build` raises.
    """
    found = status(project, connection)
    if found.refusal is not None:
        raise found.refusal
    if not found.ledger.version:
        raise Refused(
            "no-ledger",
            "this database has no ledger, so it is not known what the files should have built",
            state="nothing was run",
            next_step="surefoot migrate, or for a database that is there already: surefoot baseline --to NUMBER",
        )
    live = read_catalog(connection, ledger_schema=project.manifest.ledger.schema)
    numbers = {one.number for one in found.ledger.applied}
    with server.opened(waiting) as databases:
        return build(project, numbers, databases).differences(live)


def draft(differences: tuple[Difference, ...]) -> str:
    """Draft what would bring the live schema back, for a person to review: what is not certain stays a comment."""
    lines = ["-- A draft: read it, complete it, and run it in a transaction. Surefoot never runs it."]
    parts = [one for one in differences if not _lies_within_another(one, differences)]
    order = list(DROPPED)
    parts.sort(key=lambda one: order.index(one.kind) if one.change == "extra" and one.kind in DROPPED else -1)
    lines += [line for one in parts for line in _statement(one)]
    return "\n".join(lines)


def _lies_within_another(one: Difference, all_of_them: tuple[Difference, ...]) -> bool:
    """Tell whether it comes and goes with a table that is extra or missing as a whole."""
    return any(
        other.change == one.change and other.change != "changed" and one.identity.startswith(f"{other.identity}.")
        for other in all_of_them
        if other.kind in ("table", "view", "materialized view")
    )


def _statement(one: Difference) -> list[str]:
    name = " ".join(one.identity.splitlines())  # a name may hold line ends, and must stay within its comment
    if one.change == "extra" and one.kind in DROPPED and name == one.identity:
        match = PARTS.fullmatch(one.identity)
        names = match.groupdict() if match else {"table": "", "part": ""}
        return [f"{DROPPED[one.kind].format(name=one.identity, **names)};"]
    what = {
        "extra": "is there and should not be",
        "missing": "is not there",
        "changed": "is not what the files make it",
    }
    lines = [f"-- by hand: {one.kind} {name} {what[one.change]}"]
    lines += [f"--   wanted: {line}" for line in (one.before or "").splitlines()]
    return lines + [f"--   found:  {line}" for line in (one.after or "").splitlines()]
