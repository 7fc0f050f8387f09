from __future__ import annotations

from pathlib import Path

import pytest

from surefoot_lint.errors import SurefootError
from surefoot_lint.project import Project
from surefoot_lint.show import render

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\nmigrations:\n"
CAT = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n"


def write(folder: Path, entries: str, *migrations: str) -> None:
    files = {"manifest.yaml": HEAD + entries} | {f"migrations/{name}": CAT for name in migrations}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(SurefootError) as caught:
        Project.load(folder)
    assert caught.value.exit_status == 2
    return render(caught.value)


# -- Loaded -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(
        tmp_path,
        "  - {file: 001_cats.sql, rollback: rollback_001.sql}\n"
        "  - {file: 002_dogs/up.sql, rollback: gone.sql, requires: [001_cats.sql]}\n"
        "  - file: 003_emus.sql\n"
        "    checks:\n"
        "      - {name: inline, sql: SELECT 1, expect: 1}\n"
        "      - {name: from a file, sql_file: checks/q.sql, expect: 1}\n",
        "001_cats.sql",
        "002_dogs/up.sql",
        "003_emus.sql",
        "../rollbacks/rollback_001.sql",
        "../checks/q.sql",
    )
    return Project.load(tmp_path)


def test_migrations_have_number_name_and_source(project: Project) -> None:
    assert [(m.number, m.name, str(m)) for m in project.migrations] == [
        (1, "001_cats", "001_cats"),
        (2, "002_dogs", "002_dogs"),
        (3, "003_emus", "003_emus"),
    ]
    assert [m.source.shown for m in project.migrations] == [
        "migrations/001_cats.sql",
        "migrations/002_dogs/up.sql",
        "migrations/003_emus.sql",
    ]
    assert {m.source.read() for m in project.migrations} == {CAT}


def test_project_is_named_by_folder_or_manifest(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Project.load(project.folder / "manifest.yaml") == project
    assert Project.load(str(project.folder)) == project
    monkeypatch.chdir(project.folder)
    assert Project.load() == project
    (project.folder / "manifest.yaml").rename("other.yaml")
    assert Project.load("other.yaml").folder == project.folder


def test_migration_is_found_by_its_number(project: Project) -> None:
    assert project.named(2) is project.migrations[1]
    assert project.named(4) is None


def test_rollbacks(project: Project) -> None:
    first, second, third = map(project.rollback_of, project.migrations)
    assert first
    assert (first.shown, first.read()) == ("rollbacks/rollback_001.sql", CAT)
    assert (second, third) == (None, None)


def test_queries_of_checks(project: Project) -> None:
    assert [project.sql_of(check) for check in project.migrations[2].entry.checks] == ["SELECT 1", CAT]


# -- Refused ----------------------------------------------------------------------------------------------------------

REFUSED = [
    (
        "  - file: 001_cats.sql\n  - file: 01_dogs.sql\n",
        ("001_cats.sql", "01_dogs.sql"),
        """\
manifest.yaml:6:5: error: the number 1 is used 2 times: 001_cats.sql, 01_dogs.sql
    6 |   - file: 01_dogs.sql
      |     ^
why: each migration has a number of its own; 88 and 088 are the same number
next: rename 01_dogs.sql to the next free number, 002""",
    ),
    (
        "  - file: 001_cats.sql\n  - file: 001_cats.sql\n",
        ("001_cats.sql",),
        """\
manifest.yaml:6:5: error: the number 1 is used 2 times: 001_cats.sql, 001_cats.sql
    6 |   - file: 001_cats.sql
      |     ^
why: each migration has a number of its own; 88 and 088 are the same number
next: rename 001_cats.sql to the next free number, 002""",
    ),
    (
        "  - file: 001_cats.sql\n  - file: dogs.sql\n",
        ("001_cats.sql", "dogs.sql"),
        """\
manifest.yaml:6:5: error: dogs.sql has no number
    6 |   - file: dogs.sql
      |     ^
why: the file's name must begin with digits: they are the migration's number
next: rename it, such as 002_dogs.sql""",
    ),
    (
        "  - file: 001_cats.sql\n",
        (),
        """\
migrations/001_cats.sql: error: there is no such file
next: restore it (git checkout -- migrations/001_cats.sql), or correct the manifest""",
    ),
    (
        "  - {file: 001_cats.sql, requires: [002_dogs.sql]}\n  - file: 002_dogs.sql\n",
        ("001_cats.sql", "002_dogs.sql"),
        """\
manifest.yaml:5:5: error: 001_cats.sql requires 002_dogs.sql, which stands later in the manifest
    5 |   - {file: 001_cats.sql, requires: [002_dogs.sql]}
      |     ^""",
    ),
    (
        "  - {file: 001_cats.sql, requires: [001_cats.sql]}\n",
        ("001_cats.sql",),
        """\
manifest.yaml:5:5: error: 001_cats.sql requires 001_cats.sql, which stands later in the manifest
    5 |   - {file: 001_cats.sql, requires: [001_cats.sql]}
      |     ^""",
    ),
    (
        "  - file: 001_cats.sql\n  - {file: 002_dogs.sql, requires: [001_cat.sql]}\n",
        ("001_cats.sql", "002_dogs.sql"),
        """\
manifest.yaml:6:5: error: 002_dogs.sql requires 001_cat.sql, which is not in the manifest
    6 |   - {file: 002_dogs.sql, requires: [001_cat.sql]}
      |     ^
next: did you mean 001_cats.sql?""",
    ),
]


@pytest.mark.parametrize(("entries", "migrations", "expected"), REFUSED)
def test_error_says(entries: str, migrations: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    write(tmp_path, entries, *migrations)
    assert refusal(tmp_path) == expected


def test_empty_file(tmp_path: Path) -> None:
    write(tmp_path, "  - file: 001_cats.sql\n", "001_cats.sql")
    (tmp_path / "migrations/001_cats.sql").write_bytes(b"")
    assert refusal(tmp_path) == (
        "manifest.yaml:5:5: error: migrations/001_cats.sql is empty\n"
        "    5 |   - file: 001_cats.sql\n"
        "      |     ^\n"
        "next: write its SQL, or remove it from the manifest"
    )


def test_link_that_leaves_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "project", "  - file: 001_cats.sql\n", "../../outside.sql")
    (tmp_path / "project/migrations/001_cats.sql").symlink_to("../../outside.sql")
    assert refusal(tmp_path / "project") == (
        "manifest.yaml:5:5: error: migrations/001_cats.sql is a link that leaves the project's folder\n"
        "    5 |   - file: 001_cats.sql\n"
        "      |     ^"
    )


def test_rollback_and_query_that_are_links_out(project: Project) -> None:
    outside = project.folder.parent / "outside.sql"
    outside.write_text(CAT)
    for name in ("rollbacks/rollback_001.sql", "checks/q.sql"):
        (project.folder / name).unlink()
        (project.folder / name).symlink_to(outside)
    with pytest.raises(SurefootError, match=r"rollback_001\.sql is a link that leaves the project's folder"):
        project.rollback_of(project.migrations[0])
    with pytest.raises(SurefootError, match=r"q\.sql is a link that leaves the project's folder"):
        project.sql_of(project.migrations[2].entry.checks[1])


def test_no_manifest(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        "manifest.yaml: error: there is no manifest\nnext: surefoot init makes one; --manifest FILE names another"
    )
