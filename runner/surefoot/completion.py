"""The values that a shell offers for options which speak of migrations; only the manifest is read for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot_lint.completion import offers
from surefoot_lint.errors import SurefootError
from surefoot_lint.paths import MANIFEST_NAME

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from surefoot_lint.manifest import Entry


def numbers(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the numbers of the migrations, each with its name; their names once more than a number is there."""
    from surefoot_lint.numbering import digits_of, unit_name

    named = {unit_name(entry.file): digits_of(entry.file) for entry in _entries(context)}
    if incomplete and not incomplete.isdigit():
        return offers(dict.fromkeys(named, ""), incomplete)
    return offers({digits: name for name, digits in named.items()}, incomplete)


def phases(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the phases of the migrations, in their order."""
    return offers(dict.fromkeys((entry.phase for entry in _entries(context) if entry.phase), ""), incomplete)


def _entries(context: click.Context) -> tuple[Entry, ...]:
    """Read the migrations that the manifest lists; nothing where there is none, or none that can be read."""
    from surefoot_lint.manifest_read import load_manifest

    try:
        return load_manifest(Path(context.params.get("manifest") or MANIFEST_NAME)).migrations
    except (SurefootError, OSError):
        return ()
