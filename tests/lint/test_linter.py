from __future__ import annotations

import os
from pathlib import Path

import pytest

from surefoot_lint.errors import ManifestError, Place, SurefootError, UsageError
from surefoot_lint.finding import Level
from surefoot_lint.linter import lint
from surefoot_lint.survey import survey_folder, survey_project

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\n"
MANIFEST = f"""{HEAD}migrations:
  - {{file: 001_cats.sql, rollback: rollback_001.sql}}
  - {{file: 002_dogs.sql, rollback: rollback_002.sql, transaction: false}}
"""
CAT = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n"
DROP = "DROP TABLE IF EXISTS cat;\n"
CLEAN = {
    "manifest.yaml": MANIFEST,
    "migrations/001_cats.sql": CAT,
    "migrations/002_dogs.sql": "CREATE INDEX CONCURRENTLY IF NOT EXISTS dog_idx ON cat ((id % 7));\n",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;\n",
    "rollbacks/rollback_002.sql": "DROP INDEX CONCURRENTLY IF EXISTS dog_idx;\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def codes(*paths: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[str]:
    report = lint([Path(path) for path in paths], manifest=None, select=select, ignore=ignore)
    return [f"{finding.place}: {finding.code}" for finding in report.findings]


# -- What the paths mean ----------------------------------------------------------------------------------------------

MEANT = [
    ([], 4),
    (["."], 4),
    (["manifest.yaml"], 4),
    (["migrations"], 4),
    (["rollbacks"], 4),
    (["migrations", "rollbacks"], 4),
    (["migrations/001_cats.sql"], 2),
    (["./migrations/../migrations/001_cats.sql"], 2),
    (["rollbacks/rollback_002.sql"], 2),
    (["migrations/001_cats.sql", "rollbacks/rollback_001.sql"], 2),
    (["migrations/001_cats.sql", "."], 4),
]


@pytest.mark.parametrize(("paths", "files"), MEANT)
def test_paths_of_a_project(paths: list[str], files: int, here: Path) -> None:
    write(here, CLEAN)
    report = lint([Path(path) for path in paths])
    assert (report.findings, report.files) == ((), files)


def test_project_from_below_and_from_elsewhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "shop", CLEAN | {"migrations/001_cats.sql": "COMMIT;"})
    assert codes("shop") == ["shop/migrations/001_cats.sql:1:1: TX104"]
    assert codes(str(here / "shop")) == ["shop/migrations/001_cats.sql:1:1: TX104"]
    monkeypatch.chdir(here / "shop" / "migrations")
    assert codes("001_cats.sql") == ["001_cats.sql:1:1: TX104"]
    assert codes() == ["001_cats.sql:1:1: TX104"]
    monkeypatch.chdir(here / "shop" / "rollbacks")
    assert codes("..") == [f"{here}/shop/migrations/001_cats.sql:1:1: TX104"]


def test_several_projects_at_once(here: Path) -> None:
    write(here / "a", CLEAN | {"migrations/003_x.sql": CAT})
    write(here / "b", {"001_cats.sql": CAT})
    assert codes("b", "a") == ["a/migrations/003_x.sql: FS301", "b/001_cats.sql: RB101"]


def test_named_manifest(here: Path) -> None:
    write(here, CLEAN)
    (here / "manifest.yaml").rename(here / "other.yml")
    assert lint([], manifest=Path("other.yml")).files == 4
    assert lint([Path("other.yml")]).files == 4
    assert lint([Path("migrations/001_cats.sql")], manifest=Path("other.yml")).files == 2


def test_file_chooses_its_unit_and_the_set_is_judged_whole(here: Path) -> None:
    write(
        here, CLEAN | {"migrations/001_cats.sql": "COMMIT;", "migrations/002_dogs.sql": "", "migrations/9_x.sql": CAT}
    )
    assert codes("rollbacks/rollback_001.sql") == ["migrations/001_cats.sql:1:1: TX104", "migrations/9_x.sql: FS301"]
    assert codes("migrations/9_x.sql") == ["migrations/9_x.sql: FS301"]


def test_manifest_of_another_tool_is_none(here: Path) -> None:
    write(here, {"manifest.yaml": "apiVersion: v1\nkind: List\n", "migrations/001_cats.sql": CAT})
    assert codes("migrations") == ["migrations/001_cats.sql: RB101"]


def test_folder_that_the_manifest_above_does_not_use(here: Path) -> None:
    write(here, CLEAN | {"tests/data/001_x.sql": CAT})
    assert codes("tests/data") == ["tests/data/001_x.sql: RB101"]
    assert codes("tests/data/001_x.sql") == ["tests/data/001_x.sql: RB101"]


