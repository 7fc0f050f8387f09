"""What is found of a branch beside its base; each test makes a repository of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fix_git import commit, git

from surefoot_lint import cli
from surefoot_lint.errors import GitError, UsageError
from surefoot_lint.finding import Report
from surefoot_lint.linter import lint
from surefoot_lint.rule import all_rules

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\nmigrations:\n"
CAT = "-- Cats.\nCREATE TABLE IF NOT EXISTS cat (\n    id bigint PRIMARY KEY\n);\n"
DOG = "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);\n"
GONE = "DROP TABLE IF EXISTS {};\n"
FILES = {
    "manifest.yaml": HEAD + "  - {file: 001_cats.sql, rollback: rollback_001.sql, data_rollback: empty_001.sql}\n"
    "  - {file: 002_dogs.sql, rollback: rollback_002.sql}\n",
    "migrations/001_cats.sql": CAT,
    "migrations/002_dogs.sql": DOG,
    "rollbacks/rollback_001.sql": GONE.format("cat"),
    "rollbacks/empty_001.sql": "TRUNCATE cat;\n",
    "rollbacks/rollback_002.sql": GONE.format("dog"),
}
THIRD = "  - {file: 003_birds.sql, rollback: rollback_003.sql}\n"
BIRDS = {
    "manifest.yaml": FILES["manifest.yaml"] + THIRD,
    "migrations/003_birds.sql": "CREATE TABLE IF NOT EXISTS bird (id bigint PRIMARY KEY);\n",
    "rollbacks/rollback_003.sql": GONE.format("bird"),
}
RULES = [rule.code for rule in all_rules() if rule.code.startswith("FS")] + ["TX104"]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def repository(folder: Path, files: dict[str, str] = FILES) -> str:
    """Commit a project on main and go on on a branch; give the commit as it is shown."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    write(folder, files)
    base = commit(folder)
    git(folder, "checkout", "--quiet", "-b", "work")
    return base[:12]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judge(*paths: str, base: str = "main", changed: bool = False) -> Report:
    return lint([Path(path) for path in paths], base=base, changed=changed, select=RULES)


def said(report: Report) -> list[tuple[str, str, str]]:
    return [(f"{finding.place}", finding.code, finding.message) for finding in report.findings]


# -- Accepted ---------------------------------------------------------------------------------------------------------


def test_nothing_was_done(here: Path) -> None:
    repository(here)
    assert said(judge()) == []


@pytest.mark.parametrize("committed", [True, False])
def test_new_migration(committed: bool, here: Path) -> None:
    repository(here)
    write(here, BIRDS)
    if committed:
        commit(here)
    assert said(judge()) == []


def test_line_ends_are_no_edit(here: Path) -> None:
    repository(here, FILES | {"rollbacks/rollback_002.sql": "DROP TABLE\r\n  IF EXISTS dog;\r\n"})
    write(
        here,
        {
            "migrations/001_cats.sql": CAT.replace("\n", "\r\n"),
            "rollbacks/rollback_002.sql": "DROP TABLE\n  IF EXISTS dog;\n",
        },
    )
    assert said(judge()) == []


def test_filters_of_git_are_no_edit(here: Path) -> None:
    git(here, "init", "--quiet")
    git(here, "config", "filter.shout.clean", "tr a-z A-Z")
    repository(here, FILES | {".gitattributes": "*.sql filter=shout\n"})
    assert git(here, "show", "main:migrations/002_dogs.sql") == DOG.upper().strip()
    assert said(judge()) == []


def test_what_was_merged_meanwhile_is_not_ours(here: Path) -> None:
    repository(here)
    git(here, "checkout", "--quiet", "main")
    write(here, BIRDS | {"migrations/001_cats.sql": DOG})
    commit(here)
    git(here, "checkout", "--quiet", "work")
    assert said(judge()) == []


def test_manifest_that_moves_its_folders(here: Path) -> None:
    repository(here)
    (here / "migrations").rename(here / "sql")
    write(here, {"manifest.yaml": "folders: {migrations: sql, rollbacks: rollbacks}\n" + FILES["manifest.yaml"]})
    assert said(judge()) == []
    write(here, {"sql/001_cats.sql": DOG})
    assert [finding.code for finding in judge().findings] == ["FS201"]


