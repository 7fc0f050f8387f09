"""`surefoot lint --fix` and `--diff`: what is written, what is printed, the exit status; and the edits below them."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from fix_git import commit, git
from fix_rule import write

from surefoot_lint import cli
from surefoot_lint.edits import Replacement, Rewritten, applied, choose

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\nsettings: {lock_timeout: 5s}\nmigrations:\n"
FILES = {
    "manifest.yaml": f"{HEAD}  - {{file: 001_cats.sql}}\n",
    "migrations/001_cats.sql": "CREATE TABLE cat (id bigint PRIMARY KEY);\nCOMMIT;\n",
}
GUARDED = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\nCOMMIT;\n"
DIFF = """\
--- a/manifest.yaml
+++ b/manifest.yaml
@@ -3,4 +3,4 @@
 postgres: 15
 settings: {lock_timeout: 5s}
 migrations:
-  - {file: 001_cats.sql}
+  - {file: 001_cats.sql, rollback: rollback_001.sql}
--- a/migrations/001_cats.sql
+++ b/migrations/001_cats.sql
@@ -1,2 +1,2 @@
-CREATE TABLE cat (id bigint PRIMARY KEY);
+CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
 COMMIT;
--- /dev/null
+++ b/rollbacks/rollback_001.sql
@@ -0,0 +1,3 @@
+-- Undo 001_cats.sql.
+
+DROP TABLE IF EXISTS cat;
"""
DONE = """\
fixed manifest.yaml: RB101 missing-rollback
fixed migrations/001_cats.sql: ID101 unguarded-create
made rollbacks/rollback_001.sql: RB101 missing-rollback
"""


SUFFIXES = (".sql", ".yaml")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, FILES)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    status = cli.main(args)
    out, err = capsys.readouterr()
    return status, out, err


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.suffix in SUFFIXES
    }


# -- The command ------------------------------------------------------------------------------------------------------


def test_diff_is_shown_and_nothing_is_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--diff") == (1, DIFF, "")
    assert texts(here) == FILES


def test_diff_is_what_git_applies(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "diff.patch").write_text(run(capsys, "--diff")[1])
    git(here, "init", "--quiet")
    git(here, "apply", "diff.patch")
    assert run(capsys, "--diff") == (0, "", "nothing to fix\n")


def test_fix_says_what_it_did_and_what_remains(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--fix")
    assert (status, err) == (1, "")
    assert out.startswith(f"{DONE}── migrations/001_cats.sql: 1 error\n")
    assert (here / "migrations/001_cats.sql").read_text() == GUARDED
    (here / "migrations/001_cats.sql").write_text(GUARDED.replace("COMMIT;\n", ""))
    assert run(capsys, "--fix") == (0, "nothing to fix\nnothing found in 2 files\n", "")


def test_report_for_a_program_stays_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--fix", "--format", "json")
    assert (status, err) == (1, DONE)
    assert [finding["code"] for finding in json.loads(out)["findings"]] == ["TX104"]


def test_selected_rules_alone_are_fixed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--fix", "--select", "ID101")[1].startswith("fixed migrations/001_cats.sql: ID101")
    assert texts(here) == FILES | {"migrations/001_cats.sql": GUARDED}


def test_what_is_merged_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(here, "init", "--quiet")
    commit(here)
    (here / "manifest.yaml").write_text(f"{FILES['manifest.yaml']}  - {{file: 002_dogs.sql}}\n")
    (here / "migrations/002_dogs.sql").write_text("CREATE TABLE dog ();\n")
    left = "left alone in migrations that are merged: 2 findings; what is merged may have been applied\n"
    status, out, err = run(capsys, "--diff", "--base", "main")
    assert (status, err) == (1, left)
    assert "001" not in out.replace(FILES["manifest.yaml"].splitlines()[-1], "")
    assert left in run(capsys, "--fix", "--base", "main")[1]
    assert (here / "migrations/001_cats.sql").read_text() == FILES["migrations/001_cats.sql"]
    assert (here / "migrations/002_dogs.sql").read_text() == "CREATE TABLE IF NOT EXISTS dog ();\n"
    assert (here / "rollbacks/rollback_002.sql").exists()
    assert not (here / "rollbacks/rollback_001.sql").exists()


def test_frozen_findings_are_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (here / "manifest.yaml").open("a") as manifest:
        manifest.write("lint: {baseline: old.jsonl}\n")
    assert run(capsys, "baseline")[0] == 0
    assert run(capsys, "--diff") == (0, "", "nothing to fix\n")


# -- Edits ------------------------------------------------------------------------------------------------------------

FILE = Path("a.sql")


@pytest.mark.parametrize(
    ("text", "start", "end", "new", "expected"),
    [
        ("ab", 1, 1, "\n", "a\nb"),
        ("a\r\nb\r\nc", 2, 3, "x\ny", "a\r\nx\r\ny\r\nc"),
        ("a\r\nb\r\nc", 1, 1, "!", "a!\r\nb\r\nc"),
        ("a\nb\r\nc\nd", 4, 5, "\n", "a\nb\r\n\n\nd"),
        ("ä\r\n€\r\n", 3, 3, "é", "ä\r\n€é\r\n"),
        ("a\x0c\u2028b", 3, 3, "!", "a\x0c\u2028!b"),
    ],
)
def test_edit_keeps_every_other_byte(text: str, start: int, end: int, new: str, expected: str) -> None:
    assert applied(text, [Replacement(FILE, start, end, new)]) == expected


def test_of_two_repairs_that_touch_each_other_the_first_is_made(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("abcdef")
    first = (Replacement(file, 1, 3, "x"), Replacement(file, 5, 5, "y"))
    second = (Replacement(file, 0, 0, "z"), Replacement(file, 2, 4, "z"))
    beside = (Replacement(file, 3, 4, ""),)
    there = (Replacement(file, 1, 1, "!"),)
    assert choose([first, second, beside, there]) == [first, beside, there]


def test_file_that_is_not_there_is_made_once(tmp_path: Path) -> None:
    one, other = ((Replacement(tmp_path / "a.sql", 0, 0, text),) for text in "ab")
    assert choose([one, other]) == [one]


def test_mode_and_link_stay(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link, file = here / "migrations/001_cats.sql", here / "cats.sql"
    link.rename(file)
    file.chmod(0o640)
    link.symlink_to("../cats.sql")
    run(capsys, "--fix", "--select", "ID101")
    assert link.is_symlink()
    assert file.read_text() == GUARDED
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not list(here.rglob(".*.new"))


def test_diff_cuts_lines_where_git_does() -> None:
    diff = Rewritten(Path("a.sql").absolute(), b"a\x0cb\nc", b"a\x0cb\nd").diff()
    assert diff.splitlines()[2] == "@@ -1,2 +1,2 @@"
    assert "-c\n\\ No newline at end of file\n+d\n\\ No newline at end of file\n" in diff
