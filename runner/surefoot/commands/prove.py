"""`surefoot prove`: run migrations forward, back and forward again, and judge what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import STATE_FOLDER, project_options
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.project import Project
from surefoot_lint.source import read_source

if TYPE_CHECKING:
    from surefoot.proving.proof import Proof

FORMATS = ("text", "json", "github", "junit", "markdown")
COLORS = {"proven": "green", "lossy": "yellow", "differs": "red", "fails": "red", "not reached": "yellow"}


@click.command(short_help="Prove that rollbacks undo their migrations.")
@click.argument("files", nargs=-1, metavar="[FILES]")
@click.option("--all", "is_all", is_flag=True, help="All migrations; the same as to name none.")
@click.option("--scratch-url", metavar="URL", help="A server for trials, as its superuser; else one of our own.")
@click.option("--rows", type=click.IntRange(min=0), default=0, metavar="N", help="Try them on N made-up rows a table.")
@click.option(
    "--seeds", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="SQL that makes rows first."
)
@click.option("--no-cache", is_flag=True, help="Prove again what an earlier run has proven.")
@click.option("--require-idempotent", is_flag=True, help="Files that cannot be run twice are failures too.")
@click.option("--details", is_flag=True, help="In text, tell what each file locked, rewrote and dropped.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to write the verdicts.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file for the verdicts.")
@project_options
@click.pass_obj
def command(
    console: Console,
    manifest: Path,
    files: Sequence[str],
    is_all: bool,
    scratch_url: str | None,
    rows: int,
    seeds: Path | None,
    no_cache: bool,
    require_idempotent: bool,
    details: bool,
    form: str,
    output: Path | None,
) -> ExitStatus:
    """Run each migration on a scratch server: forward, forward again, back, back again, forward once more.

    Each time the schema and the rows are compared with what they must be. FILES are migrations by their files,
    names or numbers.

    \b
    Example: surefoot prove 012 --details
    """
    from surefoot.prove import prove
    from surefoot.proving.cache import cache_of
    from surefoot.proving.report import render
    from surefoot.proving.report.text import lines
    from surefoot.proving.rows import Rows
    from surefoot.scratch import find

    if files and is_all:
        raise UsageError("--all and FILES exclude one another", next_step="leave out one of them")
    form = "json" if console.is_json else form
    project = Project.load(manifest)
    numbers = {number_named(project, file) for file in files} or None
    server = find(project.manifest.postgres, scratch_url)
    wanted_rows = Rows(rows, read_source(seeds, str(seeds)) if seeds else None) if rows or seeds else None
    said = wanted_rows.said if wanted_rows else ()
    streams = form == "text" and output is None
    console.remark(server.origin)
    if server.warning:
        console.remark(f"warning: {server.warning}")

    def told(proof: Proof) -> None:
        if streams:
            console.say(coloured("\n".join(lines(proof, is_detailed=details)), proof.verdict))

    proofs = prove(
        project,
        server,
        numbers=numbers,
        rows=wanted_rows,
        cache=None if no_cache else cache_of(project, project.folder / STATE_FOLDER, server.version, said),
        require_idempotent=require_idempotent,
        told=told,
        waiting=lambda: console.remark("another prover is at work on that server: waiting for it"),
    )
    if streams:
        console.say(proofs.summary)
    elif output is None:
        click.echo(render(proofs, form))
    else:
        output.write_text(render(proofs, form) + "\n", encoding="utf-8")
        console.remark(f"{proofs.summary}; written to {output}")
    return ExitStatus.FINDINGS if proofs.failing else ExitStatus.DONE


def number_named(project: Project, given: str) -> int:
    """Find a migration by its path, its file's name, its name, or its number. Raises UsageError."""
    for migration in project.migrations:
        names = {migration.name, migration.entry.file, migration.source.shown, Path(migration.entry.file).name}
        if given in names or (given.isdecimal() and int(given) == migration.number):
            return migration.number
        if Path(given).resolve() == migration.source.path.resolve():
            return migration.number
    raise UsageError(f"there is no migration {given}", next_step="surefoot plan lists them; or leave it out, for all")


def coloured(text: str, verdict: str) -> str:
    """Colour the verdict at the beginning of its lines."""
    return text.replace(verdict, click.style(verdict, fg=COLORS[verdict]), 1)
