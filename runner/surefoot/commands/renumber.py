"""`surefoot renumber`: give duplicate and late migrations other numbers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import STATE_FOLDER, database, database_options
from surefoot.progress import following
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manifest import Manifest
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.project import Project

if TYPE_CHECKING:
    import psycopg

    from surefoot.renumbering import Renumbering, Repair

MANUAL = Manual(
    changes="On disk: names of files, the manifest and its requires; not what the files hold. The database that is "
    "named: rows in the ledger that end the old numbers and begin the new ones. With --check nothing.",
    examples={
        "surefoot renumber --check": "Say what would be renumbered.",
        "surefoot renumber": "Give duplicate and late numbers the next free ones.",
        "surefoot renumber --in-order --database-url postgresql://staging/shop": "Keep the list's order, and let the "
        "ledger of that database follow.",
    },
    statuses=(ExitStatus.REFUSED, ExitStatus.NO_CONNECTION),
    see=("surefoot adopt", "surefoot status", "docs/adopting.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Give duplicate and late numbers the next free ones.")
@click.option("--in-order", is_flag=True, help="Keep the order of the list, and number it through where it must be.")
@click.option("--check", is_flag=True, help="Write nothing; say what would be renumbered.")
@database_options
@click.pass_obj
def command(
    console: Console, manifest: Path, database_url: str | None, wait: float, in_order: bool, check: bool
) -> None:
    """Give duplicate and late migrations the next free numbers: in file names, in the manifest, in the ledger.

    Of two with one number the applied one keeps it. Where others have applied them too, run it once more with
    each --database-url: the files are then right already, and the ledger follows them.
    """
    from surefoot.renaming import rename_files

    known = load_manifest(manifest, MANIFEST_NAME)
    bare = Project(manifest.parent.resolve(), known, ())
    with _maybe(console, bare, database_url, wait) as connection:
        renumbering = _decide(known, connection, in_order)
        if renumbering.migrations and not check:
            rename_files(manifest, known, renumbering)
        _say(console, renumbering, "would be renumbered" if check else "renumbered")
        if connection is None or check:
            return
        repairs = _repair(console, Project.load(manifest), connection)
    for one in repairs:
        console.emit({"event": "repaired", "from": one.applied.name, "to": one.migration.name})
        console.say(f"  in the ledger {one.applied.name} is now {one.migration.name}")


@contextmanager
def _maybe(console: Console, project: Project, url: str | None, wait: float) -> Iterator[psycopg.Connection | None]:
    """Connect to the database that is named, or to the embedded one if there is any; else do without."""
    from surefoot.connection import given_target

    if given_target(url, os.environ) is None and not (project.folder / STATE_FOLDER).exists():
        yield None
        console.say("no database is named; where they are applied: surefoot renumber --database-url URL")
        return
    with database(console, project, url, wait) as connection:
        yield connection


def _decide(manifest: Manifest, connection: psycopg.Connection | None, in_order: bool) -> Renumbering:
    from surefoot.renumbering import renumber_in_order, renumber_late

    if in_order:
        return renumber_in_order(manifest)
    if connection is None:
        return renumber_late(manifest)
    from surefoot.ledger import Ledger

    state = Ledger(connection, manifest.ledger.schema).read()
    return renumber_late(manifest, {one.name for one in state.applied})


def _repair(console: Console, project: Project, connection: psycopg.Connection) -> tuple[Repair, ...]:
    from surefoot.operations.repair_numbers import repair_numbers

    with following(console) as listener:
        return repair_numbers(project, connection, listener)


def _say(console: Console, renumbering: Renumbering, done: str) -> None:
    for old, new in renumbering.migrations.items():
        console.emit({"event": "renumbered", "from": old, "to": new})
        console.say(f"  {old} → {new}")
    count = len(renumbering.migrations)
    console.say(f"{count} {done}" if count else "every number is right: nothing to rename")
