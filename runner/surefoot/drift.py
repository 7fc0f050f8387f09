"""Drift: the live schema beside what the files build, up to what the ledger says is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import psycopg

from surefoot.built import Built, build, half_done, roles_of
from surefoot.catalog import Catalog, Identity, read_catalog
from surefoot.compare import Difference
from surefoot.connection import losing_explained
from surefoot.drafting.draft import draft
from surefoot.drafting.schema import Schema, read_schema
from surefoot.errors import Refused, SqlFailed
from surefoot.foreign.finding import find_ledgers, objects_of
from surefoot.ledger import Ledger, LedgerState
from surefoot.planner import refuse_others, refuse_untrusted
from surefoot.proving.rounds import opened
from surefoot.scratch.databases import Databases
from surefoot.scratch.given import Given
from surefoot.scratch.local import Local
from surefoot.script import ScriptError, nothing
from surefoot_lint.project import Project

LEFT_OUT = "{} is the ledger of {}, and is left out; drop it once nobody needs it"
NO_DRIFT = (
    "surefoot status says that the schema is not what the last run left: what was changed is no drift, such as another"
    " tool's ledger that was dropped; it says so until the next run"
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A migration, or its rollback, that was begun outside of a transaction; `next_step` are commands to type."""

    number: int
    name: str
    action: str
    next_step: str

    def __str__(self) -> str:
        """Say what was begun, and what to do about it."""
        what = f"{self.name} was begun" if self.action == "applied" else f"the rollback of {self.name} was begun"
        listed = (
            "what it made is listed as extra" if self.action == "applied" else "what it dropped is listed as missing"
        )
        return f"unfinished: {what}; {listed}; finish it first: {self.next_step}"


@dataclass(frozen=True, slots=True)
class Drift:
    """How a live schema differs from what the files build; `missing` and `extra` are said of the live one.

    `halves` are the differences that come from an unfinished migration, with its name. `remarks` are no differences.
    `draft` is the way back, where it was asked for.
    """

    differences: tuple[Difference, ...]
    unfinished: tuple[Unfinished, ...] = ()
    halves: Mapping[Identity, str] | None = None
    remarks: tuple[str, ...] = ()
    draft: str | None = None

    def half_of(self, one: Difference) -> str | None:
        """Name the unfinished migration that a difference comes from."""
        return (self.halves or {}).get(Identity(one.kind, one.identity))


@losing_explained()
def find_drift(
    project: Project,
    connection: psycopg.Connection,
    server: Given | Local,
    waiting: Callable[[], None] = nothing,
    *,
    drafted: bool = False,
) -> Drift:
    """Compare a live schema with what the files build; nothing is written to the live database.

    With `drafted` the way back is written, too. Raises Refused where the files are not what was applied, and what
    `build` raises.
    """
    schema = project.manifest.ledger.schema
    state = _trusted(project, Ledger(connection, schema))
    live = _read_live(connection, schema)
    roles = roles_of(connection, reversed([one.role for one in state.applied]))
    with server.opened(waiting) as databases:
        built, remarks = build(project, [one.number for one in state.applied], databases).as_in(live, roles)
        ledgers = find_ledgers(connection)
        found = built.differences(live, roles, objects_of(ledgers))
        wanted = _read_wanted(built, databases, schema) if drafted and found else None
        unfinished = tuple(_unfinished(project, number, action) for number, action in state.unfinished)
        halves = {
            identity: one.name
            for one in unfinished
            for identity in _halves(found, half_done(project, built, databases, one.number, one.action))
        }
    remarks = (*remarks, *(LEFT_OUT.format(table.shown, tool) for tool, table in ledgers))
    if not found and not unfinished and state.left_fingerprint not in (None, live.fingerprint):
        remarks = (*remarks, NO_DRIFT)
    drift = Drift(found, unfinished, halves, remarks)
    if wanted is None:
        return drift
    whole = [one for one in found if drift.half_of(one) is None]
    return replace(drift, draft=draft(whole, wanted, read_schema(connection, live, schema)))


def _read_wanted(built: Built, databases: Databases, ledger_schema: str) -> Schema:
    with opened(databases, built.name) as trial:
        return read_schema(trial.connection, built.catalog, ledger_schema)


def _read_live(connection: psycopg.Connection, ledger_schema: str) -> Catalog:
    try:
        return read_catalog(connection, ledger_schema=ledger_schema)
    except ScriptError as error:
        raise SqlFailed(
            error.diagnosis,
            state="the schema was not read, and nothing was changed",
            next_step="run it again when nobody holds a lock on the whole of a table",
        ) from error


def _unfinished(project: Project, number: int, action: str) -> Unfinished:
    migration = project.named(number)
    step = f"surefoot migrate (or surefoot abandon {number})" if action == "applied" else "surefoot rollback"
    return Unfinished(number, migration.name if migration else str(number), action, step)


def _halves(found: Iterable[Difference], further: Catalog) -> Iterator[Identity]:
    """Tell which differences are where the unfinished work leads to; an index that is still invalid is, too."""
    for one in found:
        identity = Identity(one.kind, one.identity)
        leads_to = further.objects.get(identity)
        if leads_to == one.after or (one.change == "extra" and leads_to is not None):
            yield identity


def _trusted(project: Project, ledger: Ledger) -> LedgerState:
    state = ledger.read()
    refuse_untrusted(state)
    if not state.version:
        raise Refused(
            "no-ledger",
            "this database has no ledger, so it is not known what the files should have built",
            state="nothing was run",
            next_step="surefoot migrate, or for a database that is there already: surefoot baseline --to NUMBER",
        )
    refuse_others(project, state)
    return state
