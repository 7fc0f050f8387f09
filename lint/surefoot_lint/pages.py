"""The pages that are generated from the code: one table says which, for writing them and for checking them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import click

from surefoot_lint.errors import ExitStatus
from surefoot_lint.locks.page import locks_page
from surefoot_lint.manifest import manifest_schema
from surefoot_lint.report.json import report_schema
from surefoot_lint.rule import FAMILIES, all_rules
from surefoot_lint.rulebook import rule_section, rules_table

ORIGIN = "<!-- Made by `make docs`; the text comes from the code. -->"


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


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "locks.md": locks_page,
    "exit-statuses.md": statuses_page,
    "manifest.schema.json": schema_text,
    "lint-report.schema.json": report_schema_text,
}


def stale(folder: Path) -> list[Path]:
    """List the pages in a folder that are not as the code has them, or are not there."""
    texts = {folder / name: make() for name, make in PAGES.items()}
    return [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]


def write(folder: Path) -> list[Path]:
    """Write the pages of a folder that are not as the code has them, and list them."""
    changed = stale(folder)
    for path in changed:
        path.write_text(PAGES[path.name](), "utf-8", newline="\n")
    return changed


@click.command()
@click.option("--check", "checks", is_flag=True, help="Write nothing; fail if a page is not current.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path, checks: bool) -> None:
    """Write the generated pages into FOLDER."""
    for path in stale(folder) if checks else write(folder):
        click.echo(f"{path}: {'not current: run make docs' if checks else 'written'}")
    if checks and stale(folder):
        sys.exit(ExitStatus.FINDINGS)


if __name__ == "__main__":
    main()
