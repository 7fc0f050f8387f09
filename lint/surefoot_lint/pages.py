"""The pages that are generated from the code: one table says which, for writing them and for checking them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path

import click

from surefoot_lint.errors import ExitStatus
from surefoot_lint.locks.page import locks_page
from surefoot_lint.manifest_keys import manifest_schema
from surefoot_lint.manifest_page import manifest_tables
from surefoot_lint.report.json import report_schema
from surefoot_lint.rule import FAMILIES, all_rules
from surefoot_lint.rulebook import rule_section, rules_table

ORIGIN = "<!-- Made by `make docs`; the text comes from the code. -->"
Pages = Mapping[str, Callable[[], str]]
MANIFEST_HEAD = f"""\
# The manifest

{ORIGIN}

`manifest.yaml` lists the migrations of a project in the order of their application, and says how they are run and
judged. Unknown keys are errors, which name the line and the nearest known key. Numbers of migrations are never read
from it but from the files' names. Paths have forward slashes and stay below the manifest's folder.

Editors complete and check it by [manifest.schema.json](../manifest.schema.json):

```yaml
# yaml-language-server: $schema=https://raw.githubusercontent.com/OWNER/surefoot/main/docs/manifest.schema.json
surefoot: 1
name: shop
postgres: 15
migrations:
  - file: 001_create_customers.sql
    rollback: rollback_001.sql
```"""


def rules_page() -> str:
    """Write the page of all rules: what each finds, what that does, what to write instead, and examples."""
    parts = [f"# The rules\n\n{ORIGIN}\n\n{rules_table(linked=True)}"]
    for family, rules in groupby(all_rules(), key=lambda rule: rule.code[:2]):
        parts += [f"## {family}: {FAMILIES[family]}", *(rule_section(rule) for rule in rules)]
    return "\n\n".join(parts) + "\n"


def statuses_page() -> str:
    """Write the page of exit statuses."""
    rows = [f"| {status.value} | {status.meaning} |" for status in ExitStatus]
    head = "What `surefoot` and `surefoot-lint` tell the program that called them."
    return "\n".join(["# Exit statuses", "", ORIGIN, "", head, "", "| status | meaning |", "|---|---|", *rows, ""])


def schema_text() -> str:
    """Write the manifest's JSON Schema."""
    return json.dumps(manifest_schema(), indent=2) + "\n"


def report_schema_text() -> str:
    """Write the JSON Schema of the linter's report."""
    return json.dumps(report_schema(), indent=2) + "\n"


def manifest_page() -> str:
    """Write the page of the manifest."""
    return f"{MANIFEST_HEAD}\n\n{manifest_tables()}\n"


PAGES: Pages = {
    "rules.md": rules_page,
    "locks.md": locks_page,
    "exit-statuses.md": statuses_page,
    "manifest.schema.json": schema_text,
    "lint-report.schema.json": report_schema_text,
    "reference/manifest.md": manifest_page,
}


def stale(folder: Path, pages: Pages = PAGES) -> list[Path]:
    """List the pages in a folder that are not as the code has them, or are not there."""
    return list(_stale_texts(folder, pages))


def write(folder: Path, pages: Pages = PAGES) -> list[Path]:
    """Write the pages of a folder that are not as the code has them, and list them."""
    changed = _stale_texts(folder, pages)
    for path, text in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return list(changed)


def _stale_texts(folder: Path, pages: Pages) -> dict[Path, str]:
    texts = {folder / name: make() for name, make in pages.items()}
    return {path: text for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text}


def pages_command(pages: Pages) -> click.Command:
    """Make the command that writes some pages, or checks them."""

    @click.command()
    @click.option("--check", "checks", is_flag=True, help="Write nothing; fail if a page is not current.")
    @click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
    def command(folder: Path, checks: bool) -> None:
        """Write the generated pages into FOLDER."""
        found = stale(folder, pages) if checks else write(folder, pages)
        for path in found:
            click.echo(f"{path}: {'not current: run make docs' if checks else 'written'}")
        if checks and found:
            sys.exit(ExitStatus.FINDINGS)

    return command


main = pages_command(PAGES)

if __name__ == "__main__":
    main()
