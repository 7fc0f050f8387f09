"""Whether everything is as it must be: checks, chain, files and indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from surefoot.connection import losing_explained
from surefoot.ledger import Ledger, LedgerState
from surefoot.planner import edited_file
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.checks import Answer

INVALID_INDEXES = """
SELECT i.indexrelid::regclass::text FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1
"""


class Verification(NamedTuple):
    """What `verify` found: the answers of the checks, and sentences on what is wrong otherwise."""

    answers: tuple[Answer, ...]
    problems: tuple[str, ...]
    rows: int

    @property
    def holds(self) -> bool:
        """Tell whether everything is as it must be."""
        return not self.problems and all(answer.is_expected for answer in self.answers)


def _ledger_problems(project: Project, state: LedgerState) -> Iterator[str]:
    if state.broken is not None:
        yield f"the ledger's chain is broken: row {state.broken} was changed by hand"
    for number, _ in state.unfinished:
        yield f"migration {number} was begun and is not finished"
    for one in state.applied:
        if edited_file(project, one):
            yield f"{one.name} was edited after it was applied"
        if project.named(one.number) is None:
            yield f"{one.name} is applied, and the manifest does not know it"


@losing_explained()
def verify(project: Project, connection: psycopg.Connection) -> Verification:
    """Ask the manifest's checks, and look at the ledger's chain, the files' checksums and invalid indexes.

    Everything is read in transactions that are rolled back; it works on a replica too.
    """
    from surefoot import checks

    checks.refuse_unfit(project, project.manifest.checks)
    ledger = Ledger(connection, project.manifest.ledger.schema)
    state = ledger.read()
    connection.execute("BEGIN")
    try:
        answers = tuple(checks.ask_all(connection, project, project.manifest.checks))
        invalid = [row[0] for row in connection.execute(INVALID_INDEXES)]
    finally:
        if not connection.closed:
            connection.execute("ROLLBACK")
    told = {value for answer in answers for row in answer.rows for value in row}
    unnamed = [problem for name in invalid if (problem := f"the index {name} is INVALID") not in told]
    problems = [*_ledger_problems(project, state), *unnamed]
    return Verification(answers, tuple(problems), ledger.count())