def test_project_that_was_moved(here: Path) -> None:
    base = repository(here)
    (here / "shop").mkdir()
    for name in ("manifest.yaml", "migrations", "rollbacks"):
        (here / name).rename(here / "shop" / name)
    assert said(judge("shop")) == []
    write(here, {"shop/migrations/001_cats.sql": DOG})
    (finding,) = judge("shop").findings
    assert (finding.place.path, finding.code) == ("shop/migrations/001_cats.sql", "FS201")
    command = f"git show {base}:migrations/001_cats.sql > shop/migrations/001_cats.sql"
    assert finding.advice == f"{command}; write the change as a new migration"
    subprocess.run(command, shell=True, check=True)
    assert said(judge("shop")) == []


def test_project_that_was_copied_is_new(here: Path) -> None:
    repository(here)
    write(here / "shop", FILES | {"migrations/001_cats.sql": DOG})
    assert said(judge("shop")) == []


def test_files_that_are_links(here: Path) -> None:
    git(here, "init", "--quiet")
    (here / "migrations").mkdir()
    (here / "migrations/001_cats.sql").symlink_to("../cats.sql")
    (here / "cats.sql").write_text("")
    repository(here, FILES)
    assert git(here, "show", "main:cats.sql") == CAT.strip()
    assert said(judge()) == []
    write(here, {"cats.sql": DOG})
    assert [finding.place.path for finding in judge().findings] == ["migrations/001_cats.sql"]


def test_rollback_under_another_name(here: Path) -> None:
    repository(here)
    (here / "rollbacks/rollback_002.sql").rename(here / "rollbacks/undo_002.sql")
    write(here, {"manifest.yaml": FILES["manifest.yaml"].replace("rollback_002", "undo_002")})
    assert said(judge()) == []


def test_file_that_was_in_no_manifest(here: Path) -> None:
    repository(here, FILES | BIRDS | {"manifest.yaml": FILES["manifest.yaml"]})
    write(here, {"migrations/003_birds.sql": DOG, "manifest.yaml": BIRDS["manifest.yaml"]})
    assert said(judge()) == []


def test_base_without_a_manifest(here: Path) -> None:
    repository(
        here, {name: text for name, text in FILES.items() if name not in ("manifest.yaml", "rollbacks/empty_001.sql")}
    )
    write(here, FILES)
    assert said(judge()) == []
    write(here, {"migrations/001_cats.sql": DOG, "rollbacks/rollback_002.sql": "DROP TABLE IF EXISTS cat;\n"})
    assert [finding.place.path for finding in judge().findings] == [
        "migrations/001_cats.sql",
        "rollbacks/rollback_002.sql",
    ]


def test_base_with_a_manifest_that_cannot_be_read(here: Path) -> None:
    repository(here, FILES | {"manifest.yaml": "surefoot: [\n"})
    write(here, FILES | {"migrations/001_cats.sql": DOG})
    assert [finding.code for finding in judge().findings] == ["FS201"]


# -- Refused ----------------------------------------------------------------------------------------------------------

SQL = "this file is in main, and its SQL was changed since"
COMMENTS = "this file is in main, and comments or white space of it were changed since"


@pytest.mark.parametrize(
    ("name", "before", "after", "line", "message"),
    [
        ("migrations/001_cats.sql", "bigint", "integer", 3, SQL),
        ("migrations/001_cats.sql", ");\n", "", 3, SQL),
        ("migrations/001_cats.sql", ");\n", ");\nSELECT 1;\n", 5, SQL),
        ("migrations/001_cats.sql", "-- Cats.", "-- All cats.", 1, COMMENTS),
        ("migrations/001_cats.sql", "    id", "  id", 3, COMMENTS),
        ("migrations/001_cats.sql", "KEY\n", "KEY -- surefoot: allow int-primary-key: few\n", 3, COMMENTS),
        ("migrations/001_cats.sql", ");\n", ");", 4, COMMENTS),
        ("migrations/001_cats.sql", "-- Cats.\n", "/* Cats.\n", 1, SQL),
        ("rollbacks/rollback_001.sql", "cat", "cat CASCADE", 1, SQL),
        ("rollbacks/empty_001.sql", "cat", "dog", 1, SQL),
    ],
)  # fmt: skip
def test_edited(name: str, before: str, after: str, line: int, message: str, here: Path) -> None:
    base = repository(here)
    write(here, {name: FILES[name].replace(before, after)})
    (finding,) = [finding for finding in judge().findings if finding.code == "FS201"]
    assert (finding.place.path, finding.place.line, finding.message) == (name, line, message)
    end = (
        "to keep the edit: surefoot accept 001 --reason 'comments alone'"
        if message == COMMENTS
        else "write the change as a new migration"
    )
    assert finding.advice == f"git checkout {base} -- {name}; {end}"
    git(here, "checkout", "--quiet", base, "--", name)
    assert said(judge()) == []


