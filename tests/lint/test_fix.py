"""What `--fix` does to files, rule by rule: no finding is left, no other byte is changed, the SQL runs twice."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import yaml
from fix_rule import write

from surefoot_lint.context import Moment, RoundTrip
from surefoot_lint.fix import all_fixes
from surefoot_lint.fixer import plan_repairs, repair_files
from surefoot_lint.linter import Choice, lint
from surefoot_lint.rule import Example, Rule, all_rules
from surefoot_lint.survey import survey_folder, survey_project

CODES = {code for fix in all_fixes() for code in fix.codes}
RULES = [rule for rule in all_rules() if rule.code in CODES]
LISTED = (Path(__file__).parent / "data" / "codes.txt").read_text().split()
IDEMPOTENCY = tuple(sorted(code for code in CODES if code.startswith("ID")))
TABLE = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"


def fixed(folder: Path, files: Example, setup: str, code: str, line_end: str = "\n") -> dict[str, tuple[str, str]]:
    """Write an example to the current folder, repair what one rule finds, and give each file before and after."""
    names = write(folder, files, setup)
    for name in names:
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"\n", line_end.encode()))
    before = {name: (folder / name).read_bytes().decode() for name in names}
    repair_files([Path()], None, None, Choice(select=(code,)))
    return {name: (text, (folder / name).read_bytes().decode()) for name, text in before.items()}


def is_within(short: str, long: str) -> bool:
    """Tell whether all characters of one text stand in another, in their order."""
    rest = iter(long)
    return all(char in rest for char in short)


# -- Every rule that has a fix ----------------------------------------------------------------------------------------


def test_fixes_are_of_known_rules() -> None:
    assert set(LISTED) >= CODES
    assert {"RB101", "RB103", "RB110", "FS303"} <= {rule.code for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_finding_of_the_rule_is_left(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = fixed(tmp_path, rule.bad, rule.setup, rule.code)
    assert lint([Path()], select=[rule.code]).findings == ()
    assert plan_repairs([Path()], None, None, Choice(select=(rule.code,))).files == {}
    for before, after in texts.values():
        moved = sorted(before.splitlines()) == sorted(after.splitlines())
        assert moved or is_within(before, after)
        assert before.endswith("\n") == after.endswith("\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_other_rule_finds_more(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, rule.bad, rule.setup)
    before = {finding.code for finding in lint([Path()]).findings if finding.fails}
    repair_files([Path()], None, None, Choice(select=(rule.code,)))
    assert {finding.code for finding in lint([Path()]).findings if finding.fails} <= before - {rule.code}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_line_ends_stay(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lf", "crlf"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "lf")
    with_lf = fixed(tmp_path / "lf", rule.bad, rule.setup, rule.code)
    monkeypatch.chdir(tmp_path / "crlf")
    with_crlf = fixed(tmp_path / "crlf", rule.bad, rule.setup, rule.code, "\r\n")
    for name, (_, after) in with_lf.items():
        many_lines = "\n" in with_lf[name][0]
        assert with_crlf[name][1] == (after.replace("\n", "\r\n") if many_lines else after)


@pytest.mark.parametrize(
    "rule", [one for one in RULES if one.looks_at in (Moment, RoundTrip)], ids=lambda one: one.code
)
def test_fixed_example_runs_twice_and_back(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = fixed(tmp_path, rule.bad, rule.setup, rule.code)
    files = survey_project(Path("manifest.yaml")) if "manifest.yaml" in texts else survey_folder(Path())
    forward = [(unit.migration, unit.transaction) for unit in files.units]
    back = [(unit.rollback, unit.transaction) for unit in reversed(files.units)]
    again = forward if rule.code.startswith("ID") else []
    for file, transaction in [*forward, *again, *back]:
        if file:
            with psycopg.connect(database_url, autocommit=not transaction) as connection:
                for statement in file.statements:
                    connection.execute(statement.text.encode())


# -- What becomes of a statement --------------------------------------------------------------------------------------

CASES = yaml.safe_load((Path(__file__).parent / "data" / "fixes.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["before"].split("(")[0].strip())
def test_statement_becomes(case: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, case["before"], TABLE)
    repair_files([Path()], None, None, Choice(select=IDEMPOTENCY))
    assert (tmp_path / "migrations/002_example.sql").read_text() == case["after"]


# -- What is left alone: a guard would hide something, or is not possible ---------------------------------------------

LEFT_ALONE = [
    ("CREATE TABLE cat (id bigint, coat text);", "history has the table, with other columns"),
    ("CREATE TABLE IF NOT EXISTS a (); CREATE TABLE a (b int);", "the second one fails, and would be passed over"),
    ("ALTER TABLE cat ADD COLUMN name int;", "history has the column, of another type"),
    ("CREATE INDEX CONCURRENTLY name_idx ON cat (name);", "fails in a transaction in any case"),
    ("ALTER TABLE cat ADD CONSTRAINT k UNIQUE USING INDEX i;", "the index would go with the constraint"),
    ("DO $$ BEGIN CREATE TABLE a (); END $$;", "the body of a block is a string"),
    ("ALTER TABLE cat RENAME COLUMN name TO title;", "there is no guard for it"),
    ("INSERT INTO cat VALUES (1, 'Tom');", "the key is not known"),
    ("-- surefoot: allow unguarded-create: an example\nCREATE TABLE a ();", "it is allowed"),
    ("CREATE TABLE a (", "the file cannot be read to its end"),
]


@pytest.mark.parametrize(("sql", "why"), LEFT_ALONE, ids=[why for _, why in LEFT_ALONE])
def test_left_alone(sql: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, sql, TABLE)
    assert repair_files([Path()], None, None, Choice(select=IDEMPOTENCY)).files == {}, why


def test_key_that_others_rest_on_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sql = (
        "ALTER TABLE toy ADD CONSTRAINT toy_name_key UNIQUE (name);\n"
        "CREATE TABLE IF NOT EXISTS box (toy text REFERENCES toy (name));\n"
    )
    setup = "CREATE TABLE IF NOT EXISTS toy (name text);"
    texts = fixed(tmp_path, sql, setup, "ID104")
    assert texts["migrations/002_example.sql"] == (sql, sql)


# -- The manifest -----------------------------------------------------------------------------------------------------

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\n"
BLOCKS = (
    """\
