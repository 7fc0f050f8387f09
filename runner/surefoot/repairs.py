"""The rows by which the ledger learns that applied migrations have other numbers now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot.ledger import Ledger
from surefoot.lock import Hold
from surefoot.provenance import Provenance
from surefoot.renumbering import Repair


def repair_rows(ledger: Ledger, hold: Hold, provenance: Provenance, repairs: Sequence[Repair]) -> Iterator[str]:
    """Write the calls that add the rows: old numbers end, then the new ones begin, in the order of application."""

    def row(
        number: int,
        name: str,
        reason: str,
        checksum: str | None = None,
        rollback_checksum: str | None = None,
        rollback_sql: str | None = None,
    ) -> str:
        return ledger.record(
            "repaired",
            number,
            name,
            provenance,
            checksum=checksum,
            rollback_checksum=rollback_checksum,
            rollback_sql=rollback_sql,
            reason=reason,
            fenced_by=hold.key,
            lease_token=hold.lease_token,
        )

    for one in repairs:
        if one.is_renumbered:
            yield row(one.applied.number, one.applied.name, f"is now {one.migration.name}")
    for one in repairs:
        yield row(
            one.migration.number,
            one.migration.name,
            _reason(one),
            checksum=one.applied.checksum or one.migration.source.checksum,
            rollback_checksum=one.applied.rollback_checksum,
            rollback_sql=ledger.rollback_sql(one.applied.number),
        )


def _reason(one: Repair) -> str:
    since = f"{one.applied.applied_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"was {one.applied.name}, since {since}" if one.is_renumbered else f"keeps its place; there since {since}"