def test_edited_in_strings_and_data_is_sql(here: Path) -> None:
    text = "INSERT INTO cat VALUES ('--  1');\nCOPY cat FROM stdin;\n1 -- a\n\\.\nDO $$ BEGIN\n  NULL; END $$;\n"
    repository(here, FILES | {"migrations/001_cats.sql": text})
    for edit in (("--  1", "-- 1"), ("1 -- a", "1 -- b"), ("  NULL", " NULL")):
        write(here, {"migrations/001_cats.sql": text.replace(*edit)})
        assert [finding.message for finding in judge().findings if finding.code == "FS201"] == [SQL]


def test_deleted(here: Path) -> None:
    base = repository(here)
    (here / "migrations/002_dogs.sql").unlink()
    (here / "rollbacks/rollback_002.sql").unlink()
    (here / "rollbacks/empty_001.sql").unlink()
    write(
        here,
        {"manifest.yaml": FILES["manifest.yaml"].replace(", data_rollback: empty_001.sql", "").rpartition("  -")[0]},
    )
    report = judge()
    assert said(report) == [
        ("manifest.yaml:1:1", "FS202", "migrations/002_dogs.sql is in main, and was deleted since"),
        ("manifest.yaml:5:5", "FS202", "rollbacks/empty_001.sql is in main, and was deleted since"),
    ]
    assert report.findings[0].advice == (
        f"git checkout {base} -- migrations/002_dogs.sql; what it did is undone by a new migration"
    )


def test_deleted_and_still_listed(here: Path) -> None:
    repository(here)
    (here / "migrations/001_cats.sql").unlink()
    assert said(judge()) == [
        ("manifest.yaml:5:5", "FS202", "migrations/001_cats.sql is in main, and was deleted since"),
        ("manifest.yaml:5:5", "FS302", "there is no file migrations/001_cats.sql"),
    ]


@pytest.mark.parametrize(("new", "text"), [("004_dogs.sql", DOG + "SELECT 1;\n"), ("002_hounds.sql", DOG)])
def test_renamed(new: str, text: str, here: Path) -> None:
    repository(here)
    (here / "migrations/002_dogs.sql").unlink()
    write(here, {f"migrations/{new}": text, "manifest.yaml": FILES["manifest.yaml"].replace("002_dogs.sql", new)})
    report = judge()
    message = f"migrations/002_dogs.sql is in main, and was renamed to {new} since"
    assert ("manifest.yaml:6:5", "FS202", message) in said(report)
    assert {finding.code for finding in report.findings} <= {"FS202", "FS102"}
    assert report.findings[-1].advice == "give it back its name; what it did is undone by a new migration"


def test_number_below_base(here: Path) -> None:
    repository(here, FILES | BIRDS)
    late = {
        "migrations/002_ants.sql": DOG,
        "migrations/1_bees.sql": DOG,
        "manifest.yaml": BIRDS["manifest.yaml"]
        + "  - {file: 002_ants.sql, irreversible: no}\n  - {file: 1_bees.sql, irreversible: no}\n".replace(
            "no", "none"
        ),
    }
    write(here, late)
    report = lint([], base="main", select=["FS203"])
    assert [(finding.message, finding.advice) for finding in report.findings] == [
        (
            "002_ants.sql has the number 2, and main has 002_dogs.sql already",
            (
                "give it the next free number, 004: git mv migrations/002_ants.sql migrations/004_ants.sql, "
                "the same for its rollback, and in the manifest"
            ),
        ),
        (
            "1_bees.sql has the number 1, and main has 001_cats.sql already",
            (
                "give it the next free number, 005: git mv migrations/1_bees.sql migrations/005_bees.sql, "
                "the same for its rollback, and in the manifest"
            ),
        ),
    ]


