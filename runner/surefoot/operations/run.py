"""What every run has while it holds the lock, and what it says it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from surefoot.connection import losing_explained, unprepared
from surefoot.events import LedgerMade, Listener
from surefoot.ledger import Ledger, LedgerState
from surefoot.ledger_ddl import LEDGER_VERSION
from surefoot.lock import Hold, held, lock_key
from surefoot.provenance import provenance_of
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.engine import Engine


class Run(NamedTuple):
    """What a run did: the names in the order of their doing; nothing when it was declined or not needed."""

    done: tuple[str, ...]
    applied_before: int = 0


class Turn(NamedTuple):
    """What a run has while it holds the lock: the ledger, and what it said when the lock was had."""

    project: Project
    connection: psycopg.Connection
    ledger: Ledger
    hold: Hold
    state: LedgerState
    listener: Listener

    def engine(self) -> Engine:
        """Make the engine, which a run that finds nothing to do never loads."""
        from surefoot.engine import Engine

        provenance = provenance_of(self.project.folder)
        return Engine(self.project, self.connection, self.ledger, self.hold, self.state, provenance, self.listener)


@contextmanager
def locked(
    project: Project, connection: psycopg.Connection, listener: Listener, *, writes: bool = True
) -> Iterator[Turn]:
    """Hold the lock for a block; make or upgrade the ledger, unless nothing is to be written, and read it."""
    schema = project.manifest.ledger.schema
    ledger = Ledger(connection, schema)

    def prepare() -> None:
        before = ledger.ensure() if writes else LEDGER_VERSION
        if before < LEDGER_VERSION:
            listener(LedgerMade(schema, before or None, LEDGER_VERSION))

    key = lock_key(project.manifest.name, schema)
    with losing_explained(), unprepared(connection), held(connection, key, schema, prepare, listener) as hold:
        yield Turn(project, connection, ledger, hold, ledger.read(), listener)
