"""The generated pages that speak of the runner are as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from surefoot.cli import TOPICS, cli
from surefoot.pages import PAGES, cli_page, main
from surefoot_lint.pages import stale, write

DOCS = Path(__file__).parent.parent / "docs"


def test_pages_in_docs_are_current() -> None:
    assert stale(DOCS, PAGES) == []


def test_pages_are_written_once(tmp_path: Path) -> None:
    assert write(tmp_path, PAGES) == [tmp_path / "cli.md"]
    assert write(tmp_path, PAGES) == []
    (tmp_path / "cli.md").write_text("more")
    done = CliRunner().invoke(main, ["--check", str(tmp_path)])
    assert (done.exit_code, done.output) == (1, f"{tmp_path}/cli.md: not current: run make docs\n")


def test_the_page_has_every_command_and_option() -> None:
    page = cli_page()
    titles = re.findall(r"^## (.+)$", page, flags=re.MULTILINE)
    commands = [name for name in cli.list_commands(None) if name != "lint"]  # type: ignore[arg-type]
    assert [title for title in titles if title.startswith("surefoot ")] == [f"surefoot {name}" for name in commands]
    assert {"surefoot", "surefoot-lint", "surefoot-lint check"} <= set(titles)
    linked = set(re.findall(r"\(#([a-z-]+)\)", page.partition("## surefoot\n")[0]))
    assert linked == {title.replace(" ", "-") for title in titles} - {"surefoot", "surefoot-lint"}
    assert all(f"| {topic} |" in page for topic, names in TOPICS.items() if set(names) & set(commands))
    assert "| `--wait TIME` |" in page
    assert r"| `--on DUMP\|URL` |" in page