def is_rollback(name: str) -> bool:
    return "rollback" in name or "down" in name


@pytest.mark.parametrize(
    ("files", "path", "count"),
    [
        (["migrations/001_a.sql", "rollbacks/rollback_001.sql"], "migrations", 2),
        (["migrations/001_a.sql", "rollbacks/rollback_001.sql"], ".", 2),
        (["migrations/001_a.sql", "rollbacks/rollback_001.sql"], "migrations/001_a.sql", 2),
        (["migrations/001_a.sql", "rollbacks/rollback_001.sql"], "rollbacks/rollback_001.sql", 2),
        (["migrations/001_a.sql", "rollbacks/001_a.sql"], "migrations", 2),
        (["migrations/001_a.sql", "rollbacks/rollback_001_a.sql"], "migrations", 2),
        (["db/001_a.sql", "db/rollback_001.sql"], "db", 2),
        (["db/001_a.up.sql", "db/001_a.down.sql"], "db", 2),
        (["db/001_a.sql", "db/001_a.down.sql"], "db", 2),
        (["db/001_a/up.sql", "db/001_a/down.sql"], "db", 2),
        (["db/001_a/migration.sql", "db/001_a/down.sql"], "db", 2),
        (["db/001_a/up.sql", "db/001_a/down.sql"], "db/001_a/up.sql", 2),
        (["db/2019-02-26-002946_a/up.sql", "db/2019-02-26-002946_a/down.sql"], "db", 2),
    ],
)
def test_rollbacks_without_a_manifest(files: list[str], path: str, count: int, here: Path) -> None:
    write(here, {name: DROP if is_rollback(name) else CAT for name in files})
    report = lint([Path(path) if path != "." else Path("migrations")])
    assert (report.findings, report.files) == ((), count)


def test_current_folder_without_a_manifest(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"migrations/001_a.sql": CAT, "rollbacks/rollback_001.sql": DROP})
    assert lint([]).files == 2
    monkeypatch.chdir(here / "migrations")
    assert lint([]).files == 2


# -- Nothing to check is an error -------------------------------------------------------------------------------------

NOTHING = [
    ("missing", "there is no file or folder missing"),
    ("migrations/003_gone.sql", "there is no file or folder migrations/003_gone.sql"),
    ("docs", "there is no migration in docs, so there is nothing to check"),
]


@pytest.mark.parametrize(("path", "what"), NOTHING)
def test_path_without_anything_to_check(path: str, what: str, here: Path) -> None:
    write(here, CLEAN | {"docs/page.md": ""})
    with pytest.raises(UsageError) as caught:
        lint([Path(path)])
    assert str(caught.value) == what


@pytest.mark.parametrize("path", ["README.md", "docs/page.md", "migrations/notes.txt"])
def test_file_that_is_no_migration(path: str, here: Path) -> None:
    write(here, CLEAN | {"docs/page.md": "", "README.md": "", "migrations/notes.txt": ""})
    with pytest.raises(UsageError, match="nothing to check"):
        lint([Path(path)])


def test_path_outside_the_named_manifest(here: Path) -> None:
    write(here / "a", CLEAN)
    write(here / "b", CLEAN)
    with pytest.raises(UsageError) as caught:
        lint([Path("b/migrations")], manifest=Path("a/manifest.yaml"))
    assert str(caught.value) == (
        "b/migrations is no migration and no rollback of a/manifest.yaml, so there is nothing to check"
    )


def test_empty_folder(here: Path) -> None:
    with pytest.raises(UsageError) as caught:
        lint([])
    assert str(caught.value) == "there is no migration in ., so there is nothing to check"
    assert caught.value.next_step == "name a folder of numbered SQL files, or one with a manifest.yaml"


def test_folder_of_rollbacks_alone(here: Path) -> None:
    write(here, {"rollback_001.sql": CAT})
    with pytest.raises(UsageError, match="there is no migration in"):
        lint([])


def test_manifest_without_migrations(here: Path) -> None:
    write(here, {"manifest.yaml": f"{HEAD}migrations: []\n", "migrations/001_a.sql": CAT})
    with pytest.raises(ManifestError) as caught:
        lint([])
    assert str(caught.value) == (
        "manifest.yaml:1:1: the manifest lists no migration, so there is nothing to check"
    )  # fmt: skip


