"""`surefoot new`: a migration, its rollback, and their entry in the manifest."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from surefoot import completion
from surefoot.console import Console
from surefoot.options import manifest_option
from surefoot_lint.errors import Place, UsageError
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.numbering import number_at, number_of
from surefoot_lint.paths import MANIFEST_NAME

MIGRATION = "-- {purpose}\n\n"
ROLLBACK = "-- Undo {file}: restore exactly what was there before it.\n\n"

MANUAL = Manual(
    changes="No database. On disk: a file for the migration, one for its rollback, and their entry in the manifest.",
    arguments={"NAME": "What it is for, in a few words; they become the files' names."},
    examples={
        "surefoot new 'add invoices'": "Make 012_add_invoices.sql and rollback_012.sql after 011.",
        "surefoot new 'add invoices' --phase billing": "The same, in another phase than that of the last one.",
    },
    see=("surefoot lint", "surefoot migrate", "docs/tutorial.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Make a migration and its rollback.")
@click.argument("name")
@click.option(
    "--phase",
    metavar="NAME",
    shell_complete=completion.phases,
    help="The phase of the new migration; else that of the last one.",
)
@manifest_option
@click.pass_obj
def command(console: Console, manifest: Path, name: str, phase: str | None) -> None:
    """Make both files of a migration with the next number, and list them in the manifest.

    Where numbers are seconds, as 20240131093000, the next is the present one in UTC.
    """
    from surefoot_lint.manifest_edit import add_entry

    known = load_manifest(manifest, MANIFEST_NAME)
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not words:
        raise UsageError(f"{name!r} holds no letter or digit", next_step="surefoot new 'add user auth'")
    number = number_at((entry.file for entry in known.migrations), datetime.now(UTC))
    file, rollback = f"{number}_{words}.sql", f"rollback_{number}.sql"
    if number_of(file) != int(number):  # 0042_2024_report.sql would be number 422024
        raise UsageError(
            f"{name!r} begins with a number, which would become part of {number}", next_step="begin it with a word"
        )
    forward = manifest.parent / known.folders.migrations / file
    backward = manifest.parent / known.folders.rollbacks / rollback
    for path in (forward, backward):
        if path.exists():
            raise UsageError("this file is there already", where=Place(str(path)), next_step="list it in the manifest")
    last = known.migrations[-1].phase if known.migrations else None
    title = name[:1].upper() + name[1:] + ("" if name.endswith(".") else ".")
    with ExitStack() as made:  # nothing stays if not all of it can be made
        _write(forward, MIGRATION.format(purpose=title), made)
        _write(backward, ROLLBACK.format(file=file), made)
        add_entry(manifest, file, rollback, phase or last)
        made.pop_all()
    console.say(f"made {forward}\nmade {backward}\nnext: write both, then: surefoot migrate")


def _write(path: Path, text: str, made: ExitStack) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made.callback(path.unlink, missing_ok=True)
    path.write_text(text, encoding="utf-8")
