"""The chain of the ledger, computed from its columns alone: no function of a server is asked, which may lie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from surefoot.errors import Refused

Row = Mapping[str, Any]  # the columns of a row as docs/formats.md has them: times as texts, the number as one too
HASHED = (
    *("previous_hash", "id", "number", "name", "action", "checksum", "rollback_checksum", "started_at", "finished_at"),
    *("duration_ms", "role", "os_user", "host", "tool_version", "git_commit", "reason", "rollback_sql", "fingerprint"),
)
COLUMNS = (*HASHED[1:], "previous_hash", "hash")
FIRST = "none"
NOTHING = "nothing was written"


class Extension(NamedTuple):
    """How many rows an earlier copy of a ledger has, and how many came after them."""

    kept: int
    added: int


def row_hash(row: Row) -> str:
    """Compute the hash that a row must have: what the ledger says of it in the server, without asking there."""
    text = json.dumps([row[column] for column in HASHED], ensure_ascii=False).encode(errors="surrogatepass")
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def linked(rows: Iterable[Row], whose: str) -> Iterator[Row]:
    """Give rows as long as each is linked to the one before; `whose` says in errors where they are.

    Raises Refused at the first that was changed, or stands where another was.
    """
    previous = FIRST
    for position, row in enumerate(rows, 1):
        if row["id"] != position:
            raise _broken(whose, position, f"row {row['id']} stands where row {position} should")
        if row["previous_hash"] != previous:
            raise _broken(whose, position, f"row {position} does not follow the row before it")
        if row_hash(row) != row["hash"]:
            raise _broken(whose, position, f"row {position} was changed: its columns do not give its hash")
        previous = row["hash"]
        yield row


def compare_past(before: Iterable[Row], now: Iterable[Row], whose: str) -> Extension:
    """Make sure that all rows of an earlier copy are still there, unchanged, and that the chain goes on from them.

    Raises Refused: rows are gone, or are others now; one of the two chains is broken.
    """
    kept = added = 0
    for one, other in zip_longest(linked(before, "the export"), linked(now, whose)):
        if one is None:
            added += 1
        elif other is None:
            raise _gone(kept + 1, whose)
        elif one["hash"] != other["hash"]:
            raise _rewritten(one, other, whose)
        else:
            kept += 1
    return Extension(kept, added)


def _broken(whose: str, position: int, why: str) -> Refused:
    return Refused(
        "broken-chain",
        f"the chain of {whose} is broken at row {position}",
        why=why,
        state=NOTHING,
        next_step="find who changed it; what was true stands in an earlier export, or in a backup",
    )


def _gone(position: int, whose: str) -> Refused:
    why = "rows were taken from its end, or this is an earlier copy of the database, such as a restored backup"
    if position == 1:
        why = "no row is there: this is another database, or its ledger was dropped"
    return Refused(
        "rows-gone",
        f"row {position} of the export is gone from {whose}, with all after it",
        why=why,
        state=NOTHING,
        next_step="look who did it; keep the export, and write later ones to another file",
    )


def _rewritten(one: Row, other: Row, whose: str) -> Refused:
    if one["id"] == 1:
        why = "already the first row is another: this is another database, or all of its ledger was written anew"
    else:
        why = f"exported: {_told(one)}; now: {_told(other)}"
    return Refused(
        "rewritten",
        f"row {one['id']} of {whose} is not the row that was exported",
        why=why,
        state=NOTHING,
        next_step="look who did it; keep the export, and write later ones to another file",
    )


def _told(row: Row) -> str:
    return f"{row['action']} {row['name']} by {row['role']} at {row['finished_at']}"
