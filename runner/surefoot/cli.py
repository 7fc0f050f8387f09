"""The command line: the group of commands, and the one place that shows errors."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from surefoot import commands
from surefoot.console import Console
from surefoot_lint.errors import ExitStatus, SurefootError
from surefoot_lint.version import __version__

# Objects made between two looks for garbage: nearly all that a start makes stays, and Python would look at it often.
OBJECTS_BETWEEN_LOOKS = 100_000
REPORT = "report it with that file, after you have looked that it holds nothing secret"


class Commands(click.Group):
    """Commands by the names of the modules in `surefoot.commands`, each imported when it is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name all commands."""
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"surefoot.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one, name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
            advice = f"Did you mean {near[0]}?" if near else f"The commands are {', '.join(self.list_commands(ctx))}."
            raise click.UsageError(f"{error.message} {advice}", ctx) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="surefoot")
def cli() -> None:
    """Raw-SQL migrations for PostgreSQL, proven both ways."""


def main() -> NoReturn:
    """Run the command line and exit with a status of `ExitStatus`."""
    signal.signal(signal.SIGTERM, _interrupt)
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    status = run(sys.argv[1:])
    gc.freeze()  # all of it goes with the process: the last look for garbage would take longer than the server did
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one command; show whatever goes wrong; give the exit status."""
    console = Console(is_json="--json" in arguments)
    try:
        status = cli.main(arguments, prog_name="surefoot", standalone_mode=False, obj=console)
        return ExitStatus.DONE if status is None else int(status)
    except click.UsageError as error:
        error.show()
        return ExitStatus.USAGE
    except (click.Abort, KeyboardInterrupt):
        console.fail(_interrupted())
        return ExitStatus.INTERRUPTED
    except SurefootError as error:
        console.fail(error)
        return error.exit_status
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; Python would complain when it flushes
        return ExitStatus.DONE
    except Exception as error:
        console.fail(_bug(error))
        return ExitStatus.BUG


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Treat SIGTERM as Ctrl-C: cancel, roll back, say so."""
    raise KeyboardInterrupt


def _interrupted() -> SurefootError:
    from surefoot.errors import Interrupted

    return Interrupted("interrupted", state="nothing was run")


def _bug(error: Exception) -> SurefootError:
    """Keep the traceback, without passwords, and say where it is."""
    from surefoot.concealment import without_password

    text = without_password("".join(traceback.format_exception(error)))
    with tempfile.NamedTemporaryFile("w", prefix="surefoot-", suffix=".txt", delete=False) as file:
        file.write(f"surefoot {__version__}, python {sys.version}\n\n{text}")
    what = without_password(f"{type(error).__name__}: {error}".splitlines()[0])
    return SurefootError(
        f"this is a bug in Surefoot: {what}", why=f"the traceback is in {Path(file.name)}", next_step=REPORT
    )
