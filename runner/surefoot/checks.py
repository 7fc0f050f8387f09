"""SQL that must answer as the manifest says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import psycopg
from psycopg import sql

from surefoot.errors import CheckFailed
from surefoot_lint.errors import ManifestError
from surefoot_lint.manifest import Check, ExpectedError
from surefoot_lint.project import Project
from surefoot_lint.split import Statement, split
from surefoot_lint.transaction import controls_transaction

Row = tuple[str | None, ...]
SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check answered: `is_expected`, and in words what was expected and what came."""

    check: Check
    is_expected: bool
    expected: str
    got: str

    def failure(self, state: str | None = None, next_step: str | None = None) -> CheckFailed:
        """Make the error of a check that did not answer as expected."""
        return CheckFailed(
            f"the check {self.check.name!r} failed: expected {self.expected}, got {self.got}",
            where=self.check.place,
            state=state,
            next_step=next_step,
        )


def refuse_unfit(project: Project, checks: Iterable[Check]) -> None:
    """Refuse a check that is not one statement, or that would end the transaction. Raises ManifestError."""
    for check in checks:
        statements = [p for p in split([project.sql_of(check)], check.place.path) if isinstance(p, Statement)]
        if len(statements) != 1 or controls_transaction(statements[0]):
            raise ManifestError(
                f"the check {check.name!r} must be one query, and holds {len(statements)} statements",
                where=check.place,
                next_step="make several checks of it, or join them with UNION ALL",
            )


def ask(connection: psycopg.Connection, project: Project, check: Check) -> Answer:
    """Run a check within the open transaction, in a savepoint that is rolled back: it changes nothing."""
    role = sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(check.role)) if check.role else sql.SQL("SELECT 1")
    query = sql.SQL("SAVEPOINT surefoot_check;{};{}\n;ROLLBACK TO SAVEPOINT surefoot_check").format(
        role,
        sql.SQL(project.sql_of(check).rstrip().rstrip(";")),
    )
    try:
        cursor = connection.execute(query)
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        connection.execute("ROLLBACK TO SAVEPOINT surefoot_check")
        return _judge_error(check, error)
    cursor.nextset()
    cursor.nextset()
    return _judge_rows(check, _rows(cursor))


def _rows(cursor: psycopg.Cursor[Any]) -> list[Row]:
    """Give the rows of the current result as psql shows them: texts, and nothing for NULL."""
    result = cursor.pgresult
    assert result is not None
    values = ((result.get_value(row, column) for column in range(result.nfields)) for row in range(result.ntuples))
    return [tuple(None if value is None else value.decode() for value in row) for row in values]


def _judge_error(check: Check, error: psycopg.Error) -> Answer:
    name = _condition(error)
    got = f"the error {error.sqlstate} ({name}): {error.diag.message_primary}"
    expected = check.expect
    if isinstance(expected, ExpectedError):
        return Answer(check, expected.error in (error.sqlstate, name), f"the error {expected.error}", got)
    return Answer(check, False, _shown(expected), got)


def _judge_rows(check: Check, rows: list[Row]) -> Answer:
    expected = check.expect
    if isinstance(expected, ExpectedError):
        return Answer(check, False, f"the error {expected.error}", _shown_rows(rows))
    if isinstance(expected, tuple):
        fits = len(rows) == len(expected) and all(map(_row_fits, rows, expected))
        return Answer(check, fits, _shown_rows(expected), _shown_rows(rows))
    if len(rows) != 1 or len(rows[0]) != 1:
        return Answer(check, False, _shown(expected), _shown_rows(rows))
    return Answer(check, _fits(rows[0][0], expected), _shown(expected), _shown(rows[0][0]))


def _row_fits(row: Row, expected: tuple[Any, ...]) -> bool:
    return len(row) == len(expected) and all(map(_fits, row, expected))


def _fits(value: str | None, expected: Any) -> bool:
    """Compare a value as psql shows it with a value of YAML: numbers as numbers, truth as t and f."""
    if value is None or expected is None:
        return value is None and expected is None
    if isinstance(expected, bool):
        return value == ("t" if expected else "f")
    if isinstance(expected, int | float):
        try:
            return Decimal(value) == Decimal(str(expected))
        except InvalidOperation:
            return False
    return value == str(expected)


def _condition(error: psycopg.Error) -> str:
    """Name the condition of an error as PostgreSQL's appendix A does: insufficient_privilege."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() and index else c.lower() for index, c in enumerate(name))


def _shown(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        return _shown_rows(value)
    return str(value)


def _shown_rows(rows: Iterable[tuple[Any, ...]]) -> str:
    lines = [f"({', '.join(_shown(value) for value in row)})" for row in rows]
    if not lines:
        return "no row"
    more = f" and {len(lines) - SHOWN_ROWS} more rows" if len(lines) > SHOWN_ROWS else ""
    return ", ".join(lines[:SHOWN_ROWS]) + more
