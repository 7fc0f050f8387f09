"""`surefoot adopt`: take over a project of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import json_option, manifest_option
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.paths import shown_path

if TYPE_CHECKING:
    from surefoot.adopt import Adoption

MANUAL = Manual(
    changes="No database. On disk: the manifest, and copies of files that cannot be used as they are; nothing that "
    "is there is overwritten.",
    arguments={"FOLDER": "The folder of the other tool's migrations."},
    examples={
        "surefoot adopt db/migrations --check": "See what would be written, and what a person must look at.",
        "surefoot adopt db/migrations --postgres 14": "Write the manifest, for servers from PostgreSQL 14 on.",
        "surefoot adopt sql --order order.txt": "Take the order, and the phases, from a file.",
    },
    see=("surefoot baseline", "surefoot renumber", "docs/adopting.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Take over a project of another tool.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--order",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that names the migrations in order, one a line; a line that ends with a colon begins a phase.",
)
@click.option("--postgres", type=click.IntRange(14, 99), default=15, help="The oldest server major in production.")
@click.option("--check", is_flag=True, help="Write nothing; say what would be written.")
@manifest_option
@json_option
@click.pass_obj
def command(console: Console, manifest: Path, folder: Path, order: Path | None, postgres: int, check: bool) -> None:
    """Write a manifest for a folder of numbered files, Diesel, sqlx, golang-migrate, dbmate, goose, Flyway,
    Supabase or Sqitch. The originals stay as they are; files that cannot be used so are copied.
    """
    from surefoot.adopt import plan_adoption, write

    adoption = plan_adoption(folder, manifest, order, postgres)
    if not check:
        write(adoption)
    console.emit(_as_json(adoption, is_written=not check))
    for line in _lines(adoption, "would write" if check else "wrote"):
        console.say(line)
    if not check:
        console.say("next: surefoot-lint, then surefoot plan")


def _lines(adoption: Adoption, wrote: str) -> list[str]:
    count, missing = len(adoption.names), len(adoption.without_rollback)
    files = f", and {len(adoption.files)} files in {_folders(adoption)}" if adoption.files else ""
    migrations = f"{count} migration{'s' if count != 1 else ''} of {adoption.tool}, {count - missing} with a rollback"
    lines = [f"{wrote} {shown_path(adoption.manifest)}{files}: {migrations}"]
    lines += [f"  {remark}" for remark in adoption.remarks]
    if missing:
        named = ", ".join(adoption.without_rollback[:3]) + (" …" if missing > 3 else "")
        lines.append(f"  no rollback: {named} ({missing}): write them, or say why not (irreversible: …)")
    return lines


def _folders(adoption: Adoption) -> str:
    return " and ".join(sorted({shown_path(path.parent) for path in adoption.files}))


def _as_json(adoption: Adoption, *, is_written: bool) -> dict[str, object]:
    return {
        "tool": adoption.tool,
        "manifest": shown_path(adoption.manifest),
        "written": is_written,
        "migrations": adoption.names,
        "without_rollback": adoption.without_rollback,
        "files": [shown_path(path) for path in adoption.files],
        "remarks": adoption.remarks,
    }