def test_folder_of_folders(here: Path) -> None:
    files = {
        "db/001_cats/up.sql": CAT,
        "db/001_cats/down.sql": "DROP TABLE IF EXISTS cat;\n",
        "db/003_dogs/up.sql": DOG,
    }
    repository(here, files | {"db/003_dogs/down.sql": GONE.format("dog")})
    write(here, {"db/002 ants/up.sql": DOG, "db/002 ants/down.sql": GONE.format("dog"), "db/001_cats/down.sql": DOG})
    report = judge("db")
    assert [(str(finding.place), finding.code) for finding in report.findings] == [
        ("db/001_cats/down.sql:1:1", "FS201"),
        ("db/002 ants/up.sql", "FS203"),
    ]
    assert report.findings[1].advice == (
        "give it the next free number, 004: git mv 'db/002 ants' 'db/004 ants', "
        "the same for its rollback, and in the manifest"
    )


# -- Other branches ---------------------------------------------------------------------------------------------------


def other_branch(folder: Path, name: str, files: dict[str, str]) -> None:
    """Commit files on a branch of the remote repository, and go back."""
    git(folder, "checkout", "--quiet", "-b", "other", "main")
    write(folder, files)
    commit(folder)
    git(folder, "update-ref", f"refs/remotes/{name}", "other")
    git(folder, "checkout", "--quiet", "work")
    git(folder, "branch", "--quiet", "-D", "other")


def test_number_taken_on_branches(here: Path) -> None:
    repository(here / "db")
    other_branch(here / "db", "origin/ants", {"migrations/003_ants.sql": DOG, "migrations/004_x.sql": DOG})
    other_branch(here / "db", "origin/bees", {"migrations/3_bees.sql": DOG})
    other_branch(here / "db", "origin/birds", BIRDS)
    write(here / "db", BIRDS)
    ((place, code, message),) = said(judge("db"))
    assert (place, code) == ("db/manifest.yaml:7:5", "FS204")
    assert message.startswith("003_birds.sql has the number 3, as ")
    assert message.endswith(", which is not merged")


def test_branch_that_is_merged_here_takes_nothing(here: Path) -> None:
    repository(here)
    other_branch(here, "origin/ants", {"migrations/003_ants.sql": DOG})
    git(here, "merge", "--quiet", "origin/ants")
    (here / "migrations/003_ants.sql").unlink()
    write(here, BIRDS)
    assert said(judge()) == []