def test_broken_manifest(here: Path) -> None:
    write(here, CLEAN | {"manifest.yaml": MANIFEST.replace("rollback:", "rolback:")})
    for path in (".", "migrations", "migrations/001_cats.sql"):
        with pytest.raises(ManifestError) as caught:
            lint([Path(path)])
        assert str(caught.value) == "manifest.yaml:5:26: migrations.rolback: unknown key"


# -- Which rules, and what fails --------------------------------------------------------------------------------------

BOTH = {"001_cats.sql": "BEGIN;", "rollback_001.sql": "DROP TABLE IF EXISTS cat;", "002_dogs.sql": ""}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, {"TX104", "FS305", "RB101"}),
        ({"select": ("TX104",)}, {"TX104"}),
        ({"select": ("empty-migration", "rb101")}, {"FS305", "RB101"}),
        ({"ignore": ("TX104", "missing-rollback")}, {"FS305"}),
        ({"select": ("TX104", "RB101"), "ignore": ("RB101",)}, {"TX104"}),
    ],
)
def test_chosen_rules(choice: dict[str, tuple[str, ...]], expected: set[str], here: Path) -> None:
    write(here, BOTH)
    assert {line.rpartition(" ")[2] for line in codes(".", **choice)} == expected


def test_no_rule_left(here: Path) -> None:
    write(here, BOTH)
    with pytest.raises(UsageError, match="no rule is left, so there is nothing to check"):
        lint([], select=["TX104"], ignore=["transaction-control-in-file"])


def with_lint(settings: str) -> dict[str, str]:
    return {"manifest.yaml": f"{HEAD}lint: {settings}\nmigrations:\n  - file: 001_a.sql\n", "migrations/001_a.sql": ""}


@pytest.mark.parametrize(
    ("settings", "expected", "failing"),
    [
        ("{}", ["manifest.yaml:6:5: RB101", "migrations/001_a.sql:1:1: FS305"], 1),
        ("{fail_on: error}", ["manifest.yaml:6:5: RB101", "migrations/001_a.sql:1:1: FS305"], 1),
        ("{fail_on: warning}", ["manifest.yaml:6:5: RB101", "migrations/001_a.sql:1:1: FS305"], 2),
        ("{ignore: [RB101]}", ["migrations/001_a.sql:1:1: FS305"], 0),
        ("{ignore: [missing-rollback], fail_on: warning}", ["migrations/001_a.sql:1:1: FS305"], 1),
        ("{ignore: [RB101, FS305], fail_on: warning}", [], 0),
    ],
)
def test_settings_of_the_project(settings: str, expected: list[str], failing: int, here: Path) -> None:
    write(here, with_lint(settings))
    assert codes() == expected
    assert lint([]).failing == failing


def test_selected_rule_is_used_where_the_project_ignores_it(here: Path) -> None:
    write(here, with_lint("{ignore: [RB101]}"))
    assert codes(select=("RB101",)) == ["manifest.yaml:6:5: RB101"]


def test_unknown_rule_in_the_manifest(here: Path) -> None:
    write(here, with_lint("{ignore: [RB2O3]}"))
    with pytest.raises(ManifestError) as caught:
        lint([])
    assert str(caught.value) == "manifest.yaml:4:7: lint.ignore: there is no rule RB2O3"
    assert caught.value.next_step == "did you mean RB203?"
    assert caught.value.where
    assert caught.value.where.excerpt == "lint: {ignore: [RB2O3]}"


# -- Findings ---------------------------------------------------------------------------------------------------------


def test_findings_are_sorted_and_have_their_line(here: Path) -> None:
    write(here, CLEAN | {"migrations/001_cats.sql": "SELECT 1;\n\tCOMMIT; -- é\nBEGIN;\n", "migrations/000.sql": CAT})
    report = lint([])
    assert [finding.place for finding in report.findings] == [
        Place("migrations/000.sql"),
        Place("migrations/001_cats.sql", 2, 2, "\tCOMMIT; -- é"),
        Place("migrations/001_cats.sql", 3, 1, "BEGIN;"),
    ]
    assert [finding.level for finding in report.findings] == [Level.ERROR] * 3
    assert report.failing == 3
    assert {finding.evidence for finding in report.findings} == {"static"}


def test_line_of_a_large_file_and_of_one_that_is_not_utf8(here: Path) -> None:
    write(here, {"001_a.sql": "SELECT 1;\n" * 20_000 + "COMMIT;\n", "rollback_001.sql": CAT})
    (here / "rollback_001.sql").write_bytes(b"SELECT 1;\r\nSELECT 'caf\xe9';\r\n")
    assert [finding.place for finding in lint([]).findings] == [
        Place("001_a.sql", 20_001, 1, "COMMIT;"),
        Place("rollback_001.sql", 2, 12, "SELECT 'caf�';"),
    ]


