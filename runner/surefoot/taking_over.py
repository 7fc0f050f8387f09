"""Take over a database that is there already: note its migrations as applied, once its schema is shown to be theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import psycopg

from surefoot.built import Built, build, roles_of
from surefoot.catalog import read_catalog
from surefoot.connection import losing_explained
from surefoot.errors import Refused
from surefoot.events import Listener, ignore
from surefoot.foreign.finding import find_ledgers, objects_of, refuse_moved
from surefoot.foreign.matching import Matched
from surefoot.foreign.model import ForeignLedger
from surefoot.ledger import Ledger, LedgerState
from surefoot.operations.run import Turn, locked
from surefoot.planner import refuse_untrusted
from surefoot.provenance import provenance_of
from surefoot.scratch.given import Given
from surefoot.scratch.local import Local
from surefoot.script import Script, nothing
from surefoot.step import KEPT_ROLLBACK_BYTES
from surefoot_lint.project import Migration, Project

SHOWN = 20


class Source(NamedTuple):
    """What another tool's ledger tells: of each number; which objects are the tool's own; whether it is still so."""

    told: Mapping[int, str]
    objects: Collection[str]
    confirm: Callable[[], None]


def source_of(connection: psycopg.Connection, ledger: ForeignLedger, matched: Matched) -> Source:
    """Take a ledger that was read, and matched with the manifest, for what is applied."""
    told = {one.migration.number: f"{ledger.tool}: {one.told}" for one in matched.migrations}
    return Source(told, ledger.table.objects, partial(refuse_moved, connection, ledger))


def take_over(
    project: Project,
    connection: psycopg.Connection,
    last: int,
    server: Given | Local | None,
    unproven: str | None = None,
    listener: Listener = ignore,
    waiting: Callable[[], None] = nothing,
    source: Source | None = None,
) -> tuple[Migration, ...]:
    """Note all migrations up to a number as applied, in one transaction; nothing of them is run.

    The live schema must equal what the files build on the scratch server; with `unproven`, the reason why that is not
    asked, no server is needed. What the `source` tells of a migration is a reason, too. Raises Refused: another
    schema, a ledger that has rows, an unknown number, a source that has changed meanwhile.
    """
    wanted = _wanted(project, last)
    schema = project.manifest.ledger.schema
    with losing_explained():
        _refuse_rows(Ledger(connection, schema).read())
        built = _built(project, wanted, server, waiting) if server is not None and unproven is None else None
        if built:
            _compared(connection, schema, built, source)  # before there is a ledger, which a refusal would leave
    with locked(project, connection, listener) as turn:
        _refuse_rows(turn.state)
        fingerprint = _compared(connection, schema, built, source) if built else None
        if source:
            source.confirm()
        _note(turn, wanted, unproven, fingerprint, source.told if source else {})
    return wanted


def _refuse_rows(state: LedgerState) -> None:
    refuse_untrusted(state)
    if state.last_id:
        raise Refused(
            "ledger-not-empty",
            "the ledger of this database has rows already, so it is not taken over anew",
            state="nothing was written",
            next_step="surefoot status",
        )


def _wanted(project: Project, last: int) -> tuple[Migration, ...]:
    numbers = [migration.number for migration in project.migrations]
    if last not in numbers:
        names = [migration.name for migration in project.migrations]
        raise Refused(
            "unknown-number",
            f"no migration has the number {last}",
            state="nothing was written",
            next_step=f"the migrations are {names[0]} to {names[-1]}" if names else "surefoot new NAME",
        )
    return tuple(project.migrations[: numbers.index(last) + 1])


def _built(project: Project, wanted: Sequence[Migration], server: Given | Local, waiting: Callable[[], None]) -> Built:
    with server.opened(waiting) as databases:
        return build(project, [migration.number for migration in wanted], databases)


def _compared(connection: psycopg.Connection, ledger_schema: str, built: Built, source: Source | None) -> str:
    """Give the fingerprint of the live schema; refuse one that the files would not build."""
    live = read_catalog(connection, ledger_schema=ledger_schema)
    others = objects_of(find_ledgers(connection)).union(source.objects if source else ())
    differences = built.differences(live, roles_of(connection), others)
    if not differences:
        return live.fingerprint
    lines = [f"  {one}" for one in differences[:SHOWN]]
    more = len(differences) - SHOWN
    lines += [f"  and {more} more"] if more > 0 else []
    raise Refused(
        "other-schema",
        f"the schema is not what the files build: {len(differences)} difference{'s' if len(differences) > 1 else ''}",
        why="\n".join(["missing and extra are said of this database:", *lines]),
        state="nothing was written",
        next_step="mend the schema or the files, or say why it may differ: --unproven 'REASON'",
    )


def _note(
    turn: Turn,
    wanted: Sequence[Migration],
    unproven: str | None,
    fingerprint: str | None,
    told: Mapping[int, str],
) -> None:
    """Write all rows, in one transaction, in which the lock is checked."""
    engine = turn.engine()
    rows = []
    for migration in wanted:
        rollback = turn.project.rollback_of(migration)
        is_last = migration is wanted[-1]
        rows.append(
            turn.ledger.record(
                "baselined",
                migration.number,
                migration.name,
                provenance_of(turn.project.folder),
                fingerprint=f"'{fingerprint}'" if fingerprint and is_last else None,
                checksum=migration.source.checksum,
                rollback_checksum=rollback.checksum if rollback else None,
                rollback_sql=rollback.read() if rollback and rollback.size <= KEPT_ROLLBACK_BYTES else None,
                reason="; ".join(filter(None, (told.get(migration.number), unproven))) or None,
                fenced_by=turn.hold.key,
                lease_token=turn.hold.lease_token,
            )
        )
    engine.send(Script.of(["BEGIN", engine.fence(), *rows, "COMMIT"]))
