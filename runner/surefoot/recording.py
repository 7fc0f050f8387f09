"""The ledger's rows of a run: of each step that was done, and of one that failed."""

from __future__ import annotations

from typing import NamedTuple

import psycopg
from psycopg import sql

from surefoot.events import NoticeReceived
from surefoot.provenance import Provenance
from surefoot.session import Session
from surefoot.step import Step, columns_of

NO_BLOCKS = (
    "the fingerprint of the schema is not taken: the role {0} has no USAGE on the language plpgsql; a DBA gives it:"
    " GRANT USAGE ON LANGUAGE plpgsql TO {1}"
)


class Recorder(NamedTuple):
    """Writes what puts steps into the ledger; who did it is the same for the whole run."""

    session: Session
    provenance: Provenance
    takes_fingerprint: bool

    def warn(self) -> None:
        """Tell that the fingerprint will be missing where the block that takes it may not be run."""
        if not self.takes_fingerprint:
            role = self.session.connection.info.user
            self.session.listener(NoticeReceived("WARNING", NO_BLOCKS.format(role, sql.Identifier(role).as_string())))

    def statements(self, step: Step, started_at: str | None = None, *, is_last: bool) -> list[str]:
        """Write what puts a step into the ledger, the run's last one with the schema's fingerprint.

        A rollback also ends the notes of a migration it abandons.
        """
        ledger = self.session.ledger
        ends_notes = step.action == "rolled_back" and step.reason is not None
        forgetting = [ledger.forget_progress(step.number)] if ends_notes else []
        if not is_last or not self.takes_fingerprint:
            return [self._row(step, started_at), *forgetting]
        from surefoot.catalog import KEPT, keep_fingerprint

        return [*keep_fingerprint(ledger.schema), self._row(step, started_at, KEPT), *forgetting]

    def _row(self, step: Step, started_at: str | None, fingerprint: str | None = None) -> str:
        """Write the call that adds the step's row; an applied migration keeps its rollback file in the ledger."""
        return self.session.ledger.record(
            step.action,
            step.number,
            step.name,
            self.provenance,
            **columns_of(step),
            started_at=started_at,
            fenced_by=self.session.hold.key,
            lease_token=self.session.hold.lease_token,
            fingerprint=fingerprint,
        )

    def failure(self, step: Step, reason: str) -> None:
        """Write the failure into the ledger, as far as the server still allows it."""
        from surefoot.catalog import KEPT, keep_fingerprint

        session, ledger = self.session, self.session.ledger
        columns = {"checksum": step.source.checksum, "reason": reason}
        keeping, kept = (keep_fingerprint(ledger.schema), KEPT) if self.takes_fingerprint else ((), None)
        call = ledger.record("failed", step.number, step.name, self.provenance, fingerprint=kept, **columns)
        try:
            session.connection.execute(sql.SQL(";").join(map(sql.SQL, (*keeping, call))))
            session.last_id += 1
        except psycopg.Error as error:
            session.listener(NoticeReceived("WARNING", f"the failure could not be written to the ledger: {error}"))
