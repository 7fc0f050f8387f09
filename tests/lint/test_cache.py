from __future__ import annotations

import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from surefoot_lint.cache import Cache, freeze, thaw
from surefoot_lint.cli import main
from surefoot_lint.intake import PAYS_FROM, Intake
from surefoot_lint.linter import lint
from surefoot_lint.recall import recalled

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_cats.sql, rollback: rollback_001.sql}
"""
FILES = {
    "manifest.yaml": MANIFEST,
    "migrations/001_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;\n",
}
CACHED = Path(".surefoot/cache/lint.sqlite")


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def codes() -> list[str]:
    return [finding.code for finding in recalled([]).findings]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(FILES)


def test_second_run_gives_the_same_report_without_reading_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    write({"migrations/001_cats.sql": "CREATE TABLE cat (id bigint PRIMARY KEY);\nCOMMIT;\n"})
    first = recalled([])
    assert first.findings
    monkeypatch.setattr("surefoot_lint.intake.split", None)  # whoever would cut a file again fails
    assert recalled([]) == first


CHANGES = {
    "an edited migration": {"migrations/001_cats.sql": FILES["migrations/001_cats.sql"] + "COMMIT;\n"},
    "an edited rollback": {"rollbacks/rollback_001.sql": "COMMIT;\nDROP TABLE IF EXISTS cat;\n"},
    "an edited manifest": {"manifest.yaml": MANIFEST.replace(", rollback: rollback_001.sql", "")},
    "a file that is not listed": {"migrations/002_dogs.sql": "SELECT 1;\n"},
    "a rollback of nothing": {"rollbacks/rollback_002.sql": "SELECT 1;\n"},
}


@pytest.mark.parametrize("files", CHANGES.values(), ids=CHANGES)
def test_change_is_seen(files: dict[str, str]) -> None:
    assert codes() == []
    write(files)
    changed = codes()
    assert changed
    assert changed == [finding.code for finding in lint([]).findings]


def test_file_that_is_gone_is_seen() -> None:
    assert codes() == []
    Path("rollbacks/rollback_001.sql").unlink()
    assert "RB101" in codes()


def test_manifest_that_is_gone_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    Path("manifest.yaml").write_text("surefoot: 2\n")
    assert main([]) == 2
    assert "manifest.yaml:1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000], ids=["empty", "text", "torn"]
)
def test_broken_cache_is_made_anew(content: bytes) -> None:
    assert codes() == []
    CACHED.write_bytes(content)
    assert codes() == []
    assert codes() == []
    with sqlite3.connect(CACHED) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone()[0] > 0


def test_broken_entries_are_found_out_anew() -> None:
    assert codes() == []
    with sqlite3.connect(CACHED) as connection:
        connection.execute("UPDATE entry SET value = x'00'")
    write({"migrations/001_cats.sql": "COMMIT;\n"})
    assert "TX104" in codes()


def test_cache_makes_nothing_but_the_linters_own_types() -> None:
    assert thaw(freeze(("a", 1, None))) == ("a", 1, None)
    assert thaw(pickle.dumps(Cache(Path()))) is not None
    assert thaw(b"cos\nsystem\n(S'touch broken'\ntR.") is None
    assert not Path("broken").exists()


def test_cache_that_cannot_be_written_is_done_without() -> None:
    Path(".surefoot").write_text("a file where the folder would be")
    assert codes() == []
    assert Path(".surefoot").read_text() == "a file where the folder would be"


def test_no_cache_keeps_nothing() -> None:
    assert main(["--no-cache"]) == 0
    assert not Path(".surefoot").exists()


def test_folder_of_others_gets_no_cache() -> None:
    Path("manifest.yaml").unlink()
    assert main(["migrations"]) == 0
    assert not list(Path().rglob("lint.sqlite"))


def test_cache_is_ignored_by_git() -> None:
    assert codes() == []
    assert Path(".surefoot/.gitignore").read_text() == "*\n"


def test_runs_at_once_share_a_cache() -> None:
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: recalled([]), range(16)))
    assert {report.findings for report in reports} == {()}


def test_two_processes_read_what_one_does() -> None:
    paths = []
    for number in range(PAYS_FROM + 5):
        path = Path(f"{number:04}.sql").absolute()
        path.write_text(f"CREATE TABLE t{number} (id bigint);\nDROP TABLE é{number};\n")
        paths.append(path)
    paths[7].write_text("SELECT 'open")
    intake = Intake()
    intake.read_ahead(paths)
    assert len(intake.ahead) == len(paths) - 1
    for path in paths:
        alone, together = Intake().read(path), intake.read(path)
        assert (alone.pieces, alone.tail, alone.facts) == (together.pieces, together.tail, together.facts)
    assert intake.read(paths[7]).error
