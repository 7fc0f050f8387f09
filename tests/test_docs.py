"""The documentation holds together: links lead somewhere, every page is on the map, and every error is explained."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import psycopg
import pytest
from fix_command import Run
from fix_project import ProjectFolder

import surefoot
from surefoot.cli import cli
from surefoot_lint.errors import ExitStatus, SurefootError
from surefoot_lint.manual_page import anchor_of
from surefoot_lint.project import Project

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
CODE = re.compile(r"^(```|~~~).*?^\1$|`[^`\n]*`", flags=re.DOTALL | re.MULTILINE)
SECTIONS = {
    ExitStatus.NO_CONNECTION: "No way in",
    ExitStatus.SQL_FAILED: "The SQL failed",
    ExitStatus.USAGE: "The files are not right",
}
WORDS = (r'Refused\(\s*"([a-z-]+)"', r'^    word = "([a-z-]+)"')


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    """Read a page without its code, in which brackets are no links and a # is no title."""
    return CODE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """List the anchors of a page; a title that is there twice gets a number."""
    titles = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    plain = [anchor_of(re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", title)) for title in titles]
    return {
        f"{name}-{number}" if number else name for i, name in enumerate(plain) for number in [plain[:i].count(name)]
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(text_of(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT)
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_on_the_map() -> None:
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(text_of(DOCS / "index.md"))}
    missing = [
        name_of(page)
        for page in PAGES
        if page.is_relative_to(DOCS) and page.parent != DOCS / "decisions" and page != DOCS / "index.md"
        if page.resolve() not in linked
    ]
    assert missing == []


def words() -> Iterator[str]:
    """Find the stable words of all errors, where they are made."""
    for package in ("runner/surefoot", "lint/surefoot_lint"):
        for file in (ROOT / package).rglob("*.py"):
            for pattern in WORDS:
                yield from re.findall(pattern, file.read_text("utf-8"), flags=re.MULTILINE)


def errors() -> list[type[SurefootError]]:
    """List the kinds of error of all modules."""
    for module in pkgutil.walk_packages(surefoot.__path__, "surefoot."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[SurefootError]] = [SurefootError]
    for error in found:  # it grows meanwhile
        found += error.__subclasses__()
    return found


def test_every_error_stands_on_the_page_for_the_night() -> None:
    page = (DOCS / "how-to" / "operations.md").read_text("utf-8")
    cells = re.findall(r"^\| (`[^|]+) \|", page, flags=re.MULTILINE)
    explained = {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}
    assert set(words()) - explained == set()
    commands = click.Context(cli)
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    for error in errors():
        if error.exit_status in SECTIONS and "word" in vars(error):
            assert f"`{error.word}`" in sections[SECTIONS[error.exit_status]], error
    assert explained - set(words()) - set(cli.list_commands(commands)) - {"document"} == set()


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def test_the_reference_of_the_library_is_whole_and_runs(
    three: Callable[[], Project], database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(three().folder)
    (block,) = blocks("reference/api.md", "python")
    exec(block, {"url": database_url})
    assert "('001_one', '002_two', '003_three') 0" in capsys.readouterr().out
    page = (DOCS / "reference" / "api.md").read_text("utf-8")
    missing = [name for name in surefoot.__all__ if f"`{name}`" not in page and f"surefoot.{name}" not in page]
    assert missing == []


def test_several_databases_are_migrated_by_one_program(
    three: Callable[[], Project], database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(three().folder)
    (block,) = blocks("how-to/many-environments.md", "python")
    names = {"urls": [database_url, "postgresql://127.0.0.1:1/nowhere connect_timeout=1", database_url]}
    with pytest.raises(psycopg.ProgrammingError):
        exec(block, names)
    names["urls"] = [database_url, database_url]
    exec(block, names)
    assert capsys.readouterr().out.splitlines()[-2:] == ["0 applied, 3 were there"] * 2


def test_a_broken_chain_is_mended(three: Callable[[], Project], run: Run, connection: psycopg.Connection) -> None:
    mend, put_aside = (blocks("how-to/operations.md", "sql")[index] for index in (1, 2))
    three()
    assert run("migrate").status == 0
    connection.execute(mend.replace("NULL", "'by hand'"))
    assert run("migrate").status == 3
    connection.execute(mend)
    assert run("verify").status == 0
    connection.execute(mend.replace("NULL", "'by hand'"))
    connection.execute(put_aside)
    assert run("baseline", "--to", "3").status == 0
    assert run("status", "--check").status == 0


def test_who_only_looks_may_look(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, database_url: str
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "DROP TABLE IF EXISTS x;")
    folder.save()
    assert run("migrate").status == 0
    grants = blocks("how-to/operations.md", "sql")[-1]
    url = psycopg.conninfo.make_conninfo(database_url, user="watcher")
    try:
        connection.execute(grants)
        for command in ("status", "plan", "history", "drift", "verify"):
            assert run(command, DATABASE_URL=url).status == 0, command
        refused = run("migrate", DATABASE_URL=url)
        assert refused.status == 5
        assert "error: the role watcher may not read the ledger: permission denied for table lease" in refused.err
        assert "next: give this SQL to a DBA: surefoot ledger --sql --for watcher" in refused.err
    finally:
        connection.execute("DROP OWNED BY watcher; DROP ROLE watcher")