migrations:
  - file: 2_b.sql # two
    irreversible: an example

  # One comes
  # first.
  - file: 1_a.sql
    irreversible: an example""",
    """\
migrations:
  # One comes
  # first.
  - file: 1_a.sql
    irreversible: an example
  - file: 2_b.sql # two
    irreversible: an example
""",
)
LINES = (
    """\
migrations:
- {file: 3_c.sql, irreversible: an example}
- {file: 1_a.sql, irreversible: an example}
- {file: 2_b.sql, irreversible: an example}
checks: []
""",
    """\
migrations:
- {file: 1_a.sql, irreversible: an example}
- {file: 2_b.sql, irreversible: an example}
- {file: 3_c.sql, irreversible: an example}
checks: []
""",
)
IN_BRACKETS = ("migrations: [{file: 2_b.sql}, {file: 1_a.sql}]\n",) * 2


@pytest.mark.parametrize(("before", "after"), [BLOCKS, LINES, IN_BRACKETS])
def test_entries_are_put_in_order(before: str, after: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {f"migrations/{name}": TABLE for name in ("1_a.sql", "2_b.sql", "3_c.sql")}
    fixed(tmp_path, {"manifest.yaml": HEAD + before, **files}, "", "FS303")
    assert (tmp_path / "manifest.yaml").read_text() == HEAD + after


def test_repairs_that_hinder_each_other_are_made_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    entries = "migrations:\n  - {file: 2_b.sql, irreversible: 'no'}\n  - {file: 1_a.sql}\n"
    write(tmp_path, {"manifest.yaml": HEAD + entries, "migrations/1_a.sql": TABLE, "migrations/2_b.sql": "SELECT 1;"})
    repair_files([Path()], None, None, Choice(select=("RB101", "FS303")))
    in_order = "migrations:\n  - {file: 1_a.sql, rollback: rollback_1.sql}\n  - {file: 2_b.sql, irreversible: 'no'}\n"
    assert (tmp_path / "manifest.yaml").read_text() == HEAD + in_order
    assert (tmp_path / "rollbacks/rollback_1.sql").read_text() == "-- Undo 1_a.sql.\n\nDROP TABLE IF EXISTS cat;\n"
