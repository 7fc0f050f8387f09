"""`surefoot report`: one page of a project, and of a database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import STATE_FOLDER, database, database_options
from surefoot_lint.errors import ExitStatus, SourceError, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.project import Project

if TYPE_CHECKING:
    import psycopg

    from surefoot.proving.proof import Proof
    from surefoot.report.live import FindDrift

DEFAULT_FILE = "surefoot-report.html"
STANDARD_OUTPUT = "-"
MANUAL = Manual(
    changes="On disk: the page. Nothing in the database; --prove and --drift work on a scratch server.",
    examples={
        "surefoot report --html --base origin/main": "Write the page of a pull request, which asks no database.",
        "surefoot report --html --database-url postgresql://db/shop --drift -o shop.html": "Write the state of one.",
        "surefoot report --html --embedded -o - > page.html": "Ask the embedded server, and write to a pipe.",
    },
    statuses=(ExitStatus.NO_CONNECTION,),
    see=("surefoot gate", "surefoot verify", "docs/how-to/report.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Write a page of the project and a database.")
@click.option("--html", "_is_html", is_flag=True, help="As a page for a browser; it is the only form there is.")
@click.option("--output", "-o", metavar="FILE", default=DEFAULT_FILE, help="The file; - for standard output.")
@click.option(
    "--base", metavar="REF", help="Show what differs from a branch; on GitHub from the base of the pull request."
)
@click.option("--prove", "proves", is_flag=True, help="Prove first what is not known to be proven.")
@click.option("--drift", "has_drift", is_flag=True, help="Compare the live schema with what the files build.")
@click.option("--scratch-url", metavar="URL", help="A server for trials, as its superuser; else one of our own.")
@click.option("--embedded", "is_embedded", is_flag=True, help="Ask the embedded server in .surefoot if none is named.")
@click.option("--no-database", is_flag=True, help="Ask no database, though DATABASE_URL or PGHOST names one.")
@database_options
@click.pass_obj
def command(
    console: Console,
    /,
    manifest: Path,
    database_url: str | None,
    wait: float,
    output: str,
    base: str | None,
    proves: bool,
    has_drift: bool,
    scratch_url: str | None,
    is_embedded: bool,
    no_database: bool,
    _is_html: bool,
) -> None:
    """Write one file that needs no other: plan, migrations with SQL, findings, proof, locks, checks, ledger, drift.

    Without a database, as in a pull request, it is a page of the files. It ends with status 0 whatever it has to
    tell: gate, verify and status judge.
    """
    from surefoot.html.page import render
    from surefoot.html.writing import require_place
    from surefoot.report.files import look_at_files
    from surefoot.report.live import look_at_database
    from surefoot.report.page import page_of
    from surefoot.workflow import Workflow

    _refuse_contradictions(console, database_url, output, is_embedded, no_database)
    manifest = manifest / MANIFEST_NAME if manifest.is_dir() else manifest
    project = Project.load(manifest)
    workflow = Workflow.of(os.environ)
    if output != STANDARD_OUTPUT:
        require_place(Path(output), project)
    base = base if base is not None or workflow is None else workflow.base
    proofs = _proofs(console, project, scratch_url, proves=proves)
    files = look_at_files(manifest, base, proofs, project)
    with _asked(console, project, database_url, wait, is_embedded, no_database) as connection:
        if connection is None and has_drift:
            raise UsageError("--drift needs a database to compare", next_step="name it: --database-url URL")
        drift = _drift(project, scratch_url) if has_drift else None
        live = look_at_database(project, connection, drift) if connection else None
    text = render(page_of(files, live, datetime.now(UTC)))
    _write(console, output, text)


def _refuse_contradictions(
    console: Console, database_url: str | None, output: str, is_embedded: bool, no_database: bool
) -> None:
    if no_database and (database_url or is_embedded):
        raise UsageError("--no-database goes with no database", next_step="leave out --database-url and --embedded")
    if console.is_json and output == STANDARD_OUTPUT:
        raise UsageError("a page and JSON cannot both be on standard output", next_step="name a file: -o FILE")


@contextmanager
def _asked(
    console: Console, project: Project, url: str | None, wait: float, is_embedded: bool, no_database: bool
) -> Iterator[psycopg.Connection | None]:
    """Connect to the database that is named, or to the embedded one if that is wanted; to none otherwise."""
    from surefoot.connection import given_target

    if no_database or (given_target(url, os.environ) is None and not is_embedded):
        yield None
        return
    with database(console, project, url, wait) as connection:
        yield connection


def _proofs(console: Console, project: Project, scratch_url: str | None, *, proves: bool) -> dict[int, Proof]:
    """Give the proofs of these very files that an earlier run has kept; or find those that are missing."""
    if not proves:
        return _kept_proofs(project)
    from surefoot.prove import prove
    from surefoot.proving.cache import cache_of
    from surefoot.proving.noted import note
    from surefoot.scratch import find

    server = find(project.manifest.postgres, scratch_url)
    console.remark(server.origin)
    found = prove(project, server, cache=cache_of(project, project.folder / STATE_FOLDER, server.version))
    note(project, found)
    console.remark(found.summary)
    return {proof.evidence.number: proof for proof in found.proofs}


def _kept_proofs(project: Project) -> dict[int, Proof]:
    """Give the proofs of these very files; none where a rollback cannot be read, which is told in its place."""
    from surefoot.runbook.affected import proofs_of

    try:
        return proofs_of(project, project.folder / STATE_FOLDER)
    except SourceError:
        return {}


def _drift(project: Project, scratch_url: str | None) -> FindDrift:
    from surefoot.drift import find_drift
    from surefoot.scratch import find

    return lambda connection: find_drift(
        project, connection, find(project.manifest.postgres, scratch_url), drafted=True
    )


def _write(console: Console, output: str, text: str) -> None:
    if output == STANDARD_OUTPUT:
        click.echo(text, nl=False, color=True)
        return
    from surefoot.html.writing import write_page

    write_page(Path(output), text)
    console.emit({"event": "report", "file": output, "bytes": len(text.encode())})
    console.say(f"written to {output}")
