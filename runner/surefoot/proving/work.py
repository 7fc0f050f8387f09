"""The proofs of a run, which one or two lines share: each goes through all migrations, and proves what it takes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition, Thread

import psycopg

from surefoot.errors import SqlFailed
from surefoot.proving.line import Line, Subject
from surefoot.proving.observer import install
from surefoot.proving.proof import Proof, judge, not_reached
from surefoot.proving.rounds import opened
from surefoot.proving.rows import Rows
from surefoot.scratch.databases import Databases, Scratch
from surefoot.scratch.local import Local

# A line takes several migrations at once, since it must read the state anew where the other has proven some; fewer
# towards the end, so that both end at the same time.
LARGEST_CHUNK = 12
SHARE = 2
WORTH_HELP = 8
SECONDS_BETWEEN_LOOKS = 0.1
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass(slots=True)
class Work:
    """What is to be proven, in order, and what was found; two threads may use it.

    `end` is the place of the first migration that cannot be reached.
    """

    subjects: Sequence[Subject]
    wanted: Collection[int]
    found: dict[int, Proof] = field(default_factory=dict)
    end: int = field(init=False)
    _starts: Sequence[int] = field(init=False)
    _taken: set[int] = field(default_factory=set)
    _told: int = 0
    _stuck: str | None = None
    _changed: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        """Reach all at first."""
        self.end = len(self.subjects)
        self._starts = list(_starts(self.end))

    def places(self) -> Iterator[tuple[int, bool]]:
        """Give one line the places that it must go through, and whether each is its own to prove."""
        for chunk, start in enumerate(self._starts):
            with self._changed:
                if self._taken.issuperset(self._starts[chunk:]):
                    return
                is_ours = start not in self._taken
                self._taken.add(start)
            for place in range(start, [*self._starts, len(self.subjects)][chunk + 1]):
                if place >= self.end:
                    return
                yield place, is_ours

    def keep(self, place: int, proof: Proof, *, is_stuck: bool) -> None:
        """Keep a verdict; where the line is stuck, nothing after it can be reached."""
        with self._changed:
            self.found[self.subjects[place].migration.number] = proof
            self.end = min(self.end, place + 1) if is_stuck else self.end
            self._changed.notify_all()

    def ready(self, known: Mapping[int, Proof]) -> Iterator[Proof]:
        """Give the verdicts that nobody was given yet, in order, as far as there is no gap; those known among them."""
        while self._told < len(self.subjects):
            subject = self.subjects[self._told]
            number = subject.migration.number
            if self._told >= self.end and self._stuck is not None:
                yield not_reached(subject.evidence, self._stuck)
            elif number in self.wanted:
                if number not in self.found:
                    return
                yield self.found[number]
            elif number in known:
                yield known[number]
            self._told += 1
            if self._told == self.end:
                self._stuck = subject.migration.name

    @property
    def is_done(self) -> bool:
        """Tell whether all verdicts were given."""
        return self._told == len(self.subjects)

    def wait(self, helper: Helper) -> None:
        """Wait until a verdict is found, or the helper has ended."""
        with self._changed:
            if helper.is_alive() and self.subjects[self._told].migration.number not in self.found:
                self._changed.wait(SECONDS_BETWEEN_LOOKS)


def _starts(number: int) -> Iterator[int]:
    """Give the places where a chunk begins."""
    start = 0
    while start < number:
        yield start
        start += max(1, min((number - start) // SHARE, LARGEST_CHUNK))


def go(line: Line, work: Work) -> Iterator[None]:
    """Go through the work on one line, stopping after each verdict. Raises SqlFailed for what nobody is to prove."""
    for place, is_ours in work.places():
        subject = work.subjects[place]
        is_wanted = subject.migration.number in work.wanted
        if is_ours and is_wanted:
            work.keep(place, judge(line.prove(subject)), is_stuck=line.is_stuck)
            yield
            continue
        try:
            line.advance(subject)
        except SqlFailed:
            if not is_wanted:
                raise
            return  # the verdict is the other line's to find


def line_on(databases: Databases, name: str, rows: Rows | None = None) -> Line:
    """Make a line of a database, with what observes it."""
    with opened(databases, name) as trial:
        install(trial.connection)
    return Line(databases, name, rows)


class Helper(Thread):
    """A second line, on a server of its own, since roles belong to a whole server."""

    def __init__(self, work: Work, server: Local, platform: str | None) -> None:
        super().__init__(name="second line", daemon=True)
        self.work = work
        self.error: BaseException | None = None
        self._server = server
        self._platform = platform
        self.scratch: Scratch | None = None

    def run(self) -> None:
        """Go through the work, and keep the error if there is one."""
        try:
            with self._server.opened() as databases:
                self.scratch = databases.scratch
                line = line_on(databases, databases.make(self._platform))
                try:
                    for _ in go(line, self.work):
                        pass
                finally:
                    line.close()
        except BaseException as error:  # raised again where somebody waits for it
            self.error = error

    def stop(self) -> None:
        """End it in the midst of its work, and wait until its server is gone."""
        self.work.end = 0
        while self.is_alive():
            if self.scratch is not None:
                with suppress(psycopg.Error), psycopg.connect(self.scratch.url, autocommit=True) as admin:
                    admin.execute(END_OTHERS)
            self.join(SECONDS_BETWEEN_LOOKS)


@contextmanager
def helped(work: Work, server: object, platform: str | None) -> Iterator[Helper | None]:
    """Have a helper for a block where that is of use: with enough to do, a second processor, and servers of our own."""
    if not isinstance(server, Local) or len(work.wanted) < WORTH_HELP or (os.cpu_count() or 1) < 2:
        yield None
        return
    helper = Helper(work, server, platform)
    helper.start()
    try:
        yield helper
    except BaseException:
        helper.stop()
        raise
    helper.join()
