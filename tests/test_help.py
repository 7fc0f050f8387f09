"""The help of every command of both programs is a whole page, and what it tells to type is understood."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import surefoot.cli
import surefoot_lint.cli
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.rule import find_rule

ROOT = Path(__file__).parent.parent
PROGRAMS: dict[str, click.Group] = {"surefoot": surefoot.cli.cli, "surefoot-lint": surefoot_lint.cli.cli}
WIDEST = 100


def pages() -> Iterator[click.Context]:
    """Open both programs, and every command of them."""
    for program, group in PROGRAMS.items():
        top = click.Context(group, info_name=program, **group.context_settings)
        yield top
        for name in group.list_commands(top):
            command = group.get_command(top, name)
            assert command
            yield click.Context(command, parent=top, info_name=name)


def path_of(context: click.Context) -> str:
    return context.command_path


def manual_of(context: click.Context) -> Manual:
    assert isinstance(context.command, Documented), f"{context.command_path} is made with cls=Documented"
    assert context.command.manual, f"{context.command_path} has manual=Manual(…)"
    return context.command.manual


def words_of(line: str) -> list[str]:
    """Cut a command line, without what the shell does with the output."""
    line = line.removeprefix('eval "$(').removesuffix(')"')
    return shlex.split(line.partition(" | ")[0].partition(" > ")[0])


PAGES = list(pages())
EXAMPLES = [(context, line) for context in PAGES for line in manual_of(context).examples]


@pytest.mark.parametrize("context", PAGES, ids=path_of)
def test_a_page_has_all_its_parts(context: click.Context) -> None:
    manual = manual_of(context)
    assert context.command.help
    assert context.command.short_help or len(context.command.help.splitlines()[0]) < WIDEST
    assert len(manual.examples) >= 2
    assert all(purpose.endswith(".") for purpose in (manual.changes, *manual.examples.values()))
    for parameter in context.command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{context.command_path} {parameter.opts}"
    arguments = [one for one in context.command.params if isinstance(one, click.Argument)]
    assert list(manual.arguments) == [one.make_metavar(context).strip("[].") for one in arguments]


@pytest.mark.parametrize("context", PAGES, ids=path_of)
def test_a_page_fits(context: click.Context) -> None:
    wide = click.Context(context.command, parent=context.parent, info_name=context.info_name, terminal_width=WIDEST)
    page = wide.get_help()
    assert max(map(len, page.splitlines())) <= WIDEST
    for title in ("Changes:", "Options:", "Examples:", "Exit statuses:", "See also:"):
        assert f"\n{title}\n" in page


@pytest.mark.parametrize("context", PAGES, ids=path_of)
def test_statuses_fit_the_command(context: click.Context) -> None:
    """What needs a database can fail to reach it."""
    ends = manual_of(context).ends
    assert {ExitStatus.DONE, ExitStatus.USAGE, ExitStatus.BUG, ExitStatus.INTERRUPTED} <= set(ends)
    if any(parameter.name == "database_url" for parameter in context.command.params):
        assert ExitStatus.NO_CONNECTION in ends
    assert all("\n" not in meaning for meaning in ends.values())


@pytest.mark.parametrize(("context", "line"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else "")
def test_an_example_is_understood(
    context: click.Context, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.txt").touch()
    (tmp_path / "migrations").mkdir()
    program, *words = words_of(line)
    opened = click.Context(PROGRAMS[program], info_name=program, **PROGRAMS[program].context_settings)
    command: click.Command | None = PROGRAMS[program]
    while isinstance(command, click.Group):
        is_named = bool(words) and words[0] in command.list_commands(opened)
        name, *words = words if is_named else ["check", *words]
        command = command.get_command(opened, name)
    assert command, line
    if "--help" not in words:
        command.make_context(command.name, words, parent=opened)
    shared = {context.command, opened.command, *(PROGRAMS["surefoot-lint"].commands.values())}
    assert command in shared or context.parent is None


@pytest.mark.parametrize("context", PAGES, ids=path_of)
def test_what_to_see_is_there(context: click.Context) -> None:
    known = {one.command_path for one in PAGES}
    for name in manual_of(context).see:
        assert name in known or (ROOT / name).is_file(), name


def test_rules_of_examples_are_known() -> None:
    words = [word for _, line in EXAMPLES if line.startswith("surefoot-lint") for word in words_of(line)]
    codes = [code for word in words for code in word.split(",") if code[:2].isupper() and code[2:].isdigit()]
    assert codes
    assert [find_rule(code).code for code in codes] == codes


def test_every_command_has_a_topic() -> None:
    topics = [name for names in surefoot.cli.TOPICS.values() for name in names]
    assert len(topics) == len(set(topics))
    assert {context.info_name for context in PAGES if context.parent and context.parent.info_name == "surefoot"} <= set(
        topics
    )
