"""SQL that must answer as the manifest says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

import psycopg
from psycopg import sql

from surefoot.errors import CheckFailed
from surefoot_lint.errors import ManifestError, SplitError
from surefoot_lint.manifest import Check, ExpectedError
from surefoot_lint.pieces import Statement
from surefoot_lint.project import Project
from surefoot_lint.split import split
from surefoot_lint.transaction import controls_transaction

Row = tuple[str | None, ...]
SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check answered: `is_expected`, in words what was expected and what came, and the rows that came."""

    check: Check
    is_expected: bool
    expected: str
    got: str
    rows: tuple[Row, ...] = ()

    def failure(self, state: str | None = None, next_step: str | None = None) -> CheckFailed:
        """Make the error of a check that did not answer as expected."""
        return CheckFailed(
            f"the check {self.check.name!r} failed: expected {self.expected}, got {self.got}",
            where=self.check.place,
            state=state,
            next_step=next_step,
        )


def refuse_unfit(project: Project, checks: Iterable[Check]) -> None:
    """Refuse a check that is not one query, or that would end the transaction. Raises ManifestError."""
    for check in checks:
        what = _unfit(project.sql_of(check))
        if what is not None:
            raise ManifestError(
                f"the check {check.name!r} must be one query: {what}",
                where=check.place,
                state="nothing was run",
                next_step="mend it; several queries become several checks, or are joined with UNION ALL",
            )


def _unfit(query: str) -> str | None:
    """Say what keeps a text from being the query of a check, if anything does."""
    try:
        statements = [piece for piece in split([query]) if isinstance(piece, Statement)]
    except SplitError as error:
        return error.what
    if len(statements) != 1:
        return f"it holds {len(statements)} statements" if statements else "it holds no statement"
    if controls_transaction(statements[0]):
        return f"{statements[0].words[0].upper()} would end its transaction"
    return "COPY is none" if statements[0].words[:1] == ("copy",) else None


def ask_all(connection: psycopg.Connection, project: Project, checks: Iterable[Check]) -> Iterator[Answer]:
    """Ask several within the open transaction, one after the other; neighbours that invariants have written at once."""
    for is_invariant, several in groupby(checks, key=lambda check: check.next_step is not None):
        together = tuple(several)
        answers = _ask_at_once(connection, project, together) if is_invariant else None
        yield from answers or (ask(connection, project, check) for check in together)


def _ask_at_once(
    connection: psycopg.Connection, project: Project, checks: tuple[Check, ...]
) -> tuple[Answer, ...] | None:
    """Ask invariants in one round trip; nothing where one of them raises an error, which must not hide the others."""
    queries = ";\n".join(["SAVEPOINT surefoot_check", *(project.sql_of(check) for check in checks)])
    try:
        cursor = connection.execute(queries.encode(), prepare=False)
        found = [_rows(cursor) for _ in checks if cursor.nextset()]
        return tuple(map(_judge_rows, checks, found))
    except psycopg.Error as error:
        if error.sqlstate is None or connection.closed:
            raise
        return None
    finally:
        _take_back(connection)


def ask(connection: psycopg.Connection, project: Project, check: Check) -> Answer:
    """Run a check within the open transaction, in a savepoint that is rolled back: it changes nothing."""
    connection.execute("SAVEPOINT surefoot_check")
    try:
        if check.role:
            _take_on(connection, check)
        cursor = connection.execute(project.sql_of(check).encode())
        return _judge_rows(check, _rows(cursor))
    except psycopg.Error as error:
        if error.sqlstate is None or connection.closed:
            raise
        return _judge_error(check, error)
    except RoleRefused as error:
        return Answer(check, False, expected_words(check), f"no answer: {error}")
    finally:
        _take_back(connection)


def _take_back(connection: psycopg.Connection) -> None:
    if not connection.closed:
        connection.execute("ROLLBACK TO SAVEPOINT surefoot_check; RELEASE SAVEPOINT surefoot_check", prepare=False)


class RoleRefused(Exception):
    """The role of a check is not there, or may not be taken on."""


def _take_on(connection: psycopg.Connection, check: Check) -> None:
    try:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(str(check.role))))
    except psycopg.DatabaseError as error:
        if error.sqlstate is None:
            raise
        raise RoleRefused(f"the role {check.role} cannot be taken on: {error.diag.message_primary}") from error


def _rows(cursor: psycopg.Cursor[Any]) -> list[Row]:
    """Give the rows of the current result as psql shows them: texts, and nothing for NULL."""
    result = cursor.pgresult
    assert result is not None
    values = ((result.get_value(row, column) for column in range(result.nfields)) for row in range(result.ntuples))
    return [tuple(None if value is None else value.decode() for value in row) for row in values]


def _judge_error(check: Check, error: psycopg.Error) -> Answer:
    name = _condition(type(error))
    got = f"the error {error.sqlstate} ({name}): {error.diag.message_primary}"
    expected = check.expect
    is_expected = isinstance(expected, ExpectedError) and expected.error in (error.sqlstate, name)
    return Answer(check, is_expected, expected_words(check), got)


def _judge_rows(check: Check, rows: list[Row]) -> Answer:
    expected = check.expect
    if isinstance(expected, ExpectedError):
        return Answer(check, False, expected_words(check), _shown_rows(rows), tuple(rows))
    if isinstance(expected, tuple):
        fits = len(rows) == len(expected) and all(map(_row_fits, rows, expected))
        return Answer(check, fits, _shown_rows(expected), _shown_rows(rows), tuple(rows))
    if len(rows) != 1 or len(rows[0]) != 1:
        return Answer(check, False, shown(expected), _shown_rows(rows), tuple(rows))
    return Answer(check, _fits(rows[0][0], expected), shown(expected), shown(rows[0][0]), tuple(rows))


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


def states_of(expected: ExpectedError) -> list[str]:
    """Give the SQLSTATEs that an expected error may have: the one that it is, or those of its name."""
    classes = (value for value in vars(psycopg.errors).values() if isinstance(value, type))
    known = [one for one in classes if issubclass(one, psycopg.Error) and one.sqlstate]
    return [expected.error, *sorted(str(one.sqlstate) for one in known if _condition(one) == expected.error)]


def _condition(error: type[psycopg.Error]) -> str:
    """Name the condition of an error as PostgreSQL's appendix A does: insufficient_privilege."""
    name = error.__name__
    return "".join(f"_{c.lower()}" if c.isupper() and index else c.lower() for index, c in enumerate(name))


def expected_words(check: Check) -> str:
    """Say what a check must answer."""
    if isinstance(check.expect, ExpectedError):
        return f"the error {check.expect.error}"
    return shown(check.expect)


def shown(value: Any) -> str:
    """Write a value of YAML as psql shows it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        return _shown_rows(value)
    return str(value)


def _shown_rows(rows: Iterable[tuple[Any, ...]]) -> str:
    lines = [f"({', '.join(shown(value) for value in row)})" for row in rows]
    if not lines:
        return "no row"
    more = f" and {len(lines) - SHOWN_ROWS} more rows" if len(lines) > SHOWN_ROWS else ""
    return ", ".join(lines[:SHOWN_ROWS]) + more