# -- Rooms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shop", "a b/größe", "x'y"])
def test_project_below_the_top(name: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(here, "init", "--quiet")
    repository(here, {f"{name}/{file}": text for file, text in FILES.items()} | {"other.sql": DOG})
    write(here, {f"{name}/migrations/001_cats.sql": DOG})
    assert [str(finding.place) for finding in judge(name).findings] == [f"{name}/migrations/001_cats.sql:1:1"]
    monkeypatch.chdir(here / name / "rollbacks")
    (finding,) = judge("..").findings
    assert finding.advice
    subprocess.run(finding.advice.partition(";")[0], shell=True, check=True)
    assert said(judge("..")) == []


def test_worktree(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(here / "first")
    git(here / "first", "worktree", "add", "--quiet", "../second", "main")
    write(here / "second", {"migrations/001_cats.sql": DOG})
    assert said(judge("first")) == []
    assert [str(finding.place) for finding in judge("second").findings] == ["second/migrations/001_cats.sql:1:1"]


def test_project_in_a_submodule(here: Path) -> None:
    repository(here / "first")
    repository(here / "second", {"README": ""})
    git(here / "second", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(here / "first"), "db")
    write(here / "second/db", {"migrations/001_cats.sql": DOG})
    assert [finding.code for finding in judge("second/db", base="origin/main").findings] == ["FS201"]


def test_migrations_that_are_a_submodule(here: Path) -> None:
    repository(here)
    git(here, "rm", "-r", "--quiet", "--cached", "migrations")
    git(here / "migrations", "init", "--quiet")
    (finding,) = judge().findings
    assert (finding.code, finding.message) == (
        "FS205",
        "migrations is a git repository of its own, so the base does not hold its files",
    )


# -- An unknown base, and a choice ------------------------------------------------------------------------------------


def test_unknown_base_is_never_passed_over(here: Path) -> None:
    repository(here)
    (finding,) = judge(base="nain").findings
    assert (finding.code, finding.object, finding.advice) == ("FS205", "nain", "git branch --all lists what there is")
    with pytest.raises(GitError, match="there is no commit nain in this repository"):
        lint([], base="nain", select=["FS101"])
    with pytest.raises(GitError, match="there is no commit nain in this repository"):
        lint([], base="nain", ignore=["FS205"])


def test_changed_migrations_alone(here: Path) -> None:
    repository(here, FILES | {"migrations/001_cats.sql": "COMMIT;\n", "migrations/002_dogs.sql": "COMMIT;\n"})
    write(here, BIRDS | {"migrations/003_birds.sql": "COMMIT;\n", "migrations/004_x.sql": DOG})
    report = judge(changed=True)
    assert [(finding.place.path, finding.code) for finding in report.findings] == [
        ("migrations/003_birds.sql", "TX104"),
        ("migrations/004_x.sql", "FS301"),
    ]
    assert report.files == 2
    assert len(judge().findings) == 4
    write(here, {"rollbacks/rollback_002.sql": "SELECT 1;\n"})
    assert {finding.place.path for finding in judge(changed=True).findings} == {
        *("migrations/002_dogs.sql", "migrations/003_birds.sql", "migrations/004_x.sql", "rollbacks/rollback_002.sql"),
    }
    assert judge("migrations/001_cats.sql", changed=True).files == 0
    assert judge(base="nain", changed=True).files == 7


def test_entry_that_says_something_else_is_a_change(here: Path) -> None:
    repository(here, FILES | {"migrations/002_dogs.sql": "COMMIT;\n"})
    moved = FILES["manifest.yaml"].replace("migrations:", "\n# The cattery.\nmigrations:")
    write(here, {"manifest.yaml": moved})
    assert said(judge(changed=True)) == []
    write(here, {"manifest.yaml": moved.replace("rollback_002.sql", "rollback_002.sql, phase: core")})
    assert [finding.code for finding in judge(changed=True).findings] == ["TX104"]


def test_rules_on_the_base_need_one(here: Path) -> None:
    write(here, FILES)
    with pytest.raises(UsageError, match="no rule is left, so there is nothing to check") as caught:
        lint([], select=["FS203", "FS201"])
    assert caught.value.next_step == "name the base that FS203 compares with: --base origin/main"


def test_edit_that_is_allowed(here: Path) -> None:
    repository(here)
    allowance = "-- surefoot: allow edited-after-merge: no database has it yet\n"
    write(here, {"migrations/001_cats.sql": allowance + CAT.replace("bigint", "integer")})
    assert said(judge()) == []
    assert "SU102" not in {finding.code for finding in lint([]).findings}


def test_changed_needs_a_base(here: Path) -> None:
    write(here, FILES)
    with pytest.raises(UsageError, match="--changed needs a base to compare with"):
        lint([], changed=True)


def test_command_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository(here, FILES | {"migrations/002_dogs.sql": "COMMIT;\n"})
    write(here, BIRDS)
    assert cli.main(["--base", "main", "--changed"]) == 0
    assert capsys.readouterr().out == "nothing found in 2 files\n"
    assert cli.main(["--base", "main"]) == 1
    capsys.readouterr()
    assert cli.main(["--base", "main", "--changed", "--select", "FS101", "manifest.yaml"]) == 0
    capsys.readouterr()
    assert cli.main(["--base", "nain", "--select", "FS101"]) == 2
    assert capsys.readouterr().err == (
        "error: there is no commit nain in this repository\nnext: git branch --all lists what there is\n"
    )
