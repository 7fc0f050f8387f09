from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from surefoot_lint.linter import lint

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\nmigrations:\n  - {file: 001_cats.sql}\n"
RULES = ("TX104", "FS305", "AN102")
SQL = "CREATE TABLE cat ();\nCOMMIT AND CHAIN;\n"


def fingerprints(folder: Path, sql: str = SQL, manifest: str = HEAD) -> list[str]:
    (folder / "migrations").mkdir(parents=True, exist_ok=True)
    (folder / "manifest.yaml").write_text(manifest)
    (folder / "migrations" / "001_cats.sql").write_text(sql)
    return [finding.fingerprint for finding in lint([folder], select=RULES).findings]


SAME = [
    "\n\n-- a comment\nCREATE TABLE cat ();\n\n  COMMIT AND CHAIN;\n",
    "CREATE TABLE cat (id int); DROP TABLE dog;\nCOMMIT AND CHAIN;\n",
    "COMMIT\n\tAND  CHAIN",
    "commit /* why */ and -- because\n CHAIN;",
    "CREATE TABLE cat ();\r\nCOMMIT AND CHAIN;\r\n",
]
OTHER = [
    "COMMIT;",
    "COMMIT WORK AND CHAIN;",
    "ROLLBACK AND CHAIN;",
]


def test_fingerprint_is_32_hexadecimal_digits(tmp_path: Path) -> None:
    (fingerprint,) = fingerprints(tmp_path)
    assert len(fingerprint) == 32
    assert int(fingerprint, 16)


def test_fingerprint_is_the_same_in_later_versions(tmp_path: Path) -> None:
    path = "migrations/001_cats.sql"
    hashed = f'["cattery", "TX104", "{path}", "{path}", "commit and chain", 1]'
    assert hashlib.sha256(hashed.encode()).hexdigest()[:32] == "f250d9303d616fab92187fb4d91ec728"
    assert fingerprints(tmp_path) == ["f250d9303d616fab92187fb4d91ec728"]


@pytest.mark.parametrize("sql", SAME)
def test_same_when_lines_move_and_layout_changes(sql: str, tmp_path: Path) -> None:
    assert fingerprints(tmp_path / "a", sql) == fingerprints(tmp_path / "b")


@pytest.mark.parametrize("sql", OTHER)
def test_other_when_the_statement_changes(sql: str, tmp_path: Path) -> None:
    assert fingerprints(tmp_path / "a", sql) != fingerprints(tmp_path / "b")


def test_same_wherever_the_linter_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for place in (tmp_path, tmp_path / "shop", tmp_path / "shop" / "migrations"):
        place.mkdir(exist_ok=True)
        monkeypatch.chdir(place)
        found |= {*fingerprints(tmp_path / "shop")}
    assert len(found) == 1


def test_other_in_another_project(tmp_path: Path) -> None:
    other = HEAD.replace("cattery", "kennel")
    assert fingerprints(tmp_path / "a") != fingerprints(tmp_path / "b", manifest=other)


def test_twice_the_same_statement_is_two_findings_whatever_stands_between(tmp_path: Path) -> None:
    twice = fingerprints(tmp_path / "a", "COMMIT; COMMIT;")
    assert len(set(twice)) == 2
    assert fingerprints(tmp_path / "b", "COMMIT;\n\nSELECT 1;\n COMMIT;") == twice
    assert fingerprints(tmp_path / "c", "COMMIT;") == twice[:1]


def test_two_statements_in_a_line_are_told_apart(tmp_path: Path) -> None:
    first, second = fingerprints(tmp_path / "a", "COMMIT; ROLLBACK;")
    assert fingerprints(tmp_path / "b", "ROLLBACK;") == [second]
    assert fingerprints(tmp_path / "c", "COMMIT;") == [first]


def test_chosen_file_has_the_fingerprints_of_the_whole(tmp_path: Path) -> None:
    whole = fingerprints(tmp_path)
    chosen = lint([tmp_path / "migrations" / "001_cats.sql"], select=RULES).findings
    assert [finding.fingerprint for finding in chosen] == whole


def test_entry_of_the_manifest_may_gain_keys(tmp_path: Path) -> None:
    found = set()
    for keys in ("", ", phase: core", ", settings: {lock_timeout: 1s}"):
        fingerprints(tmp_path, "SELECT 1;", HEAD.replace(".sql}", f".sql{keys}}}"))
        (finding,) = lint([tmp_path], select=["RB101"]).findings
        assert (finding.place.line, finding.place.path) == (5, f"{tmp_path}/manifest.yaml")
        found.add(finding.fingerprint)
    assert len(found) == 1


def test_file_that_cannot_be_cut_has_its_line(tmp_path: Path) -> None:
    assert fingerprints(tmp_path / "a", "SELECT 'a;") == fingerprints(tmp_path / "b", "\n\nSELECT  'a;")
    assert fingerprints(tmp_path / "a", "SELECT 'a;") != fingerprints(tmp_path / "b", "SELECT 'b;")
