"""The generated pages that speak of the runner; those of the linter stand in `surefoot_lint.pages`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from surefoot.cli import TOPICS
from surefoot.cli import cli as runner
from surefoot_lint.cli import cli as linter
from surefoot_lint.manual_page import anchor_of, command_section
from surefoot_lint.pages import ORIGIN, Pages, pages_command

HEAD = f"""\
# The commands

{ORIGIN}

What `--help` says of each command of `surefoot` and `surefoot-lint`, in one page. `surefoot lint` is the same as
`surefoot-lint`. `surefoot completion bash` lets a shell complete all of it. [Exit statuses](exit-statuses.md) are the
same everywhere."""


def cli_page() -> str:
    """Write the page of all commands of both programs."""
    programs = (_open(runner, "surefoot"), _open(linter, "surefoot-lint"))
    sections = [command_section(context) for program in programs for context in (program, *_below(program))]
    return "\n\n".join([HEAD, _contents(programs[0], programs[1]), *sections]) + "\n"


def _open(group: click.Group, program: str) -> click.Context:
    return click.Context(group, info_name=program, **group.context_settings)


def _below(program: click.Context) -> Iterator[click.Context]:
    """Open the commands of a program; the linter is a program of its own."""
    group = program.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(program):
        command = group.get_command(program, name)
        if command and command is not linter:
            yield click.Context(command, parent=program, info_name=name)


def _contents(program: click.Context, linting: click.Context) -> str:
    commands = {str(context.info_name): context for context in _below(program)}
    rows = [(topic, [commands[name] for name in names if name in commands]) for topic, names in TOPICS.items()] + [
        ("Lint", list(_below(linting)))
    ]
    lines = [f"| {topic} | {', '.join(map(_link, found))} |" for topic, found in rows if found]
    return "\n".join(["| what | commands |", "|---|---|", *lines])


def _link(context: click.Context) -> str:
    return f"[{context.command_path}](#{anchor_of(context.command_path)})"


PAGES: Pages = {"cli.md": cli_page}
main = pages_command(PAGES)

if __name__ == "__main__":
    main()
