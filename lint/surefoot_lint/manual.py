"""The page that a command shows as its help: what it does and changes, examples, exit statuses, what to read next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import click

from surefoot_lint.errors import ExitStatus

ALWAYS = (ExitStatus.DONE, ExitStatus.USAGE, ExitStatus.BUG, ExitStatus.INTERRUPTED)
NO_ARGUMENTS: Mapping[str, str] = MappingProxyType({})
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True}


class Manual(NamedTuple):
    """What a command's page says beside its docstring and its options.

    `changes` is what it changes, in the database and on disk; `examples` are command lines with what each is for;
    `arguments` describes what stands without a dash; `findings` is what status 1 means, if the command gives it;
    `statuses` are those that not every command gives; `see` names commands, and pages from the top of the repository.
    """

    changes: str
    examples: Mapping[str, str]
    arguments: Mapping[str, str] = NO_ARGUMENTS
    findings: str | None = None
    statuses: Sequence[ExitStatus] = ()
    see: Sequence[str] = ()

    @property
    def ends(self) -> dict[ExitStatus, str]:
        """Tell the exit statuses that the command may give, in their order, and what each means."""
        found = {status: status.meaning for status in (*ALWAYS, *self.statuses)}
        if self.findings:
            found[ExitStatus.FINDINGS] = self.findings
        return dict(sorted(found.items()))


class Documented(click.Command):
    """A command whose help is a whole page."""

    def __init__(self, *args: Any, manual: Manual | None = None, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.manual = manual

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        if self.manual:
            _write_text(formatter, "Changes", self.manual.changes)
            _write_rows(formatter, "Arguments", list(self.manual.arguments.items()))
        self.format_options(ctx, formatter)
        if self.manual:
            _write_examples(formatter, self.manual.examples)
            ends = [(str(status.value), meaning) for status, meaning in self.manual.ends.items()]
            _write_rows(formatter, "Exit statuses", ends)
            _write_rows(formatter, "See also", [(name, "") for name in self.manual.see])
        self.format_epilog(ctx, formatter)


class DocumentedGroup(Documented, click.Group):
    """A group of commands whose help is a whole page; its commands are documented too."""

    command_class = Documented


def _write_text(formatter: click.HelpFormatter, title: str, text: str) -> None:
    if text:
        with formatter.section(title):
            formatter.write_text(text)


def _write_rows(formatter: click.HelpFormatter, title: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)


def _write_examples(formatter: click.HelpFormatter, examples: Mapping[str, str]) -> None:
    """Write each example on a line that can be copied, whatever its length, and below it what it is for."""
    with formatter.section("Examples"):
        for line, purpose in examples.items():
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
            formatter.indent()
            formatter.indent()
            formatter.write_text(purpose)
            formatter.dedent()
            formatter.dedent()
