"""The rows that a migration meets: seeds from a file, and synthetic ones."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

import psycopg

from surefoot.proving.evidence import Evidence
from surefoot.proving.insertion import SAVEPOINT
from surefoot.proving.synthetic import Filler
from surefoot.resume import numbered
from surefoot.script import Script, ScriptError, run, stream_copy
from surefoot_lint.source import Source

# undefined_table, _column, _function, _object, invalid_schema_name: made by a migration that comes later.
NOT_YET_THERE = ("42P01", "42703", "42883", "42704", "3F000")
UNIQUE_VIOLATED = "23505"
INSERTING = re.compile(r"^\s*(?:insert\s+into|copy)\s+([\w.\"$]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rows:
    """What to fill a database with before a migration is tried on it: `synthetic` rows a table, and `seeds`."""

    synthetic: int = 0
    seeds: Source | None = None
    _fillers: list[Filler] = field(default_factory=list, compare=False)

    @property
    def said(self) -> tuple[str, ...]:
        """Say what verdicts depend on."""
        return f"rows {self.synthetic}", f"seeds {self.seeds.checksum if self.seeds else None}"

    def put_into(self, connection: psycopg.Connection, left_out: Collection[str] = ()) -> tuple[str, ...]:
        """Fill the tables that are there, and commit; say what could not be filled, and why.

        Tables that are left out get no made-up rows.
        """
        failures = tuple(_seeded(connection, self.seeds)) if self.seeds else ()
        if self.synthetic:
            if not self._fillers:
                self._fillers.append(Filler(self.synthetic))
            failures += self._fillers[0].fill(connection, left_out)
        return failures


def clashing_table(evidence: Evidence) -> str | None:
    """Name the table where the migration's own rows are the same as those there, which is by chance."""
    forward = evidence.round("forward")
    failure = forward.failure if forward else None
    if failure is None or failure.diagnosis.sqlstate != UNIQUE_VIOLATED or failure.place is None:
        return None
    match = INSERTING.search(failure.place.excerpt or "")
    return match[1] if match else None


def _seeded(connection: psycopg.Connection, seeds: Source) -> list[str]:
    """Run each statement of the seeds; one that speaks of what is not there yet is left out."""
    failures = []
    connection.execute("BEGIN")
    for one in numbered(seeds):
        script = Script()
        script.add(one.statement.text, one.origin)
        connection.execute(f"SAVEPOINT {SAVEPOINT}")
        try:
            run(connection, script)
            if one.copy is not None:
                stream_copy(connection, one.copy.pieces)
        except ScriptError as error:
            connection.execute(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
            if error.diagnosis.sqlstate not in NOT_YET_THERE:
                failures.append(f"{one.path}:{one.origin.line}: {error.diagnosis.message}")
        connection.execute(f"RELEASE SAVEPOINT {SAVEPOINT}")
    connection.execute("COMMIT")
    return failures
