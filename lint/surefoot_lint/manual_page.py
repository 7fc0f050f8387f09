"""The help of commands as a page of Markdown: the same words, with tables and links."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from surefoot_lint.manual import Documented, Manual


def command_section(context: click.Context) -> str:
    """Write the section of one command; it has its own path as title."""
    command = context.command
    manual = command.manual if isinstance(command, Documented) else None
    parts = [f"## {context.command_path}", f"```text\n{_usage(context)}\n```", _text(command)]
    if manual:
        parts += [f"**Changes.** {manual.changes}", _table("argument", manual.arguments.items(), is_code=True)]
    parts.append(_table("option", _options(context), is_code=True))
    if manual:
        ends = ((str(status.value), meaning) for status, meaning in manual.ends.items())
        parts += [_examples(manual), _table("status", ends), f"See also: {', '.join(map(_link, manual.see))}."]
    return "\n\n".join(part for part in parts if part)


def anchor_of(title: str) -> str:
    """Give the anchor that GitHub makes for a title."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _usage(context: click.Context) -> str:
    return " ".join([context.command_path, *context.command.collect_usage_pieces(context)])


def _text(command: click.Command) -> str:
    paragraphs = (command.help or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _options(context: click.Context) -> list[tuple[str, str]]:
    records = (parameter.get_help_record(context) for parameter in context.command.get_params(context))
    return [record for record in records if record and record[0].startswith("-")]


def _examples(manual: Manual) -> str:
    lines = "\n\n".join(f"# {purpose}\n{line}" for line, purpose in manual.examples.items())
    return f"```sh\n{lines}\n```"


def _table(title: str, rows: Iterable[tuple[str, str]], *, is_code: bool = False) -> str:
    """Write a table of two columns; a line in a cell would end the cell."""
    lines = [(name.replace("|", r"\|"), " ".join(said.replace("|", r"\|").split())) for name, said in rows]
    shown = [f"| `{name}` | {said} |" if is_code else f"| {name} | {said} |" for name, said in lines]
    return "\n".join([f"| {title} | |", "|---|---|", *shown]) if shown else ""


def _link(name: str) -> str:
    if name.endswith(".md"):
        path = name.removeprefix("docs/")
        return f"[{path}]({path})"
    return f"[{name}](#{anchor_of(name)})"
