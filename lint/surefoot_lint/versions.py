"""What `--version` says: the program's own version, and those of what it stands on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from surefoot_lint.version import __version__

Command = TypeVar("Command", bound=Callable[..., Any])


def version_option(
    program: str, *packages: str, libpq: Callable[[], str | None] = lambda: None
) -> Callable[[Command], Command]:
    """Make the option `--version`; nothing is looked up before it is asked for."""

    def say(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
        if is_asked and not ctx.resilient_parsing:
            click.echo(f"{program} {__version__}\n{', '.join(_below(packages, libpq()))}")
            ctx.exit()

    return click.option(
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=say,
        help="Show the version, and those of Python and the libraries, and exit.",
    )


def _below(packages: tuple[str, ...], libpq: str | None) -> list[str]:
    """Name what the program stands on; a package that is not installed is left out."""
    from importlib.metadata import PackageNotFoundError, version

    found = [f"Python {sys.version.split()[0]}"]
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return [*found, f"libpq {libpq}"] if libpq else found
