"""`surefoot document`: the page of the schema that the files build."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import project_options
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.document.keeping import Staleness
    from surefoot.document.model import Document

PAGE, HTML_PAGE = "docs/schema.md", "docs/schema.html"
STANDARD_OUTPUT = "-"
MOST_PARTS = 10
MANUAL = Manual(
    changes="On disk: the page. No database: the files are built on a scratch server, which keeps nothing.",
    examples={
        "surefoot document": f"Write {PAGE}, from the project's folder.",
        "surefoot document --check": "Say in CI whether that page is as the files have it.",
        "surefoot document --html -o schema.html": "Write one file for a browser: diagram, search, no network.",
        "surefoot document -o -": "Write the page to standard output.",
    },
    findings="with --check: the page is stale, or not there",
    statuses=(ExitStatus.SQL_FAILED, ExitStatus.NO_CONNECTION),
    see=("surefoot drift", "surefoot report", "docs/how-to/document.md"),
)
WAITING = "another prover is at work on that server: waiting for it"


@click.command(cls=Documented, manual=MANUAL, short_help="Write the page of the schema, or check that it is current.")
@click.option(
    "--output", "-o", metavar="FILE", help=f"The file; - for standard output. Else {PAGE} in the project's folder."
)
@click.option("--check", "checks", is_flag=True, help="Write nothing; tell which parts of the page are stale.")
@click.option("--html", "is_html", is_flag=True, help=f"A page for a browser, with a diagram; else {HTML_PAGE}.")
@click.option("--force", "is_forced", is_flag=True, help="Write over a file that is none of ours.")
@click.option("--scratch-url", metavar="URL", help="A server for trials, as its superuser; else one of our own.")
@project_options
@click.pass_obj
def command(
    console: Console,
    /,
    manifest: Path,
    output: str | None,
    checks: bool,
    is_html: bool,
    is_forced: bool,
    scratch_url: str | None,
) -> ExitStatus:
    """Write what the files build: migrations, tables with columns and keys, relationships, types, views, functions,
    policies, roles, buckets.

    The text says nothing of today: the same files give the same page, and --check compares.
    """
    from surefoot.document.keeping import refuse_others, staleness, write_over
    from surefoot.document.markdown import MARK, markdown

    _refuse_contradictions(console, output, checks=checks, is_html=is_html)
    manifest = manifest / MANIFEST_NAME if manifest.is_dir() else manifest
    path = Path(output) if output is not None else manifest.parent / (HTML_PAGE if is_html else PAGE)
    mark = _html_mark() if is_html else MARK
    if not is_forced and output != STANDARD_OUTPUT:
        refuse_others(path, mark)
    document = _document(console, Project.load(manifest), scratch_url)
    text = _html(document) if is_html else markdown(document)
    if output == STANDARD_OUTPUT:
        click.echo(text, nl=False, color=True)
    elif checks:
        to_type = _to_type(manifest, output)
        return _tell(console, path, staleness(path, text, to_type), to_type)
    else:
        write_over(path, text, mark, is_forced=is_forced)
        console.emit({"event": "document", "file": str(path), "bytes": len(text.encode())})
        console.say(f"written to {path}")
    return ExitStatus.DONE


def _refuse_contradictions(console: Console, output: str | None, *, checks: bool, is_html: bool) -> None:
    if checks and is_html:
        raise UsageError(
            "--check is for the page in Markdown, not for --html",
            why="the page for a browser is drawn by Graphviz, each version of which draws it a little differently",
            next_step="surefoot document --check",
        )
    if output == STANDARD_OUTPUT and (checks or console.is_json):
        raise UsageError(
            f"standard output takes no {'file to check' if checks else 'page and JSON at once'}",
            next_step="name a file: -o FILE",
        )


def _document(console: Console, project: Project, scratch_url: str | None) -> Document:
    from surefoot.document.composing import compose
    from surefoot.document.reading import read
    from surefoot.scratch import find

    server = find(project.manifest.postgres, scratch_url)
    if server.warning:
        console.remark(server.warning)
    with server.opened(lambda: console.remark(WAITING)) as databases:
        return compose(project, read(project, databases))


def _html_mark() -> str:
    """Say what tells our page for a browser. Raises UsageError where there is nothing that could draw its diagram."""
    from surefoot.document.browser import MARK
    from surefoot.document.layout import find_graphviz

    find_graphviz()
    return MARK


def _html(document: Document) -> str:
    from surefoot.document.browser import html

    return html(document)


def _to_type(manifest: Path, output: str | None) -> str:
    """Write the command that makes the page current."""
    words = ["surefoot document"]
    words += [f"-m {shlex.quote(str(manifest))}"] if manifest != Path(MANIFEST_NAME) else []
    return " ".join([*words, *([f"-o {shlex.quote(output)}"] if output else [])])


def _tell(console: Console, path: Path, found: Staleness | None, to_type: str) -> ExitStatus:
    """Say whether a page is current, and if not, in which parts."""
    console.emit({"event": "document", "file": str(path), "is_current": found is None})
    if found is None:
        console.say(f"{path} is as the files have it")
        return ExitStatus.DONE
    for part in found.parts:
        console.emit({"event": "stale", "part": part})
    listed = found.parts[:MOST_PARTS]
    rest = len(found.parts) - len(listed)
    if listed:
        console.say(f"{path} is stale: {'; '.join(listed)}{f'; and {rest} more' if rest else ''}")
    for line in found.difference:
        console.say(f"  {line}" if listed else line)
    if found.more:
        console.say(f"  … and {found.more} more lines")
    if listed:
        console.say(f"next: {to_type}")
    return ExitStatus.FINDINGS
