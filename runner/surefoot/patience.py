"""Try again what a lock timeout or a deadlock has stopped."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from surefoot.events import Retried
from surefoot.lock import Hold
from surefoot.outcomes import LOCK_STATES
from surefoot.script import ScriptError
from surefoot.session import Session
from surefoot.step import Step

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds


def _sleep(hold: Hold, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        hold.tick()
        time.sleep(min(left, 1.0))


def patiently(session: Session, step: Step, attempt: Callable[[], None]) -> None:
    """Run an attempt, and after a lock timeout or a deadlock run it again, after longer and longer pauses."""
    for number in range(1, (step.settings.lock_retries or 0) + 2):
        try:
            return attempt()
        except ScriptError as error:
            is_last = number > (step.settings.lock_retries or 0)
            if error.diagnosis.sqlstate not in LOCK_STATES or session.connection.closed or is_last:
                raise
            session.clean_up()
            pause = min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE) * random.uniform(0.5, 1.5)  # noqa: S311
            session.listener(Retried(step.name, number, round(pause, 1), session.watch.blocker))
            _sleep(session.hold, pause)
    return None
