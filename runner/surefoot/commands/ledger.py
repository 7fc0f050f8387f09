"""`surefoot ledger`: the SQL that makes the ledger."""

from __future__ import annotations

from pathlib import Path

import click

from surefoot.console import Console
from surefoot.ledger_ddl import grants, ledger_ddl
from surefoot.options import manifest_option
from surefoot_lint.errors import UsageError
from surefoot_lint.manifest import LedgerSettings
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.paths import MANIFEST_NAME

MANUAL = Manual(
    changes="Nothing: the SQL is printed. Run by psql it makes the ledger, or upgrades an older one.",
    examples={
        "surefoot ledger --sql": "Print the SQL, to be read.",
        'surefoot ledger --sql --for deployer | psql "$ADMIN_URL"': "Make the ledger as an administrator, for the "
        "role that will migrate.",
    },
    see=("surefoot migrate", "docs/how-to/operations.md", "docs/formats.md"),
)


@click.command(cls=Documented, manual=MANUAL, short_help="Print the SQL of the ledger.")
@click.option("--sql", is_flag=True, help="Print the SQL that creates or upgrades the ledger.")
@click.option("--for", "role", metavar="ROLE", help="Add the grants that let this role use it.")
@manifest_option
@click.pass_obj
def command(console: Console, manifest: Path, sql: bool, role: str | None) -> None:
    """Print the SQL that makes the ledger, to be run by a DBA with psql."""
    if not sql:
        raise UsageError("ledger needs to be told what to do", next_step="surefoot ledger --sql")
    needs_no_manifest = manifest == Path(MANIFEST_NAME) and not manifest.is_file()
    settings = LedgerSettings() if needs_no_manifest else load_manifest(manifest, manifest.name).ledger
    schema = settings.schema
    text = ledger_ddl(schema) + (f"\n{grants(schema, role)}" if role else "")
    console.say(text.rstrip())
