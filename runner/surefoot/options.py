"""Options that commands share, and what they open: the project, and its database."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from surefoot import completion
from surefoot.console import Console
from surefoot_lint.errors import ExitStatus
from surefoot_lint.paths import MANIFEST_NAME

if TYPE_CHECKING:
    import psycopg

    from surefoot.connection import Target
    from surefoot_lint.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])
STATE_FOLDER = ".surefoot"
WRITING = (ExitStatus.REFUSED, ExitStatus.SQL_FAILED, ExitStatus.NO_CONNECTION)  # of commands that write to a database
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


class Seconds(click.ParamType[float]):
    """A duration such as 30s, 500ms or 2min, as a number of seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a duration; a bare number is refused, as its unit would be a guess."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)", str(value))
        if match is None:
            self.fail(f"{value!r} is no duration with its unit: 30s, 500ms, 2min", param, ctx)
        return float(match[1]) * SECONDS[match[2]]


manifest_option = click.option(
    "--manifest", "-m", type=click.Path(path_type=Path), default=Path(MANIFEST_NAME), help="The manifest to use."
)
url_option = click.option(
    "--database-url", metavar="URL", help="The database; else DATABASE_URL, PGHOST and friends, the embedded server."
)
wait_option = click.option(
    "--wait",
    type=Seconds(),
    default="0s",
    metavar="TIME",
    help="How long to wait for the server to be there, with its unit: 500ms, 30s, 2min.",
)
to_option = click.option(
    "--to",
    metavar="NUMBER",
    shell_complete=completion.numbers,
    help="The last migration to apply; without it all that are pending.",
)
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask: what is lost may be lost.")


def _switch_to_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.ensure_object(Console).is_json = value


json_option = click.option(
    "--json", is_flag=True, expose_value=False, callback=_switch_to_json, help="Write JSON for machines, a line each."
)


def project_options(command: Command) -> Command:
    """Add the options of every command that reads a project."""
    return manifest_option(json_option(command))


def database_options(command: Command) -> Command:
    """Add the options of every command that needs a database."""
    return url_option(wait_option(project_options(command)))


@contextmanager
def database(console: Console, project: Project, url: str | None, wait: float) -> Iterator[psycopg.Connection]:
    """Connect to the project's database for a block, starting the embedded server where none is named."""
    with connecting(console, project, url, wait) as connect_again, connect_again() as connection:
        yield connection


@contextmanager
def connecting(
    console: Console, project: Project, url: str | None, wait: float
) -> Iterator[Callable[[], psycopg.Connection]]:
    """Give for a block what connects to the project's database, as often as is wanted; the first time it is told."""
    from surefoot.connection import connect, describe, given_target

    target = given_target(url, os.environ)
    with _server_of(project, target) as found:
        greetings = [", embedded in .surefoot" if target is None else ""]

        def connect_again() -> psycopg.Connection:
            connection = connect(found, wait)
            if greetings:
                console.remark(f"{describe(connection)}{greetings.pop()}")
            return connection

        yield connect_again


@contextmanager
def _server_of(project: Project, target: Target | None) -> Iterator[Target]:
    """Use the named database, or else the one on the embedded server, unless that is forbidden."""
    from surefoot.connection import Target
    from surefoot.errors import ConnectionFailed

    if target is not None:
        yield target
        return
    if os.environ.get("SUREFOOT_EMBEDDED") == "never":
        raise ConnectionFailed(
            "no database is named, and SUREFOOT_EMBEDDED=never forbids the embedded server",
            state="nothing was run",
            next_step="set DATABASE_URL, or give --database-url",
        )
    from surefoot.servers import embedded, ensure_database

    manifest = project.manifest
    with embedded(project.folder / STATE_FOLDER) as server:
        yield Target(ensure_database(server, manifest.name, manifest.platform), "the embedded server")
