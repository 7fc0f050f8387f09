from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from surefoot_lint import cli, version
from surefoot_lint.report import FORMATS
from surefoot_lint.rule import FAMILIES, all_rules

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_cats.sql, rollback: rollback_001.sql}
"""
CLEAN = {
    "manifest.yaml": MANIFEST,
    "migrations/001_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;\n",
}
BAD = CLEAN | {"migrations/001_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n  COMMIT;\n"}
WARNED = CLEAN | {"migrations/001_cats.sql": ""}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    status = cli.main(args)
    out, err = capsys.readouterr()
    return status, out, err


def process(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "surefoot_lint", *args],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# -- Checking ---------------------------------------------------------------------------------------------------------

FOUND = """\
── migrations/001_cats.sql: 1 error
migrations/001_cats.sql:2:3: error TX104 transaction-control-in-file: COMMIT in a file that runs in a transaction
    2 |   COMMIT;
      |   ^
instead: remove it; for statements that need no transaction, say transaction: false in the manifest
more: surefoot-lint explain TX104

1 error in 2 files
"""


@pytest.mark.parametrize("args", [[], ["."], ["check"], ["check", "."], ["manifest.yaml"], ["migrations/001_cats.sql"]])
def test_clean_project(args: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, CLEAN)
    assert run(capsys, *args) == (0, "nothing found in 2 files\n", "")


@pytest.mark.parametrize("args", [[], ["."], ["check"], ["--manifest", "manifest.yaml"], ["--select", "TX104"]])
def test_finding(args: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BAD)
    assert run(capsys, *args) == (1, FOUND, "")


def test_warning_alone_does_not_fail(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, WARNED)
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    assert out.splitlines()[1] == (
        "migrations/001_cats.sql:1:1: warning FS305 empty-migration: the migration holds no statement"
    )


def test_warning_fails_where_the_project_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, WARNED | {"manifest.yaml": MANIFEST + "lint: {fail_on: warning}\n"})
    assert run(capsys)[0] == 1


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["--ignore", "TX104"], 0),
        (["--ignore", "transaction-control-in-file, FS101"], 0),
        (["--select", "FS101,RB101"], 0),
        (["--select", "fs101, tx104"], 1),
        (["--select", "FS101,TX104", "--ignore", "TX104"], 0),
    ],
)
def test_chosen_rules(args: list[str], status: int, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BAD)
    assert run(capsys, *args)[0] == status


def test_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BAD)
    status, out, err = run(capsys, "--format", "json")
    document = json.loads(out)
    assert (status, err, document["failing"], document["findings"][0]["code"]) == (1, "", 1, "TX104")


def test_github(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BAD)
    status, out, err = run(capsys, "--format", "github")
    assert (status, err) == (1, "")
    assert out.startswith("::error file=migrations/001_cats.sql,line=2,col=3,title=TX104 transaction-control-in-file::")
    write(here, CLEAN)
    assert run(capsys, "--format", "github") == (0, "", "")


# -- Errors: status 2 and the exact text ------------------------------------------------------------------------------

ERRORS = [
    (["missing"], CLEAN, "error: there is no file or folder missing\n"),
    (
        ["README.md"],
        CLEAN | {"README.md": ""},
        "error: README.md is no SQL file, so there is nothing to check\n",
    ),
    (
        [],
        {},
        (
            "error: there is no migration in ., so there is nothing to check\n"
            "next: name a folder of numbered SQL files, or one with a manifest.yaml\n"
        ),
    ),
    (
        [],
        {"manifest.yaml": MANIFEST.partition("  -")[0].replace("migrations:", "migrations: []")},
        (
            "manifest.yaml:1:1: error: the manifest lists no migration, so there is nothing to check\n"
            "    1 | surefoot: 1\n"
            "      | ^\n"
            "next: list the files under migrations:, in the order of their application\n"
        ),
    ),
    (
        [],
        {"manifest.yaml": MANIFEST.replace("name", "nmae")},
        "manifest.yaml:2:1: error: nmae: unknown key\n    2 | nmae: cattery\n      | ^\nnext: did you mean name?\n",
    ),
    (
        [],
        CLEAN | {"manifest.yaml": MANIFEST + "lint: {ignore: [TX1O4]}\n"},
        (
            "manifest.yaml:6:7: error: lint.ignore: there is no rule TX1O4\n"
            "    6 | lint: {ignore: [TX1O4]}\n"
            "      |       ^\n"
            "next: did you mean TX104?\n"
        ),
    ),
    (["--select", "FS10"], CLEAN, "error: there is no rule FS10\nnext: did you mean FS106?\n"),
    (["--ignore", "x"], CLEAN, "error: there is no rule x\nnext: surefoot-lint rules lists them\n"),
    (
        ["--select", "TX104", "--ignore", "TX104"],
        CLEAN,
        "error: no rule is left, so there is nothing to check\n",
    ),
    (["explain", "TX1O4"], {}, "error: there is no rule TX1O4\nnext: did you mean TX104?\n"),
]


@pytest.mark.parametrize(("args", "files", "expected"), ERRORS)
def test_error(
    args: list[str], files: dict[str, str], expected: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, files)
    assert run(capsys, *args) == (2, "", expected)


@pytest.mark.parametrize(
    "args",
    [["--frmat", "text"], ["--format", "xml"], ["--manifest", "missing.yaml"], ["--manifest", "."], ["explain"]],
)
def test_wrong_usage(args: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, CLEAN)
    status, out, err = run(capsys, *args)
    assert (status, out) == (2, "")
    assert err.startswith("Usage: surefoot-lint ")
    assert "\nError: " in err


def test_bug_keeps_its_traceback(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by a cat")

    monkeypatch.setattr(cli, "recalled", broken)
    status, out, err = run(capsys)
    assert (status, out) == (70, "")
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.endswith(
        f"ZeroDivisionError: by a cat\n\nerror: this is a bug in Surefoot {version.__version__}: please report it\n"
    )


def test_interrupt(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "recalled", interrupted)
    assert run(capsys)[0] == 130


# -- Explaining -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["FS305", "fs305", "empty-migration"])
def test_explain(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "explain", word) == (
        0,
        """\
