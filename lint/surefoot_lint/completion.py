"""What shells ask while a person types: the script for a shell, and the values that an option may have.

Nothing here may fail, wait or write: what cannot be found out is not offered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot_lint.errors import GitError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHELLS = ("bash", "zsh", "fish")
Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem[str]]"]


def variable_of(program: str) -> str:
    """Name the environment variable by which a shell asks a program for completions."""
    return f"_{program.replace('-', '_')}_COMPLETE".upper()


@contextmanager
def quiet_completion(program: str) -> Iterator[None]:
    """Keep errors from the terminal while a shell asks: they would stand in the line that a person types."""
    if variable_of(program) not in os.environ:
        yield
        return
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
        yield


def script(shell: str, group: click.Group, program: str) -> str:
    """Write what a shell has to run so that it completes the words of a program."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found, shell
    return found(group, {}, program, variable_of(program)).source().rstrip("\n")


def offers(values: Mapping[str, str], incomplete: str) -> list[CompletionItem[str]]:
    """Offer those values that begin with what is there, each with a word on it."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(value, help=said or None) for value, said in values.items() if value.startswith(incomplete)]


def bases(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the branches and tags of the repository, the newest first."""
    from surefoot_lint.git import open_repository

    try:
        return offers(dict.fromkeys(open_repository(Path()).references(), ""), incomplete)
    except (GitError, OSError):
        return []


def rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the codes of the rules; their names once one is begun."""
    return offers(_words_for_rules(incomplete), incomplete)


def rules_with_commas(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Offer one more rule after those that are there."""
    before, comma, last = incomplete.rpartition(",")
    taken = before.split(",")
    words = {word: said for word, said in _words_for_rules(last).items() if word not in taken}
    return offers({f"{before}{comma}{word}": said for word, said in words.items()}, incomplete)


def _words_for_rules(incomplete: str) -> dict[str, str]:
    from surefoot_lint.rule import all_rules

    by_name = incomplete[:1].islower()
    return {rule.name: rule.code for rule in all_rules()} if by_name else {r.code: r.name for r in all_rules()}
