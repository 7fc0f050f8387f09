"""`surefoot completion`: let a shell complete what a person types."""

from __future__ import annotations

import click

from surefoot.console import Console
from surefoot_lint.completion import SHELLS, script
from surefoot_lint.manual import Documented, Manual

MANUAL = Manual(
    changes="Nothing: a script is printed. It asks no database, and starts no server, while you type.",
    arguments={"SHELL": "bash (4.4 or later), zsh or fish."},
    examples={
        'eval "$(surefoot completion bash)"': "Complete in this shell; put the line into ~/.bashrc for every shell.",
        "surefoot completion bash > ~/.local/share/bash-completion/completions/surefoot": "Or as a file, which bash "
        "loads when it is first needed.",
        'eval "$(surefoot completion zsh)"': "For zsh, in ~/.zshrc, below the line with compinit.",
        "surefoot completion fish > ~/.config/fish/completions/surefoot.fish": "For fish.",
    },
    see=("surefoot-lint completion", "docs/cli.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Let the shell complete what is typed.")
@click.argument("shell", type=click.Choice(SHELLS), metavar="SHELL")
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a script that lets a shell complete commands, options, and the numbers and phases of the migrations.

    Branches, rules, formats and files are completed too. The script is for `surefoot`, with `surefoot lint`.
    """
    group = context.find_root().command
    assert isinstance(group, click.Group)
    context.ensure_object(Console).say(script(shell, group, "surefoot"))
