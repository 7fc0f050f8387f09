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
from surefoot_lint.completion import quiet_completion
from surefoot_lint.errors import ExitStatus, SurefootError
from surefoot_lint.manual import SETTINGS, DocumentedGroup, Manual
from surefoot_lint.refusal import place_error
from surefoot_lint.version import __version__
from surefoot_lint.versions import version_option

# Objects made between two looks for garbage: nearly all that a start makes stays, and Python would look at it often.
OBJECTS_BETWEEN_LOOKS = 100_000
# What people do, and the commands for it, in the order in which they need them; a command's file is found by its name.
TOPICS = {
    "Daily work": ("init", "new", "plan", "migrate", "status", "rollback", "seed"),
    "Check before it runs": ("lint", "prove", "gate"),
    "Operate": ("verify", "drift", "history", "abandon", "accept", "runbook", "ledger"),
    "Take over": ("adopt", "baseline", "renumber"),
    "Describe": ("document", "report"),
    "Set up": ("completion",),
}
REPORT = "report it with that file, after you have looked that it holds nothing secret"
REPEAT = "export TMPDIR=/a/folder with room, run it again, and report it with the file that is named then"


MANUAL = Manual(
    changes="By itself nothing; the page of each command says what that one changes.",
    examples={
        "surefoot init --name shop": "Begin a project in the current folder.",
        "surefoot migrate": "Apply what is pending, to DATABASE_URL or to an embedded server for trying out.",
        "surefoot completion bash --help": "Let the shell complete commands, options, numbers and names.",
    },
    findings="findings, failed checks, drift, or pending migrations; the page of a command says which",
    statuses=(ExitStatus.REFUSED, ExitStatus.SQL_FAILED, ExitStatus.NO_CONNECTION),
    see=("docs/index.md", "docs/tutorial.md", "docs/cli.md", "docs/exit-statuses.md"),
)


class Commands(DocumentedGroup):
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what people do."""
        names = self.list_commands(ctx)
        sorted_out = {name for topic in TOPICS.values() for name in topic}
        rest = tuple(name for name in names if name not in sorted_out)
        for topic, wanted in (TOPICS | {"More": rest}).items():
            found = [(name, self.get_command(ctx, name)) for name in wanted if name in names]
            rows = [(name, command.get_short_help_str(formatter.width)) for name, command in found if command]
            if rows:
                with formatter.section(topic):
                    formatter.write_dl(rows, col_max=12)


def _libpq() -> str | None:
    """Say which libpq psycopg uses; nothing where there is none."""
    try:
        from psycopg import pq
    except ImportError:  # no driver, or no libpq for it
        return None
    number = pq.version()
    return f"{number // 10000}.{number % 10000}"


@click.group(cls=Commands, manual=MANUAL, context_settings=SETTINGS)
@version_option("surefoot", "psycopg", "postgast", libpq=_libpq)
def cli() -> None:
    """Raw-SQL migrations for PostgreSQL, proven both ways.

    A migration is a numbered SQL file, with another that undoes it; manifest.yaml lists them. `surefoot COMMAND --help`
    tells what a command does and changes, its options, examples and exit statuses.
    """


def main() -> NoReturn:
    """Run the command line and exit with a status of `ExitStatus`."""
    signal.signal(signal.SIGTERM, _interrupt)
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    with quiet_completion("surefoot"):
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
        shown = (place_error(error) if isinstance(error, OSError) else None) or _bug(error)
        console.fail(shown)
        return shown.exit_status


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
    what = without_password(f"{type(error).__name__}: {error}".splitlines()[0])
    try:
        with tempfile.NamedTemporaryFile("w", prefix="surefoot-", suffix=".txt", delete=False) as file:
            file.write(f"surefoot {__version__}, python {sys.version}\n\n{text}")
        why, advice = f"the traceback is in {Path(file.name)}", REPORT
    except OSError as refused:
        why, advice = f"its traceback could not be kept: {refused.strerror}", REPEAT
    return SurefootError(f"this is a bug in Surefoot: {what}", why=why, next_step=advice)
