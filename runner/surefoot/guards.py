"""Queries that must not become slow: what they take before and after a migration, and whether that is too much."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

import psycopg

from surefoot.script import Script, ScriptError, nothing, run
from surefoot_lint.errors import ExitStatus, ManifestError, SurefootError
from surefoot_lint.manifest import Guard
from surefoot_lint.pieces import Statement, Tail
from surefoot_lint.split import split

NOISE_MS = 1.0
QUERIES = ("select", "with", "table", "values", "insert", "update", "delete", "merge")
SAVEPOINT = "surefoot_guard"
# undefined_table, undefined_column, undefined_function, undefined_object, invalid_schema_name
NOT_THERE = ("42P01", "42703", "42883", "42704", "3F000")


class GuardBreached(SurefootError):
    """A migration makes a guarded query slower than its guard allows; `on_breach` is what the guard asks for then."""

    word = "guard"
    exit_status = ExitStatus.SQL_FAILED
    on_breach: str = "fail"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long each run of a guard's query took, in milliseconds; none where what it reads is not there."""

    runs_ms: tuple[float, ...]

    @property
    def median_ms(self) -> float | None:
        """Give the median, or nothing without runs."""
        return median(self.runs_ms) if self.runs_ms else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a guard is breached, by the medians before and after; nothing where its query could not be run."""

    guard: Guard
    before_ms: float | None
    after_ms: float | None
    is_breach: bool

    def failure(self, state: str | None = None) -> GuardBreached:
        """Make the error of a breach."""
        name = self.guard.name
        if self.before_ms is None or self.after_ms is None:
            return GuardBreached(
                f"the guard {name!r} is breached: after the migration its query cannot be run any more",
                where=self.guard.place,
                why="a table, column or function that it uses is not there",
                state=state,
                next_step="change the guard together with the migration, or remove it",
            )
        slowdown = f" ({self.after_ms / self.before_ms - 1:+,.0%})" if self.before_ms else ""
        return GuardBreached(
            f"the guard {name!r} is breached: {self.before_ms:,.2f} ms before, {self.after_ms:,.2f} ms after"
            f"{slowdown}, and {self.guard.max_slowdown * 100:+.4g}% is allowed",
            where=self.guard.place,
            why=f"medians of {self.guard.runs} runs of EXPLAIN ANALYZE",
            state=state,
            next_step="compare its plans (EXPLAIN): is an index missing? Or allow more: max_slowdown",
        )


def refuse_unfit(guards: Iterable[Guard]) -> None:
    """Refuse a guard that is not one query or data change. Raises ManifestError; SplitError for an open quote."""
    for guard in guards:
        if not _is_one_query(guard):
            raise ManifestError(
                f"the guard {guard.name!r} must be one statement that EXPLAIN can measure",
                where=guard.place,
                why=f"such a statement begins with {', '.join(word.upper() for word in QUERIES)}",
                next_step="make several guards of several statements",
            )


def measure(connection: psycopg.Connection, guard: Guard, idle: Callable[[], None] = nothing) -> Timing:
    """Run a guard's query once to warm up and then as often as it says, and give the server's execution times.

    Each run is rolled back, so that a data change is undone, in the open transaction or else in one of its own;
    but sequences stay where they are, and the dead rows are the next VACUUM's. Planning is not measured. `idle` is
    called while the server works. Raises ScriptError with the guard's place, ScriptInterrupted.
    """
    script = Script()
    script.add(f"SAVEPOINT {SAVEPOINT}")
    for _ in range(guard.runs + 1):
        script.add(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query_of(guard)}")
        script.add(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
    try:
        with connection.transaction(force_rollback=True):
            answers = run(connection, script, idle=idle)
    except ScriptError as error:
        if error.diagnosis.sqlstate in NOT_THERE:
            return Timing(())
        raise ScriptError(error.diagnosis, guard.place) from error
    times = [_execution_time(answer.value) for answer in answers if answer.value is not None]
    return Timing(tuple(times[1:]))


def judge(before: Timing, after: Timing, guard: Guard) -> Verdict:
    """Compare the medians before and after with what the guard allows.

    A difference below 1 ms is noise and never a breach. Where there was nothing to compare with, since the query
    could not be run before, there is no breach; where it cannot be run any more, there is.
    """
    was, now = before.median_ms, after.median_ms
    if was is None:
        return Verdict(guard, was, now, is_breach=False)
    is_slow = now is None or (now - was >= NOISE_MS and now > was * (1 + guard.max_slowdown))
    return Verdict(guard, was, now, is_slow)


def _is_one_query(guard: Guard) -> bool:
    pieces = [piece for piece in split([guard.sql], guard.place.path) if not isinstance(piece, Tail)]
    if len(pieces) != 1 or not isinstance(pieces[0], Statement):
        return False
    return pieces[0].text.startswith("(") or pieces[0].words[:1] in [(word,) for word in QUERIES]


def query_of(guard: Guard) -> str:
    """Give the statement without its semicolon and the comments around it."""
    return next(piece.text for piece in split([guard.sql], guard.place.path) if isinstance(piece, Statement))


def _execution_time(plans: str) -> float:
    """Read the milliseconds of one run; a rule may turn one statement into several, or into none."""
    return float(sum(plan["Execution Time"] for plan in json.loads(plans) if "Execution Time" in plan))
