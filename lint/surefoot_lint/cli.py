"""surefoot-lint: parse, call, print, return a status; the one place where the linter shows errors."""

from __future__ import annotations

import gc
import os
import re
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot_lint import completion, manuals
from surefoot_lint.errors import ExitStatus, SurefootError
from surefoot_lint.finding import Level
from surefoot_lint.manual import SETTINGS, DocumentedGroup
from surefoot_lint.recall import recalled
from surefoot_lint.refusal import place_error
from surefoot_lint.report import FORMATS, LIST_FORMATS, render
from surefoot_lint.show import render as render_error
from surefoot_lint.version import __version__
from surefoot_lint.versions import version_option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from surefoot_lint.fixer import Repairs

COLOURS = {"error": "red", "warning": "yellow", "information": "cyan"}
LEVEL_WORD = re.compile(rf"^((?:[^|\n]*?: )?)({'|'.join(COLOURS)})(?=:| [A-Z]{{2}}\d{{3}} )", re.MULTILINE)
LEVELS = ("error", "warning", "information")
PROGRAM = "surefoot-lint"
OWN_OPTIONS = ("-h", "--help", "--version")


class CheckByDefault(DocumentedGroup):
    """A group that runs `check` where the first word names no other command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `check` in front where no command is named."""
        named = bool(args) and args[0] in (*self.commands, *OWN_OPTIONS)
        is_begun = bool(args) or not ctx.resilient_parsing  # where a shell asks for the first word, none is named yet
        return super().parse_args(ctx, ["check", *args] if is_begun and not named else args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Offer the commands, and what may follow check."""
        own = super().shell_complete(ctx, incomplete)
        below = check.make_context("check", [], parent=ctx, resilient_parsing=True)
        said = {item.value for item in own}
        own += [item for item in check.shell_complete(below, incomplete) if item.value not in said]
        return own or click.Path().shell_complete(below, check.params[0], incomplete)


def _words(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, (text or "").split(","))))


manifest_option = click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The manifest of the project; else manifest.yaml in the folder, or in one above.",
)


@click.group(cls=CheckByDefault, manual=manuals.LINT, context_settings=SETTINGS)
@version_option(PROGRAM, "postgast")
def cli() -> None:
    """Find what is wrong with migrations, without a server.

    `surefoot lint` is the same as `surefoot-lint`; followed by paths or options it means `check`.
    """


@cli.command(manual=manuals.CHECK, short_help="Check projects, folders or files.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@manifest_option
@click.option(
    "--base",
    metavar="REF",
    shell_complete=completion.bases,
    help="Compare with the commit that HEAD and a branch, tag or commit grew from.",
)
@click.option(
    "--changed", is_flag=True, help="Judge the set of files, and of migrations those that differ from the base."
)
@click.option(
    "--select",
    metavar="CODES",
    callback=_words,
    shell_complete=completion.rules_with_commas,
    help="Use these rules alone: codes or names, with commas between them.",
)
@click.option(
    "--ignore",
    metavar="CODES",
    callback=_words,
    shell_complete=completion.rules_with_commas,
    help="Do not use these rules: codes or names.",
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="information",
    help="The least level that is reported.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to write the report.")
@click.option("--no-cache", is_flag=True, help="Find everything out anew, and keep nothing in .surefoot/cache.")
@click.option(
    "--fix",
    is_flag=True,
    help="Repair what can be repaired without a change of meaning, then report the rest. A migration that has been "
    "applied must not be edited: with --base, merged ones are left alone.",
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
def check(
    paths: tuple[Path, ...],
    manifest: Path | None,
    base: str | None,
    changed: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    level: str,
    form: str,
    no_cache: bool,
    fix: bool,
    diff: bool,
) -> ExitStatus:
    """Check projects, folders of migrations, or single files; by default the current folder."""
    if diff or fix:
        from surefoot_lint.fixer import plan_repairs, repair_files
        from surefoot_lint.linter import Choice

        choice = Choice(changed, select, ignore)
        if diff:
            return _show_diff(plan_repairs(paths, manifest, base, choice))
        _echo(str(repair_files(paths, manifest, base, choice)), err=form != "text")
    if no_cache or base is not None or changed:
        from surefoot_lint.linter import lint

        caching = not no_cache
        report = lint(
            paths, manifest=manifest, base=base, changed=changed, select=select, ignore=ignore, caching=caching
        )
    else:
        report = recalled(paths, manifest=manifest, select=select, ignore=ignore)
    report = report.at_least(Level[level.upper()])
    text = render(report, form)
    if text:
        _echo(text)
    return ExitStatus.FINDINGS if report.failing else ExitStatus.DONE


def _show_diff(repairs: Repairs) -> ExitStatus:
    """Print a diff, and on standard error what is left alone."""
    if repairs.merged or not repairs.files:
        _echo(str(repairs._replace(files={})), err=True)
    lines = repairs.diff().split("\n")
    click.echo("\n".join(map(_with_colour, lines)), nl=False, color=False if os.environ.get("NO_COLOR") else None)
    return ExitStatus.FINDINGS if repairs.files else ExitStatus.DONE


def _with_colour(line: str) -> str:
    """Colour a line of a diff; click takes the colours out where there is no terminal."""
    if line.startswith(("---", "+++")):
        return click.style(line, bold=True)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line


@cli.command(manual=manuals.BASELINE, short_help="Freeze what is found now, or less of it.")
@manifest_option
@click.option("--accept-new", metavar="REASON", help="Freeze new findings too; their entries keep the reason.")
def baseline(manifest: Path | None, accept_new: str | None) -> ExitStatus:
    """Freeze what is found now in the file that the manifest names as lint.baseline.

    A baseline that is there only shrinks: entries that are no longer found are taken out. New findings are not frozen
    without a reason.
    """
    from surefoot_lint.freeze import freeze

    frozen = freeze(manifest, accept_new)
    _echo(str(frozen))
    return ExitStatus.FINDINGS if frozen.refused else ExitStatus.DONE


@cli.command(manual=manuals.EXPLAIN)
@click.argument("codes", nargs=-1, required=True, shell_complete=completion.rules)
def explain(codes: tuple[str, ...]) -> None:
    """Show the pages of rules, named by their codes or their names."""
    from surefoot_lint.rule import find_rule
    from surefoot_lint.rulebook import explanation

    _echo("\n\n\n".join([explanation(find_rule(code)) for code in codes]))


@cli.command(manual=manuals.RULES)
@click.option(
    "--format",
    "form",
    type=click.Choice(LIST_FORMATS),
    default="text",
    help="How to write the list.",
)
def rules(form: str) -> None:
    """List all rules by family: code, level, name."""
    from surefoot_lint.rulebook import rules_list

    _echo(rules_list(form))


@cli.command("completion", manual=manuals.COMPLETION, short_help="Let the shell complete what is typed.")
@click.argument("shell", type=click.Choice(completion.SHELLS), metavar="SHELL")
def completion_script(shell: str) -> None:
    """Print a script that lets a shell complete commands, options, rules, branches and files."""
    _echo(completion.script(shell, cli, PROGRAM))


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line, show errors, and give the exit status."""
    with completion.quiet_completion(PROGRAM):
        return _run(args)


def _run(args: Sequence[str] | None) -> int:
    gc.disable()  # a run makes much, drops little, and ends soon: to look for cycles takes a quarter of the time
    try:
        return int(cli.main(args, prog_name=PROGRAM, standalone_mode=False) or ExitStatus.DONE)
    except SurefootError as error:
        _echo(render_error(error), err=True)
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return ExitStatus.USAGE
    except (click.Abort, KeyboardInterrupt):
        return ExitStatus.INTERRUPTED
    except Exception as error:
        refusal = place_error(error) if isinstance(error, OSError) else None
        if refusal is not None:
            _echo(render_error(refusal), err=True)
            return refusal.exit_status
        _echo(f"{traceback.format_exc()}\nerror: this is a bug in Surefoot {__version__}: please report it", err=True)
        return ExitStatus.BUG
    finally:
        gc.enable()


def _echo(text: str, *, err: bool = False) -> None:
    """Print, with the words of levels in colour on a terminal."""
    coloured = LEVEL_WORD.sub(lambda match: match[1] + click.style(match[2], COLOURS[match[2]], bold=True), text)
    click.echo(coloured, err=err, color=False if os.environ.get("NO_COLOR") else None)
