"""What the commands say, and to whom: a person at a terminal, a log, or a machine that reads JSON lines."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from surefoot_lint import show
from surefoot_lint.errors import ExitStatus, SurefootError

if TYPE_CHECKING:
    from surefoot.dryrun_report import DryRun


@dataclass(slots=True)
class Console:
    """Where output goes. Results go to standard output, remarks and errors to standard error."""

    is_json: bool = False

    @property
    def color(self) -> bool | None:
        """Tell click whether to colour: never with NO_COLOR, else on terminals."""
        return False if os.environ.get("NO_COLOR") else None

    def say(self, text: str = "") -> None:
        """Write a line for people; machines do not get it."""
        if not self.is_json:
            click.echo(text, color=self.color)

    def remark(self, text: str) -> None:
        """Write a line that is no result, for people."""
        if not self.is_json:
            click.echo(text, err=True, color=self.color)

    def emit(self, value: Any) -> None:
        """Write one line of JSON for machines; people do not get it."""
        if self.is_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=str))

    def fail(self, error: SurefootError) -> None:
        """Show an error, whoever reads."""
        self.emit({"event": "error"} | show.as_json(error))
        if not self.is_json:
            sys.stdout.flush()
            click.echo(painted(show.render(error)), err=True, color=self.color)


def show_dry_run(console: Console, report: DryRun) -> ExitStatus:
    """Say what a dry run did; the error that ended it is shown as any other."""
    from surefoot.dryrun_report import as_json, lines

    console.emit({"event": "dry_run"} | as_json(report))
    for line in lines(report):
        console.say(line)
    if report.failure is None:
        return ExitStatus.DONE
    console.fail(report.failure)
    return report.failure.exit_status


def painted(text: str) -> str:
    """Colour the words that a shown error is made of."""
    lines = [_painted_line(line) for line in text.split("\n")]
    return "\n".join(lines)


def _painted_line(line: str) -> str:
    for word, color in (("error:", "red"), ("next:", "green"), ("state:", "yellow")):
        before, found, after = line.partition(word)
        if found and (not before or word == "error:"):
            return before + click.style(word, fg=color, bold=True) + after
    return line
