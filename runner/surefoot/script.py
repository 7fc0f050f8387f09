"""Several statements in one round trip, and which of them an error belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import generators, pq

from surefoot.errors import Diagnosis
from surefoot_lint.errors import Place

FIELD = pq.DiagnosticField
CANCEL_SECONDS = 5.0
# The line end closes a comment at the end of a statement, which would hide the semicolon.
SEPARATOR = "\n;\n"


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement stands in a file; `line` and `column` are of its first character, from 1."""

    path: str
    line: int
    column: int


@dataclass(slots=True)
class Script:
    """Statements to be sent at once, in order; those of Surefoot itself have no origin.

    The server reads such a text whole, then runs its statements one after the other and stops at the first
    that fails (manual: protocol-flow, "Multiple Statements in a Simple Query").
    """

    texts: list[str] = field(default_factory=list)
    origins: list[Origin | None] = field(default_factory=list)
    size: int = 0

    @classmethod
    def of(cls, statements: Iterable[str]) -> Script:
        """Make a script of statements of Surefoot itself."""
        script = cls()
        script.extend(statements)
        return script

    def add(self, statement: str, origin: Origin | None = None) -> None:
        """Add one statement, without its semicolon."""
        self.texts.append(statement)
        self.origins.append(origin)
        self.size += len(statement)

    def extend(self, statements: Iterable[str]) -> None:
        """Add statements of Surefoot itself."""
        for statement in statements:
            self.add(statement)

    def append(self, other: Script) -> None:
        """Add the statements of another script."""
        self.texts += other.texts
        self.origins += other.origins
        self.size += other.size

    def __bool__(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.texts)


@dataclass(frozen=True, slots=True)
class Done:
    """What the server answered to one statement: its command tag, and the first value of its last row."""

    tag: str
    value: str | None
    origin: Origin | None


class ScriptError(Exception):
    """A statement failed: what the server said, and where it stands. The transaction is still open, failed.

    `is_ours` tells that it was not one of the file, but of Surefoot itself.
    """

    def __init__(self, diagnosis: Diagnosis, place: Place | None, is_ours: bool = False) -> None:
        super().__init__(diagnosis.message)
        self.diagnosis = diagnosis
        self.place = place
        self.is_ours = is_ours


class ScriptInterrupted(Exception):
    """Ctrl-C while the server worked; `tags` are of the statements that were done all the same."""

    def __init__(self, tags: list[str]) -> None:
        super().__init__("interrupted")
        self.tags = tags


def run(
    connection: psycopg.Connection,
    script: Script,
    *,
    meanwhile: Callable[[], None] = nothing,
    idle: Callable[[], None] = nothing,
) -> list[Done]:
    """Send a script in one round trip and give what each statement answered.

    `meanwhile` is called once, when the script is on its way; `idle` again and again, some ten times a second,
    while the server works.

    Raises ScriptError for the statement that failed, ScriptInterrupted after Ctrl-C (the server was told to
    cancel, and has answered), psycopg.OperationalError when the connection was lost.
    """
    results = _exchange(connection, SEPARATOR.join(script.texts), meanwhile, idle)
    done: list[Done] = []
    for result, origin in zip(results, script.origins, strict=False):
        if result.status == pq.ExecStatus.FATAL_ERROR:
            is_ours = len(done) < len(script.origins) and script.origins[len(done)] is None
            raise ScriptError(diagnose(result), _place(result, script, len(done)), is_ours)
        done.append(Done((result.command_status or b"").decode(), _last_value(result), origin))
    return done


def stream_copy(connection: psycopg.Connection, lines: Iterable[str]) -> None:
    """Send the data of a COPY … FROM STDIN that the last script began.

    Raises ScriptError, without a place, when the server refuses them; ScriptInterrupted after Ctrl-C. Whatever
    goes wrong, the COPY is ended, so that the connection can be used.
    """
    try:
        for text in lines:
            connection.wait(generators.copy_to(connection.pgconn, text.encode()))
        connection.wait(generators.copy_end(connection.pgconn, None))
    except BaseException as error:
        refused = _end_copy(connection)
        if isinstance(error, KeyboardInterrupt):
            raise ScriptInterrupted([]) from None
        cause = error if isinstance(error, psycopg.Error) and error.sqlstate else refused
        if isinstance(error, psycopg.Error) and cause is not None:
            raise ScriptError(_of_exception(cause), None) from error
        raise


