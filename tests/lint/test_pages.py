from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from surefoot_lint.errors import ExitStatus
from surefoot_lint.manifest_keys import manifest_schema
from surefoot_lint.pages import PAGES, main, report_schema_text, rules_page, schema_text, stale, statuses_page, write
from surefoot_lint.report.json import report_schema
from surefoot_lint.rule import FAMILIES, all_rules

DOCS = Path(__file__).parents[2] / "docs"


def test_pages_in_docs_are_current() -> None:
    assert stale(DOCS) == []


def test_pages_are_written_once(tmp_path: Path) -> None:
    pages = [tmp_path / name for name in PAGES]
    assert stale(tmp_path) == pages
    assert write(tmp_path) == pages
    assert stale(tmp_path) == []
    assert write(tmp_path) == []


def test_changed_page_is_stale(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / "rules.md").open("a") as file:
        file.write("more\n")
    assert stale(tmp_path) == write(tmp_path) == [tmp_path / "rules.md"]


def test_rules_page_has_every_family_and_rule() -> None:
    headings = [line for line in rules_page().splitlines() if line.startswith("#")]
    assert [heading for heading in headings if heading.startswith("## ")] == [
        f"## {letters}: {title}"
        for letters, title in FAMILIES.items()
        if any(rule.code[:2] == letters for rule in all_rules())
    ]
    assert [heading for heading in headings if heading.startswith("### ")] == [
        f"### {rule.code} {rule.name}" for rule in all_rules()
    ]


def test_rules_page_shows_what_a_reader_could_not_see() -> None:
    page = rules_page()
    assert "<U+202E>" in page
    assert all(char.isprintable() or char == "\n" for char in page)


def test_statuses_page_has_every_status() -> None:
    rows = [line for line in statuses_page().splitlines() if line.startswith("| ")][1:]
    assert rows == [f"| {status.value} | {status.meaning} |" for status in ExitStatus]


def test_schemas_are_the_codes() -> None:
    assert json.loads(schema_text()) == manifest_schema()
    assert json.loads(report_schema_text()) == report_schema()


@pytest.mark.parametrize("page", PAGES.values())
def test_pages_end_with_one_line_end(page: object) -> None:
    assert callable(page)
    text = page()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_command_writes_and_checks(tmp_path: Path) -> None:
    runner = CliRunner()
    checked = runner.invoke(main, ["--check", str(tmp_path)])
    assert (checked.exit_code, checked.output.splitlines()[0]) == (
        1,
        f"{tmp_path}/rules.md: not current: run make docs",
    )
    written = runner.invoke(main, [str(tmp_path)])
    assert (written.exit_code, written.output.splitlines()) == (0, [f"{tmp_path}/{name}: written" for name in PAGES])
    checked = runner.invoke(main, ["--check", str(tmp_path)])
    assert (checked.exit_code, checked.output) == (0, "")
