"""What a step must hold to: its checks are asked, and its guards measured, around its file."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import pq

from surefoot import checks
from surefoot.events import CheckPassed, GuardMeasured
from surefoot.guards import Timing, judge, measure
from surefoot.script import Script
from surefoot.session import Session
from surefoot.step import Step
from surefoot_lint.project import Project


def pass_checks(session: Session, project: Project, step: Step, when: str) -> None:
    """Ask the checks of `before` or `after` where the session stands. Raises CheckFailed."""
    for check in step.checks_at(when):
        answer = checks.ask(session.connection, project, check)
        if not answer.is_expected:
            raise answer.failure()
        session.listener(CheckPassed(step.name, check.name))


def pass_checks_apart(session: Session, project: Project, step: Step, when: str) -> None:
    """Ask checks in a transaction of their own, which changes nothing."""
    if step.checks_at(when):
        session.send(Script.of(session.opening(step.settings)))
        pass_checks(session, project, step, when)
        session.send(Script.of(["ROLLBACK"]))


def measure_guards(session: Session, step: Step) -> list[Timing]:
    """Measure the queries that must not become slow, in a transaction of its own with the step's limits."""
    if not step.guards:
        return []
    is_open = session.connection.info.transaction_status != pq.TransactionStatus.IDLE
    session.send(Script.of([] if is_open else session.opening(step.settings)))
    timings = [measure(session.connection, guard, session.idle) for guard in step.guards]
    session.send(Script.of([] if is_open else ["ROLLBACK"]))
    return timings


def hold_guards(session: Session, step: Step, before: Sequence[Timing]) -> None:
    """Measure them again, and judge. Raises GuardBreached, unless the guard only warns."""
    for guard, was, now in zip(step.guards, before, measure_guards(session, step), strict=True):
        verdict = judge(was, now, guard)
        medians = verdict.before_ms, verdict.after_ms
        session.listener(GuardMeasured(step.name, guard.name, *medians, verdict.is_breach))
        if verdict.is_breach and guard.on_breach != "warn":
            failure = verdict.failure()
            failure.on_breach = guard.on_breach
            raise failure