def _end_copy(connection: psycopg.Connection) -> psycopg.Error | None:
    """End a COPY that cannot go on, and give the server's own error where it had one."""
    pgconn = connection.pgconn
    if pgconn.transaction_status != pq.TransactionStatus.ACTIVE:
        return None
    try:
        if pgconn.status == pq.ConnStatus.OK:
            connection.wait(generators.copy_end(pgconn, b"given up by the client"))
    except psycopg.Error as error:
        return error if error.sqlstate else _pending_error(connection)
    return None


def _pending_error(connection: psycopg.Connection) -> psycopg.Error | None:
    """Take the error by which the server ended a COPY while data were still being sent."""
    if connection.pgconn.status != pq.ConnStatus.OK:
        return None
    results = connection.wait(generators.fetch_many(connection.pgconn))
    failed = [result for result in results if result.status == pq.ExecStatus.FATAL_ERROR]
    return psycopg.errors.error_from_result(failed[0]) if failed else None


def diagnose(result: pq.abc.PGresult) -> Diagnosis:
    """Read the parts of a server's error."""

    def part(name: pq.DiagnosticField) -> str | None:
        value = result.error_field(name)
        return value.decode(errors="replace") if value else None

    return Diagnosis(
        part(FIELD.MESSAGE_PRIMARY) or "the server gave no message",
        part(FIELD.SQLSTATE),
        part(FIELD.MESSAGE_DETAIL),
        part(FIELD.MESSAGE_HINT),
        part(FIELD.CONTEXT),
    )


def _of_exception(error: psycopg.Error) -> Diagnosis:
    diag = error.diag
    return Diagnosis(
        diag.message_primary or str(error),
        diag.sqlstate,
        diag.message_detail,
        diag.message_hint,
        diag.context,
    )


def _exchange(
    connection: psycopg.Connection, text: str, meanwhile: Callable[[], None], idle: Callable[[], None]
) -> list[pq.abc.PGresult]:
    """Send a text and collect the results; after Ctrl-C tell the server to cancel, and collect them still."""
    kept: list[pq.abc.PGresult] = []

    def collect() -> Generator[Any, Any, None]:
        kept.extend((yield from _attended(generators.execute(connection.pgconn), idle)))

    try:
        connection.pgconn.send_query(text.encode())  # the server may run it before we are back from here
        meanwhile()
        connection.wait(collect())
    except KeyboardInterrupt:
        if connection.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
            connection.cancel_safe(timeout=CANCEL_SECONDS)
            connection.wait(collect())
        tags = [(r.command_status or b"").decode() for r in kept if r.status != pq.ExecStatus.FATAL_ERROR]
        raise ScriptInterrupted(tags) from None
    return kept


def _attended(exchange: Generator[Any, Any, Any], idle: Callable[[], None]) -> Generator[Any, Any, Any]:
    """Pass a generator of psycopg on, and call `idle` whenever it waited in vain for an interval."""
    wanted = next(exchange)
    while True:
        ready = yield wanted
        if not ready:
            idle()
        try:
            wanted = exchange.send(ready)
        except StopIteration as end:
            return end.value


def _last_value(result: pq.abc.PGresult) -> str | None:
    if result.status != pq.ExecStatus.TUPLES_OK or not result.ntuples or not result.nfields:
        return None
    value = result.get_value(result.ntuples - 1, 0)
    return value.decode(errors="replace") if value is not None else None


def _place(result: pq.abc.PGresult, script: Script, done: int) -> Place | None:
    """Find the statement by the server's position, which counts characters, or else by how many were done."""
    position = result.error_field(FIELD.STATEMENT_POSITION)
    if position is None:
        origin = script.origins[done] if done < len(script.origins) else None
        return _place_in(script.texts[done], origin, 0) if origin else None
    starts = [0]
    for text in script.texts:
        starts.append(starts[-1] + len(text) + len(SEPARATOR))
    offset = int(position) - 1
    index = min(bisect_right(starts, offset) - 1, len(script.texts) - 1)
    return _place_in(script.texts[index], script.origins[index], offset - starts[index])


def _place_in(text: str, origin: Origin | None, offset: int) -> Place | None:
    """Turn an offset within a statement into a line and a column of its file, with that line's text."""
    if origin is None:
        return None
    before = text[:offset]
    line = origin.line + before.count("\n")
    start = before.rfind("\n") + 1
    indent = origin.column - 1 if start == 0 else 0
    end = text.find("\n", start)
    excerpt = " " * indent + text[start : end if end >= 0 else len(text)]
    return Place(origin.path, line, indent + offset - start + 1, excerpt)
