"""`surefoot prove`: run migrations forward, back and forward again, and judge what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from surefoot import completion
from surefoot.console import Console
from surefoot.options import STATE_FOLDER, project_options
from surefoot_lint.completion import bases
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project
from surefoot_lint.source import read_source

if TYPE_CHECKING:
    from surefoot.proving.proof import Proof
    from surefoot.proving.proofs import Proofs
    from surefoot.scratch.given import Given
    from surefoot.scratch.local import Local

FORMATS = ("text", "json", "github", "junit", "markdown")
COLORS = {"proven": "green", "lossy": "yellow", "differs": "red", "fails": "red", "not reached": "yellow"}

MANUAL = Manual(
    changes="Nothing but a scratch server, which keeps nothing, and .surefoot/proofs, where verdicts are kept. A "
    "database that is named by --on is only read.",
    arguments={"FILES": "Migrations by path, name or number; all if none is named."},
    examples={
        "surefoot prove": "Prove all migrations; what is known already is told at once.",
        "surefoot prove 012 --details": "Prove one, and tell what each file locks, rewrites and drops.",
        "surefoot prove --changed --base origin/main --format junit -o proof.xml": "Prove what a branch brings.",
        "surefoot prove --rows 1000": "Prove that values survive, on made-up rows.",
        "surefoot prove --on postgresql://replica/shop": "Prove what a real database lacks, on a copy of it.",
    },
    findings="a migration is not proven: lossy, differs, fails, not reached",
    statuses=(ExitStatus.SQL_FAILED, ExitStatus.NO_CONNECTION),
    see=("surefoot gate", "surefoot rollback", "docs/prove.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Prove that rollbacks undo their migrations.")
@click.argument("files", nargs=-1, metavar="[FILES]", shell_complete=completion.numbers)
@click.option("--all", "is_all", is_flag=True, help="All migrations; the same as to name none.")
@click.option("--changed", is_flag=True, help="Those that are new, or differ from the base.")
@click.option(
    "--base",
    metavar="REF",
    shell_complete=bases,
    help="With --changed: what HEAD is compared with; on GitHub the base's branch.",
)
@click.option("--on", "origin", metavar="DUMP|URL", help="Those that a real database lacks, on a copy of it.")
@click.option("--scratch-url", metavar="URL", help="A server for trials, as its superuser; else one of our own.")
@click.option("--rows", type=click.IntRange(min=0), default=0, metavar="N", help="Try them on N made-up rows a table.")
@click.option(
    "--seeds", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="SQL that makes rows first."
)
@click.option("--no-cache", is_flag=True, help="Prove again what an earlier run has proven.")
@click.option("--require-idempotent", is_flag=True, help="Files that cannot be run twice are failures too.")
@click.option("--details", is_flag=True, help="In text, tell what each file locked, rewrote and dropped.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    default="text",
    help=f"How to write the verdicts: {', '.join(FORMATS)}.",
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file for the verdicts.")
@project_options
@click.pass_obj
def command(
    console: Console,
    /,
    manifest: Path,
    files: Sequence[str],
    is_all: bool,
    changed: bool,
    base: str | None,
    origin: str | None,
    scratch_url: str | None,
    details: bool,
    form: str,
    output: Path | None,
    **how: Any,
) -> ExitStatus:
    """Run each migration on a scratch server: forward, forward again, back, back again, forward once more.

    Each time the schema and the rows are compared with what they must be. FILES are migrations by their files,
    names or numbers.
    """
    from surefoot.html.writing import require_place
    from surefoot.scratch import find

    _refuse_contradictions(bool(files), is_all, changed, base, origin, how["rows"] or how["seeds"])
    project = Project.load(manifest)
    numbers = _numbers(project, manifest, files, changed, base)
    if output is not None:
        require_place(output, project)
    server = find(project.manifest.postgres, scratch_url)
    console.remark(server.origin)
    is_live = form == "text" and output is None and not console.is_json
    listener = {
        "told": _teller(console, details or origin is not None) if is_live else _tell_nobody,
        "waiting": lambda: console.remark("another prover is at work on that server: waiting for it"),
    }
    proofs = _proofs(project, server, origin, numbers, listener, **how)
    if origin is None:
        from surefoot.proving.noted import note

        note(project, proofs)
    _report(console, proofs, form, output, is_live)
    return ExitStatus.FINDINGS if proofs.failing else ExitStatus.DONE


def _refuse_contradictions(*ways: Any) -> None:
    has_files, is_all, is_changed, base, origin, has_rows = ways
    if sum(map(bool, (has_files, is_all, is_changed))) > 1:
        raise UsageError("FILES, --all and --changed exclude one another", next_step="give one of them")
    if base is not None and not is_changed:
        raise UsageError("--base goes with --changed", next_step=f"surefoot prove --changed --base {base}")
    if origin is not None and has_rows:
        raise UsageError("a real database has rows of its own", next_step="leave out --rows and --seeds")


def _numbers(
    project: Project, manifest: Path, files: Sequence[str], is_changed: bool, base: str | None
) -> set[int] | None:
    """Find which migrations are meant; nothing means all, or with a real database those that it lacks."""
    from surefoot.proving.chosen import changed, named

    if is_changed:
        from surefoot.gate import base_of
        from surefoot.workflow import Workflow

        return changed(project, manifest, base_of(base, Workflow.of(os.environ)))
    return named(project, files) if files else None


def _proofs(
    project: Project,
    server: Given | Local,
    origin: str | None,
    numbers: set[int] | None,
    listener: dict[str, Any],
    *,
    rows: int,
    seeds: Path | None,
    no_cache: bool,
    require_idempotent: bool,
) -> Proofs:
    from surefoot.prove import prove, prove_on_copy
    from surefoot.proving.cache import cache_of
    from surefoot.proving.rows import Rows

    how = {"numbers": numbers, "require_idempotent": require_idempotent, **listener}
    if origin is not None:
        return prove_on_copy(project, server, origin, **how)
    wanted = Rows(rows, read_source(seeds, str(seeds)) if seeds else None) if rows or seeds else None
    said = wanted.said if wanted else ()
    cache = None if no_cache else cache_of(project, project.folder / STATE_FOLDER, server.version, said)
    return prove(project, server, rows=wanted, cache=cache, **how)


def _report(console: Console, proofs: Proofs, form: str, output: Path | None, is_live: bool) -> None:
    from surefoot.html.writing import write_page
    from surefoot.proving.report import json, render

    if console.is_json:
        console.emit(json.document(proofs))
    if is_live and proofs.warning:
        console.remark(f"warning: {proofs.warning}")
    if is_live:
        console.say(proofs.summary)
    elif output is None:
        console.say(render(proofs, form))
    else:
        write_page(output, render(proofs, form) + "\n")
        console.remark(f"{proofs.summary}; written to {output}")


def _tell_nobody(_proof: Proof) -> None:
    """Leave it for the report."""


def _teller(console: Console, is_detailed: bool) -> Callable[[Proof], None]:
    from surefoot.proving.report.text import lines

    def tell(proof: Proof) -> None:
        text = "\n".join(lines(proof, is_detailed=is_detailed))
        console.say(text.replace(proof.verdict, click.style(proof.verdict, fg=COLORS[proof.verdict]), 1))

    return tell