def test_rollback_of_two_migrations_is_judged_once(here: Path) -> None:
    write(here, CLEAN | {"manifest.yaml": MANIFEST.replace("_002.sql, transaction: false", "_001.sql")})
    (here / "rollbacks/rollback_002.sql").unlink()
    write(here, {"rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat; COMMIT;"})
    of_rollback = ["rollbacks/rollback_001.sql:1:1: RB104", "rollbacks/rollback_001.sql:1:27: TX104"]
    assert codes() == ["migrations/002_dogs.sql:1:1: TX101", *of_rollback]


def test_milder_rollbacks_are_judged_too(here: Path) -> None:
    entry = "  - {file: 001_cats.sql, rollback: rollback_001.sql, data_rollback: data.sql}\n"
    write(here, {"manifest.yaml": f"{HEAD}migrations:\n{entry}", "migrations/001_cats.sql": CAT})
    write(here, {"rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;", "rollbacks/data.sql": "\\x\nBEGIN;"})
    assert codes() == ["rollbacks/data.sql:1:1: AN104", "rollbacks/data.sql:2:1: TX104"]


# -- Files that are not as they should be become findings -------------------------------------------------------------


def test_link_that_leaves_the_project(here: Path) -> None:
    write(here / "project", CLEAN)
    write(here, {"outside.sql": CAT})
    (here / "project/migrations/001_cats.sql").unlink()
    (here / "project/migrations/001_cats.sql").symlink_to("../../outside.sql")
    report = lint([Path("project")])
    assert [str(f.place) + f": {f.message}" for f in report.findings] == [
        "project/migrations/001_cats.sql: this is a link that leaves the project's folder"
    ]


def test_folders_links_and_names_in_place_of_files(here: Path) -> None:
    write(here, CLEAN)
    (here / "migrations/001_cats.sql").unlink()
    (here / "migrations/001_cats.sql").mkdir()
    (here / "migrations/002_dogs.sql").unlink()
    (here / "migrations/002_dogs.sql").symlink_to("nowhere.sql")
    assert codes() == ["manifest.yaml:5:5: FS302", "manifest.yaml:6:5: FS302"]


def test_folder_that_is_not_there(here: Path) -> None:
    write(here, {"manifest.yaml": MANIFEST})
    assert codes(".", select=("FS302", "RB101")) == [
        "manifest.yaml:5:5: FS302",
        "manifest.yaml:5:5: RB101",
        "manifest.yaml:6:5: FS302",
        "manifest.yaml:6:5: RB101",
    ]


def test_name_that_is_not_utf8(here: Path) -> None:
    (here / os.fsdecode(b"001_caf\xe9.sql")).write_text("COMMIT;")
    assert codes() == ["001_caf�.sql: RB101", "001_caf�.sql:1:1: TX104"]


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"'", b"\\", b"\r", b";" * 9, b"(" * 9999]
)
def test_no_content_raises(content: bytes, here: Path) -> None:
    (here / "001_a.sql").write_bytes(content)
    (here / "rollback_001.sql").write_bytes(content)
    assert lint([]).files == 2


# -- The sets themselves ----------------------------------------------------------------------------------------------


def test_survey_of_a_folder_is_in_the_order_of_numbers(here: Path) -> None:
    write(here, dict.fromkeys(["10_c.sql", "9_b.sql", "x.sql", "1_a.sql", "rollback_9.sql"], CAT))
    fileset = survey_folder(here)
    assert [unit.name for unit in fileset.units] == ["1_a.sql", "9_b.sql", "10_c.sql", "x.sql"]
    assert [bool(unit.rollback) for unit in fileset.units] == [False, True, False, False]
    assert [unit.transaction for unit in fileset.units] == [True] * 4


def test_survey_of_a_project_is_in_the_order_of_the_manifest(here: Path) -> None:
    write(here, CLEAN)
    fileset = survey_project(here / "manifest.yaml")
    assert [(unit.name, unit.transaction) for unit in fileset.units] == [
        ("001_cats.sql", True),
        ("002_dogs.sql", False),
    ]
    assert fileset.files == set(CLEAN) - {"manifest.yaml"}


def test_errors_of_the_linter_are_usage_errors(here: Path) -> None:
    with pytest.raises(SurefootError) as caught:
        lint([Path("x")])
    assert caught.value.exit_status == 2
