from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from surefoot_lint import linter
from surefoot_lint.errors import ManifestError, UsageError
from surefoot_lint.finding import Report, Stale
from surefoot_lint.freeze import Frozen, freeze
from surefoot_lint.linter import lint
from surefoot_lint.rule import find_rule

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
lint: {baseline: old/lint.jsonl}
migrations:
  - {file: 001_cats.sql, rollback: rollback_001.sql}
  - {file: 002_dogs.sql, rollback: rollback_002.sql}
"""
FIRST = '{"surefoot_baseline": 1}'


@dataclass(frozen=True)
class Shop:
    folder: Path

    def write(self, **files: str) -> None:
        names = {"manifest": "manifest.yaml", "cats": "migrations/001_cats.sql", "dogs": "migrations/002_dogs.sql"}
        for name, text in files.items():
            (self.folder / names[name]).write_text(text)

    @property
    def baseline(self) -> Path:
        return self.folder / "old" / "lint.jsonl"

    @property
    def entries(self) -> list[dict[str, str | None]]:
        return [json.loads(line) for line in self.baseline.read_text().splitlines()[1:]]

    def put(self, text: str) -> None:
        self.baseline.parent.mkdir(exist_ok=True)
        self.baseline.write_text(text)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(linter, "all_rules", lambda: tuple(map(find_rule, ("TX104", "FS305"))))
    for folder in ("migrations", "rollbacks"):
        (tmp_path / folder).mkdir()
    for number in ("001", "002"):
        (tmp_path / "rollbacks" / f"rollback_{number}.sql").write_text(f"DROP TABLE IF EXISTS t{number};\n")
    shop = Shop(tmp_path)
    shop.write(manifest=MANIFEST, cats="BEGIN;\nCREATE TABLE IF NOT EXISTS cat ();\nCOMMIT;\n", dogs="")
    return shop


def shown(report: Report) -> list[str]:
    return [f"{finding.place}: {finding.code}" for finding in report.findings]


# -- Freezing ---------------------------------------------------------------------------------------------------------


def test_first_time_freezes_all_that_is_found(shop: Shop) -> None:
    assert freeze() == Frozen("old/lint.jsonl", entries=3, added=3, removed=0, refused=0)
    report = lint([])
    assert (report.findings, report.failing, report.stale) == ((), 0, ())
    assert [(it.silence, it.reason, it.finding.code) for it in report.suppressed] == [
        ("frozen", None, "TX104"),
        ("frozen", None, "TX104"),
        ("frozen", None, "FS305"),
    ]


def test_file_is_sorted_and_the_same_each_time(shop: Shop) -> None:
    freeze()
    text = shop.baseline.read_text()
    assert text.splitlines()[0] == FIRST
    assert [(entry["path"], entry["code"], entry["object"], entry["reason"]) for entry in shop.entries] == [
        ("migrations/001_cats.sql", "TX104", "migrations/001_cats.sql", None),
        ("migrations/001_cats.sql", "TX104", "migrations/001_cats.sql", None),
        ("migrations/002_dogs.sql", "FS305", "migrations/002_dogs.sql", None),
    ]
    assert freeze() == Frozen("old/lint.jsonl", entries=3, added=0, removed=0, refused=0)
    assert shop.baseline.read_text() == text


def test_file_is_the_same_from_anywhere(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze()
    text = shop.baseline.read_text()
    shop.baseline.unlink()
    monkeypatch.chdir(shop.folder.parent)
    freeze(shop.folder / "manifest.yaml")
    assert shop.baseline.read_text() == text


def test_new_finding_is_reported_and_fails(shop: Shop) -> None:
    freeze()
    shop.write(dogs="\nROLLBACK;\n")
    report = lint([])
    assert shown(report) == ["migrations/002_dogs.sql:2:1: TX104"]
    assert report.failing == 1


def test_lines_may_move_above_a_frozen_finding(shop: Shop) -> None:
    freeze()
    shop.write(cats="-- cats\n\n\nBEGIN;\nCREATE TABLE IF NOT EXISTS cat ();\nDROP TABLE IF EXISTS dog;\n\n\tCOMMIT;\n")
    report = lint([])
    assert (report.findings, len(report.suppressed), report.stale) == ((), 3, ())


def test_third_of_two_frozen_findings_is_new(shop: Shop) -> None:
    freeze()
    shop.write(cats="BEGIN;\nCOMMIT;\nCOMMIT;\n")
    assert shown(lint([])) == ["migrations/001_cats.sql:3:1: TX104"]


# -- Shrinking --------------------------------------------------------------------------------------------------------


def test_mended_finding_is_stale_until_it_is_taken_out(shop: Shop) -> None:
    freeze()
    shop.write(cats="CREATE TABLE IF NOT EXISTS cat ();\nCOMMIT;\n")
    (stale,) = lint([]).stale
    (line,) = stale.lines
    assert stale == Stale("old/lint.jsonl", (line,), "surefoot-lint baseline")
    gone = shop.entries[line - 2]
    assert freeze() == Frozen("old/lint.jsonl", entries=2, added=0, removed=1, refused=0)
    assert gone not in shop.entries
    assert lint([]).stale == ()


def test_stale_entry_does_not_fail(shop: Shop) -> None:
    freeze()
    shop.write(cats="SELECT 1;")
    report = lint([])
    assert (len(report.stale[0].lines), report.findings, report.failing) == (2, (), 0)


@pytest.mark.parametrize(
    ("paths", "select", "ignore"),
    [(["migrations/002_dogs.sql"], [], []), ([], ["FS305"], []), ([], [], ["TX104"])],
)
def test_what_was_not_looked_for_is_not_stale(
    paths: list[str], select: list[str], ignore: list[str], shop: Shop
) -> None:
    freeze()
    shop.write(cats="SELECT 1;")
    assert lint([Path(path) for path in paths], select=select, ignore=ignore).stale == ()


def test_command_names_a_manifest_elsewhere(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze()
    shop.write(cats="SELECT 1;")
    monkeypatch.chdir(shop.folder.parent)
    (stale,) = lint([shop.folder]).stale
    home = shop.folder.name
    assert (stale.path, stale.command) == (
        f"{home}/old/lint.jsonl",
        f"surefoot-lint baseline --manifest {home}/manifest.yaml",
    )


def test_last_entry_can_go(shop: Shop) -> None:
    freeze()
    shop.write(cats="SELECT 1;", dogs="SELECT 1;")
    assert freeze() == Frozen("old/lint.jsonl", entries=0, added=0, removed=3, refused=0)
    assert shop.baseline.read_text() == f"{FIRST}\n"
    assert lint([]).stale == ()


# -- Growing ----------------------------------------------------------------------------------------------------------


def test_new_finding_is_not_frozen_without_a_reason(shop: Shop) -> None:
    freeze()
    shop.write(dogs="ROLLBACK;")
    assert freeze() == Frozen("old/lint.jsonl", entries=2, added=0, removed=1, refused=1)
    assert shown(lint([])) == ["migrations/002_dogs.sql:1:1: TX104"]


def test_new_finding_is_frozen_for_a_reason_which_stays(shop: Shop) -> None:
    freeze()
    shop.write(dogs="ROLLBACK;")
    assert freeze(accept_new=" ran\nlong ago ") == Frozen("old/lint.jsonl", entries=3, added=1, removed=1, refused=0)
    assert [entry["reason"] for entry in shop.entries] == [None, None, "ran long ago"]
    assert [it.reason for it in lint([]).suppressed] == [None, None, "ran long ago"]
    freeze(accept_new="another reason")
    assert [entry["reason"] for entry in shop.entries] == [None, None, "ran long ago"]


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_empty_reason_is_refused(reason: str, shop: Shop) -> None:
    with pytest.raises(UsageError, match="the reason is empty"):
        freeze(accept_new=reason)
    assert not shop.baseline.exists()


# -- The file ---------------------------------------------------------------------------------------------------------

ENTRY = '{"path": "a.sql", "code": "TX104", "object": null, "reason": "x", "fingerprint": "f"}'
REFUSED = [
    ("", "old/lint.jsonl:1:1: this line is not JSON: Expecting value"),
    ("[]\n", 'old/lint.jsonl:1:1: the first line of a baseline must be {"surefoot_baseline": 1}'),
    ('{"surefoot_baseline": 2}\n', 'old/lint.jsonl:1:1: the first line of a baseline must be {"surefoot_baseline": 1}'),
    (f"{ENTRY}\n", 'old/lint.jsonl:1:1: the first line of a baseline must be {"surefoot_baseline": 1}'),
    (f"{FIRST}\n{ENTRY}\n{{x\n", "old/lint.jsonl:3:2: this line is not JSON: "),
    (f"{FIRST}\n\n<<<<<<< HEAD\n{ENTRY}\n", "old/lint.jsonl:3:1: this is the mark of a merge conflict"),
    (f"{FIRST}\n=======\n", "old/lint.jsonl:2:1: this is the mark of a merge conflict"),
    (f"{FIRST}\n[]\n", "old/lint.jsonl:2:1: an entry is an object of path, code, object, reason, fingerprint"),
    (f'{FIRST}\n{{"path": "x"}}\n', "old/lint.jsonl:2:1: an entry is an object of path, code, object, reason, f"),
    (f'{FIRST}\n{ENTRY[:-1]}, "more": 1}}\n', "old/lint.jsonl:2:1: an entry is an object of path, code, object"),
    (f"{FIRST}\n{ENTRY.replace('a.sql', '')}\n", "old/lint.jsonl:2:1: path must be a text"),
    (f"{FIRST}\n{ENTRY.replace('null', '1')}\n", "old/lint.jsonl:2:1: object must be a text or null"),
    (f"{FIRST}\n{ENTRY.replace('TX104', 'TX004')}\n", "old/lint.jsonl:2:1: there is no rule TX004"),
    (f"{FIRST}\n{ENTRY}\n{ENTRY}\n", "old/lint.jsonl:3:1: this finding is frozen already, in line 2"),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_wrong_file(text: str, expected: str, shop: Shop) -> None:
    shop.put(text)
    for command in (lambda: lint([]), freeze):
        with pytest.raises(ManifestError) as caught:
            command()
        assert str(caught.value).startswith(expected)
    assert shop.baseline.read_text() == text


ACCEPTED = [f"{FIRST}\n", FIRST, f"{FIRST}\r\n{ENTRY}\r\n", f"{FIRST}\n\n{ENTRY}\n\n", f"{FIRST}\n{ENTRY}"]


@pytest.mark.parametrize("text", ACCEPTED)
def test_right_file(text: str, shop: Shop) -> None:
    shop.put(text)
    assert len(lint([]).findings) == 3


def test_named_file_must_be_there(shop: Shop) -> None:
    with pytest.raises(ManifestError) as caught:
        lint([])
    error = caught.value
    assert str(error) == "manifest.yaml:4:7: lint.baseline names old/lint.jsonl, which is not there"
    assert error.next_step == "surefoot-lint baseline writes it"


def test_manifest_must_name_it(shop: Shop) -> None:
    shop.write(manifest=MANIFEST.replace("lint: {baseline: old/lint.jsonl}\n", ""))
    with pytest.raises(ManifestError) as caught:
        freeze()
    assert str(caught.value) == "manifest.yaml: the manifest names no baseline"
    assert caught.value.next_step == "add to it: lint: {baseline: lint-baseline.jsonl}"


def test_folder_without_manifest_has_none(shop: Shop) -> None:
    (shop.folder / "manifest.yaml").unlink()
    with pytest.raises(UsageError, match="only a project with a manifest has a baseline"):
        freeze()


@pytest.mark.parametrize("path", ["../lint.jsonl", "/tmp/lint.jsonl", "old\\\\lint.jsonl"])
def test_file_lies_in_the_project(path: str, shop: Shop) -> None:
    shop.write(manifest=MANIFEST.replace("old/lint.jsonl", f'"{path}"'))
    with pytest.raises(ManifestError, match="leaves the project's folder"):
        freeze()


def test_odd_names_are_written_so_that_they_can_be_seen(shop: Shop) -> None:
    odd = "003_c\u00fc\u200b.sql"
    (shop.folder / "migrations" / odd).write_text("")
    shop.write(manifest=f'{MANIFEST}  - {{file: "{odd}", irreversible: x}}\n')
    freeze()
    assert "003_c\\u00fc\\u200b.sql" in shop.baseline.read_text()
    assert lint([]).findings == ()


@pytest.mark.parametrize(
    ("frozen", "text"),
    [
        (Frozen("b.jsonl", 1, 1, 0, 0), "b.jsonl: 1 finding frozen, 1 added"),
        (Frozen("b.jsonl", 0, 0, 3, 0), "b.jsonl: 0 findings frozen, 3 taken out"),
        (Frozen("b.jsonl", 7, 0, 0, 0), "b.jsonl: 7 findings frozen"),
        (
            Frozen("b.jsonl", 7, 0, 1, 2),
            (
                "b.jsonl: 7 findings frozen, 1 taken out; 2 new findings not frozen\n"
                "next: mend what is new, or give a reason: --accept-new 'why it may stay'"
            ),
        ),
    ],
)
def test_outcome_in_words(frozen: Frozen, text: str) -> None:
    assert str(frozen) == text
