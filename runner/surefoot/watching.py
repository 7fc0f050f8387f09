"""Verify a database again and again: the first day after a deployment, seen round by round."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg

from surefoot.errors import ConnectionFailed
from surefoot.operations.verify import Verification, verify
from surefoot_lint.project import Project


class Round(NamedTuple):
    """One look at the database, when, and what it found or why it found nothing out."""

    at: datetime
    found: Verification | ConnectionFailed

    @property
    def holds(self) -> bool:
        """Tell whether there was an answer, and everything is as it must be."""
        return isinstance(self.found, Verification) and self.found.holds

    @property
    def wrong(self) -> dict[str, str]:
        """Give what is wrong, by a name that is the same in each round, and what is said of it now."""
        if not isinstance(self.found, Verification):
            return {"the connection": self.found.what}
        often = Counter(answer.check.name for answer in self.found.answers)
        said = {
            f"{check.name} ({check.place})" if often[check.name] > 1 else check.name: f"expected {answer.expected}, "
            f"got {answer.got}"
            for answer in self.found.answers
            if not answer.is_expected and (check := answer.check)
        }
        return said | dict.fromkeys(self.found.problems, "")


def watch(
    project: Project,
    connecting: Callable[[], AbstractContextManager[psycopg.Connection]],
    every_seconds: float,
    for_seconds: float | None,
) -> Iterator[Round]:
    """Verify every so often, the first time at once, until the time is over, or for ever.

    Each round has a connection of its own, so that none is kept open between two. One that takes longer than the pause
    is followed at once by the next. Raises what `verify` does, but ConnectionFailed is a round that found nothing out.
    """
    began = due = time.monotonic()
    while for_seconds is None or due - began <= for_seconds:
        time.sleep(max(0.0, due - time.monotonic()))
        yield Round(datetime.now(UTC), _looked(project, connecting))
        due = max(due + every_seconds, time.monotonic())


def _looked(
    project: Project, connecting: Callable[[], AbstractContextManager[psycopg.Connection]]
) -> Verification | ConnectionFailed:
    try:
        with connecting() as connection:
            return verify(project, connection)
    except ConnectionFailed as error:
        return error
