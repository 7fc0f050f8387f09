"""Watch what each statement does: its time, rows, locks, rewrites with their reason, and drops."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from surefoot.dryrun_report import StatementReport
from surefoot.footprint import Footprint, Footprints, Held, Lock, Rewrite
from surefoot.proving import schema, stale
from surefoot.script import Done, Script

TRIGGERS = Path(__file__).with_name("observer.sql")
# One look, which tells the time when it begins and when it ends.
CLOCK = "pg_catalog.extract('epoch', pg_catalog.clock_timestamp()) * 1000"
SEEN = "pg_catalog.current_setting('surefoot.seen', true), pg_catalog.set_config('surefoot.seen', '', false)"
LOOK = f"SELECT pg_catalog.json_build_array({CLOCK}, ({{}}), {SEEN}, {CLOCK})"
# The reasons of a rewrite are bits (event_trigger.h: AT_REWRITE_*; manual: functions-event-triggers).
REASONS = {1: "logged or not", 2: "a default that must be computed", 4: "another type", 8: "another access method"}
SERIES = 100


class _Look(NamedTuple):
    """What was seen between two statements; the times are in milliseconds."""

    began: float
    locks: list[Held]
    seen: str | None
    cleared: str
    ended: float

    @staticmethod
    def of(answer: Done) -> _Look:
        """Read the answer to a look."""
        return _Look(*json.loads(answer.value or ""))


@dataclass(frozen=True, slots=True)
class _Told:
    """What the event triggers told of one statement."""

    drops: tuple[str, ...]
    dropped: frozenset[int]
    reasons: tuple[str, ...]


def install(connection: psycopg.Connection) -> None:
    """Put the event triggers into a database of the prover, and what reads its schema; it takes a superuser."""
    connection.execute(TRIGGERS.read_bytes())
    connection.execute(stale.function().encode())
    connection.execute(schema.functions().encode())


class Observer:
    """Watches the statements of one transaction; what existed before is looked up when it is made."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._footprints = Footprints(connection)
        self.reports: list[StatementReport] = []

    @property
    def look(self) -> str:
        """Write the statement that looks at what was done."""
        return LOOK.format(self._footprints.query)

    def begin(self, answer: Done) -> tuple[Lock, ...]:
        """Read the look before the first statement, and give the locks that are held already."""
        self._footprints.next(_Look.of(answer).locks, "", ())
        return self._footprints.held

    def watched(self, script: Script, *, is_copy_last: bool = False) -> Script:
        """Put a look before and after each statement; a COPY at the end is looked at when it has its data.

        In a long script INSERTs that follow one another are looked at together: there may be a million of them.
        """
        watched, look = Script(), self.look
        is_long = len(script.texts) > SERIES
        for place, (text, origin) in enumerate(zip(script.texts, script.origins, strict=True)):
            if not (is_long and place and _is_insert(text) and _is_insert(script.texts[place - 1])):
                watched.extend([look])
            watched.add(text, origin)
        watched.extend([] if is_copy_last else [look])
        return watched

    @staticmethod
    def drops(connection: psycopg.Connection) -> tuple[str, ...]:
        """Name what the last statement has dropped, where it ran in no transaction of ours."""
        row = connection.execute(f"SELECT {SEEN}").fetchone()
        return _told(row[0] or "").drops if row else ()

    def read(self, answers: Sequence[Done]) -> None:
        """Read the answers to a watched script: a look, statements of the file, a look, and so on."""
        statements: list[Done] = []
        began = 0.0
        for answer in answers:
            if answer.origin is not None:
                statements.append(answer)
                continue
            look = _Look.of(answer)
            if statements:
                self._add(statements, look.began - began, look)
            statements, began = [], look.ended

    def _add(self, statements: Sequence[Done], milliseconds: float, look: _Look) -> None:
        first, tag, told = statements[0], _tag(statements), _told(look.seen or "")
        assert first.origin is not None
        footprint = _with_reasons(self._footprints.next(look.locks, tag, told.dropped), told.reasons)
        self.reports.append(
            StatementReport(
                first.origin.path, first.origin.line, tag, round(milliseconds, 3), footprint, drops=told.drops
            )
        )


def _is_insert(text: str) -> bool:
    return text[:6].lower() == "insert"


def _tag(statements: Sequence[Done]) -> str:
    """Give the command tag; of INSERTs that were looked at together, with all their rows."""
    if len(statements) > 1:
        return f"INSERT 0 {sum(int(statement.tag.split()[-1]) for statement in statements)}"
    return statements[0].tag or "COPY"  # whoever streams the data takes the tag with the rows for itself


def _told(text: str) -> _Told:
    rows: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    drops = [row for row in rows if "dropped" in row]
    return _Told(
        tuple(row["name"] for row in drops if row["is_shown"]),
        frozenset(row["dropped"] for row in drops if row["is_relation"]),
        tuple(dict.fromkeys(word for row in rows for word in _words(row.get("reason", 0)))),
    )


def _words(reason: int) -> Iterable[str]:
    return (word for bit, word in REASONS.items() if reason & bit)


def _with_reasons(footprint: Footprint, reasons: tuple[str, ...]) -> Footprint:
    if not reasons:
        return footprint
    rewrites = [_with_reason(rewrite, ", ".join(reasons)) for rewrite in footprint.rewrites]
    return replace(footprint, rewrites=tuple(rewrites))


def _with_reason(rewrite: Rewrite, reason: str) -> Rewrite:
    return rewrite if rewrite.relation.table else replace(rewrite, reason=reason)
