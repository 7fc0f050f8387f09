"""The rollbacks that `--fix` writes, on a real server: the schema is what it was, and the migration runs again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fix_rule import write
from fix_server import fresh_database
from pytest_postgresql.executors import NoopExecutor

from surefoot.compare import compare
from surefoot.proving.observer import install
from surefoot.proving.schema import read_schema
from surefoot.servers import Server
from surefoot_lint.context import Moment, RoundTrip
from surefoot_lint.fileset import FileSet, SqlFile
from surefoot_lint.fixer import repair_files
from surefoot_lint.fixes.rollback import MARKER
from surefoot_lint.linter import Choice, lint
from surefoot_lint.rule import Rule, all_rules
from surefoot_lint.survey import survey_folder, survey_project

ROOT = Path(__file__).parents[2]
PROJECTS = [ROOT, *sorted(path.parent for path in (ROOT / "examples").glob("*/manifest.yaml"))]
RULES = [rule for rule in all_rules() if rule.looks_at in (Moment, RoundTrip) and not rule.bad_error]
ROLLBACK_RULES = ("AN102", "RB101", "RB102", "RB103", "RB104", "RB105", "RB106", "RB108", "RB110", "RB111")


@pytest.fixture
def database_url(server: Server, postgresql_noproc: NoopExecutor) -> Iterator[str]:
    """A database of PostgreSQL 18, as examples of rules may need."""
    with fresh_database(server, postgresql_noproc) as url:
        yield url


def execute(url: str, file: SqlFile | None, transaction: bool) -> None:
    assert file
    with psycopg.connect(url, autocommit=not transaction) as connection:
        for statement in file.statements:
            if not statement.copies_from_stdin:
                connection.execute(statement.text.encode())


def go_there_and_back(files: FileSet, url: str) -> tuple[int, int]:
    """Apply each migration; undo it and apply it again where that is all written. Count those, and the others."""
    complete = marked = 0
    with psycopg.connect(url, autocommit=True) as looking:
        install(looking)
        before = read_schema(looking)
        for unit in files.units:
            execute(url, unit.migration, unit.transaction)
            after = read_schema(looking)
            if unit.rollback is None or MARKER in unit.rollback.path.read_text():
                marked += unit.rollback is not None
            else:
                execute(url, unit.rollback, unit.transaction)
                assert compare(before, read_schema(looking)) == (), unit.rollback.path.read_text()
                execute(url, unit.migration, unit.transaction)
                assert compare(after, read_schema(looking)) == ()
                complete += 1
            before = after
    return complete, marked


def without_rollbacks(manifest: str) -> str:
    """Take out of a manifest what it says of going back."""
    lines = re.sub(r"^ +(?:rollback|irreversible): .*\n", "", manifest, flags=re.MULTILINE)
    return re.sub(r", (?:rollback|irreversible): [^,}\n]*", "", lines)


@pytest.mark.parametrize("example", ["bad", "good"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_examples_go_back_to_what_was_there(
    rule: Rule, example: str, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = write(tmp_path, getattr(rule, example), rule.setup)
    for name in texts:
        if "rollback" in name:
            (tmp_path / name).unlink()
    manifest = tmp_path / "manifest.yaml"
    if manifest.exists():
        manifest.write_text(without_rollbacks(texts["manifest.yaml"]))
    repair_files([Path()], None, None, Choice(select=("RB101",)))
    files = survey_project(manifest) if manifest.exists() else survey_folder(tmp_path)
    _, marked = go_there_and_back(files, database_url)
    left = {"RB101", "RB103", "RB106", "RB108"} if marked else {"RB101"}
    assert {finding.code for finding in lint([Path()], select=ROLLBACK_RULES).findings} <= left


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_projects_go_back_to_what_was_there(
    folder: Path, tmp_path: Path, supabase_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("migrations", "rollbacks"):
        shutil.copytree(folder / name, tmp_path / name)
    for path in (tmp_path / "rollbacks").glob("rollback_*.sql"):
        path.unlink()
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(without_rollbacks((folder / "manifest.yaml").read_text()))
    monkeypatch.chdir(tmp_path)
    repair_files([Path()], None, None, Choice(select=("RB101",)))
    complete, marked = go_there_and_back(survey_project(manifest), supabase_url)
    assert complete > marked
    found = lint([Path()], select=[*ROLLBACK_RULES, "AN104"]).findings
    assert {finding.code for finding in found} <= {"RB101", "AN104"}
