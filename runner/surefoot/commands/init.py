"""`surefoot init`: an empty project."""

from __future__ import annotations

import re
from pathlib import Path

import click
import yaml

from surefoot.console import Console
from surefoot.options import STATE_FOLDER
from surefoot_lint.errors import Place, UsageError
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.paths import MANIFEST_NAME

TEMPLATE = """\
# The migrations of this project, in the order of their application.
surefoot: 1
name: {name}
postgres: {postgres}
{platform}
settings: {{lock_timeout: 5s, statement_timeout: 15min, lock_retries: 5}}
migrations: []
"""

MANUAL = Manual(
    changes="No database. On disk: manifest.yaml, migrations/, rollbacks/, and a line in .gitignore.",
    arguments={"FOLDER": "Where the project is to be; the current folder if it is left out."},
    examples={
        "surefoot init": "Begin in the current folder, named after it.",
        "surefoot init services/shop --name shop --postgres 16": "Begin elsewhere, for servers from 16 on.",
        "surefoot init --supabase": "Let scratch servers have what Supabase provides.",
    },
    see=("surefoot new", "surefoot adopt", "docs/tutorial.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Make an empty project.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--name", help="The project's name; else the folder's.")
@click.option("--postgres", type=click.IntRange(14, 99), default=15, help="The oldest server major in production.")
@click.option("--supabase", is_flag=True, help="The database is hosted by Supabase.")
@click.pass_obj
def command(console: Console, folder: Path, name: str | None, postgres: int, supabase: bool) -> None:
    """Make a manifest and the two folders; overwrite nothing."""
    path = folder / MANIFEST_NAME
    if path.exists():
        raise UsageError("there is a manifest already", where=Place(str(path)), next_step="surefoot new NAME")
    for below in ("migrations", "rollbacks"):
        (folder / below).mkdir(parents=True, exist_ok=True)
    platform = "platform: supabase" if supabase else "# platform: supabase   # what the hosting provides, if any"
    said = re.sub(r"[^A-Za-z0-9_.-]+", "-", name or folder.resolve().name).strip("-._") or "project"
    path.write_text(TEMPLATE.format(name=_quoted(said), postgres=postgres, platform=platform), encoding="utf-8")
    _ignore_state(folder / ".gitignore")
    console.say(f"made {path}, migrations/ and rollbacks/\nnext: surefoot new NAME")


def _quoted(name: str) -> str:
    """Put a name in quotes where YAML would read a number, a date or a truth value."""
    node = yaml.compose(name)
    return name if node and node.tag.endswith(":str") else f'"{name}"'


def _ignore_state(path: Path) -> None:
    """Keep the embedded server's data out of git."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    line = f"{STATE_FOLDER}/"
    if line not in text.splitlines():
        separator = "" if not text or text.endswith("\n") else "\n"
        path.write_text(f"{text}{separator}{line}\n", encoding="utf-8")