FS305 empty-migration (warning)
The set of files

A migration holds no statement: it is empty, or all of it is comment.

It is applied and recorded like any other, and changes nothing. More often than not the SQL was forgotten, or was
commented out for a trial; databases that applied the file so will not get it later, when it is put back.

Write the SQL, or remove the migration. A file that has been applied must keep its content: then ignore the rule.

Found:

    -- CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);  -- ← FS305

Not found:

    CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);

To allow it at one statement, write above that: -- surefoot: allow empty-migration: why it does not matter
To do without it in the whole project, say in the manifest: lint: {ignore: [FS305]}
""",
        "",
    )


def test_explain_several(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "explain", "TX104", "FS101")
    assert (status, err) == (0, "")
    assert out.startswith("TX104 transaction-control-in-file (error)\nTransactions\n")
    assert "\n\n\nFS101 duplicate-number (error)\nThe set of files\n" in out
    assert "\n  007_add_vaccines.sql\n\n    CREATE TABLE" in out


def test_every_rule_is_listed_under_its_family(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "rules")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "FS: The set of files"
    assert lines[-1] == f"{len(all_rules())} rules; surefoot-lint explain CODE shows the page of one"
    assert [line for line in lines if line and not line.startswith(" ")][:-1] == [
        f"{letters}: {title}" for letters, title in FAMILIES.items() if any(r.code[:2] == letters for r in all_rules())
    ]
    assert [line.split() for line in lines if line.startswith("  ")] == [
        [rule.code, rule.level.word, rule.name] for rule in all_rules()
    ]


def test_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "rules", "--format", "json")
    document = json.loads(out)
    assert (status, err, document["version"]) == (0, "", 1)
    assert document["rules"] == [
        {"code": rule.code, "name": rule.name, "level": rule.level.word, "family": rule.family, "page": rule.page}
        for rule in all_rules()
    ]


def test_rules_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "rules", "--format", "markdown")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "| code | name | level |",
        "|---|---|---|",
        *(f"| {rule.code} | {rule.name} | {rule.level.word} |" for rule in all_rules()),
    ]


# -- Freezing ---------------------------------------------------------------------------------------------------------

FROZEN = BAD | {"manifest.yaml": MANIFEST + "lint: {baseline: old.jsonl}\n"}


def test_baseline_freezes_and_shrinks(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, FROZEN)
    assert run(capsys, "baseline") == (0, "old.jsonl: 1 finding frozen, 1 added\n", "")
    assert run(capsys) == (0, "nothing found in 2 files; 1 frozen in the baseline\n", "")
    write(here, {"migrations/001_cats.sql": CLEAN["migrations/001_cats.sql"]})
    assert run(capsys) == (
        0,
        (
            "old.jsonl:2: information: 1 entry is no longer found; surefoot-lint baseline takes it out\n"
            "nothing found in 2 files\n"
        ),
        "",
    )
    assert run(capsys, "baseline") == (0, "old.jsonl: 0 findings frozen, 1 taken out\n", "")
    assert run(capsys) == (0, "nothing found in 2 files\n", "")


def test_baseline_grows_only_for_a_reason(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, FROZEN | {"old.jsonl": '{"surefoot_baseline": 1}\n'})
    status, out, err = run(capsys, "baseline")
    assert (status, err) == (1, "")
    assert out.startswith("old.jsonl: 0 findings frozen; 1 new finding not frozen\nnext: ")
    assert run(capsys)[0] == 1
    assert run(capsys, "baseline", "--accept-new", "it ran long ago")[0] == 0
    assert run(capsys)[0] == 0


def test_baseline_of_a_named_manifest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "shop", FROZEN)
    args = ("baseline", "--manifest", "shop/manifest.yaml")
    assert run(capsys, *args) == (0, "shop/old.jsonl: 1 finding frozen, 1 added\n", "")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written(form: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BAD)
    status, out, err = run(capsys, "--format", form)
    assert (status, err) == (1, "")
    assert "TX104" in out


@pytest.mark.parametrize(
    "args",
    [
        ["-h"],
        ["--help"],
        ["check", "-h"],
        ["check", "--help"],
        ["explain", "--help"],
        ["rules", "--help"],
        ["baseline", "--help"],
    ],
)
def test_help(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *args)
    assert (status, err) == (0, "")
    assert out.startswith(" ".join(["Usage: surefoot-lint", *args[:-1]]))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--version")
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"surefoot-lint {version.__version__}\nPython 3\.\S+, postgast \S+\n", out)


# -- As a process -----------------------------------------------------------------------------------------------------


def test_module_runs(here: Path) -> None:
    write(here, BAD)
    done = process()
    assert (done.returncode, done.stdout, done.stderr) == (1, FOUND, "")


def test_output_is_plain_without_a_terminal(here: Path) -> None:
    write(here, BAD)
    assert "\x1b" not in process().stdout


def test_reader_that_had_enough_is_no_bug() -> None:
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "surefoot_lint", "rules"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=written,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(written)
    assert (done.returncode, done.stderr) == (1, b"")
