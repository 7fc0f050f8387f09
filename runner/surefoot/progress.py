"""What a person, a log or a machine sees while the engine works."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from surefoot.console import Console
from surefoot.events import (
    BackedUp,
    Blocked,
    Event,
    GuardMeasured,
    IndexBuilding,
    LedgerMade,
    LeftoverDropped,
    Listener,
    LockWaited,
    NoticeReceived,
    Retried,
    StatementResumed,
    StepDone,
    StepStarted,
    TextSent,
)

if TYPE_CHECKING:
    from rich.progress import Progress

WORDS = {
    "applied": "applied",
    "rolled_back": "rolled back",
    "data_rolled_back": "data rolled back",
    "feature_rolled_back": "feature rolled back",
    "seeded": "seeded",
}
SAID_SEVERITIES = ("WARNING",)


@contextmanager
def following(console: Console, *, bars: bool = True) -> Iterator[Listener]:
    """Give a listener that shows events in the manner of this console, for a block."""
    if console.is_json:
        yield lambda event: console.emit(_as_json(event))
    elif bars and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with _bar() as progress:
            yield _Bar(progress).show
    else:
        yield lambda event: _say(console, event)


def line_of(event: Event) -> str | None:  # noqa: C901 - one case for each event
    """Write an event as a line, or nothing for those that only move a bar."""
    match event:
        case LockWaited(holder):
            return f"waiting for the lock, which is held by {holder}"
        case LedgerMade(schema, before, version):
            upgraded = f"the ledger in schema {schema} was upgraded from version {before} to {version}"
            return upgraded if before else f"the ledger was created: schema {schema}"
        case BackedUp(path):
            return f"the backup is {path}"
        case Blocked(name, blocker):
            return f"  {name} waits for a lock; in the way is {blocker}"
        case Retried(name, attempt, pause, blocker):
            who = f"; in the way was {blocker}" if blocker else ""
            return f"  {name} did not get a lock and was rolled back; try {attempt + 1} follows in {pause} s{who}"
        case StatementResumed(name, position, line, was_done):
            what = "had been done after all" if was_done else "is run again"
            return f"  {name} is resumed at statement {position} (line {line}), which {what}"
        case LeftoverDropped(name, index):
            return f"  {name}: the invalid index {index}, left by a failed build, was dropped"
        case GuardMeasured(name, guard, before, after, is_breach):
            measured = f"{name}: guard {guard!r}: {_measured(before)} before, {_measured(after)} after"
            return f"  warning: {measured}, more than it allows" if is_breach else f"  {measured}"
        case NoticeReceived(severity, message) if severity in SAID_SEVERITIES:
            return f"  {severity.lower()}: {message}"
        case StepDone(action, _, name, duration_ms):
            return f"  {WORDS[action]}  {name}  {duration_ms:,} ms"
    return None


def _measured(milliseconds: float | None) -> str:
    return "not there" if milliseconds is None else f"{milliseconds:,.2f} ms"


def _say(console: Console, event: Event) -> None:
    line = line_of(event)
    if line is not None:
        console.say(line)


def _as_json(event: Event) -> dict[str, object]:
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(event).__name__).lstrip("_")
    return {"event": name, **event._asdict()}


def _bar() -> Progress:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Terminal(highlight=False), transient=True)


class _Bar:
    """A bar for the run, and one for a file that goes in several batches."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.run = progress.add_task("", total=None, visible=False)
        self.file = progress.add_task("", total=None, visible=False)

    def show(self, event: Event) -> None:
        """Move the bars, and print what stays above them."""
        match event:
            case StepStarted(_, _, name, position, total, _):
                self.progress.update(self.run, description=name, completed=position - 1, total=total, visible=True)
                self.progress.update(self.file, visible=False)
            case TextSent(_, sent, size):
                self.progress.update(self.file, description="  its file", completed=sent, total=size, visible=True)
            case IndexBuilding(_, phase, done, total):
                self.progress.update(self.file, description=f"  {phase}", completed=done, total=total, visible=True)
        line = line_of(event)
        if line is not None:
            self.progress.print(line, markup=False)
