from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from surefoot_lint.errors import ManifestError, SourceError, SurefootError
from surefoot_lint.manifest import Check, ExpectedError, Folders, Guard, LedgerSettings, Manifest, Settings
from surefoot_lint.manifest_keys import manifest_schema
from surefoot_lint.manifest_read import load_manifest
from surefoot_lint.show import render

HEAD = "surefoot: 1\nname: cattery\npostgres: 15\n"
LEAST = f"{HEAD}migrations:\n  - file: 001_cats.sql\n"
WHOLE = """\
surefoot: 1
name: cattery
postgres: 15
platform: supabase
folders: {migrations: db/forward, rollbacks: db/back}
settings: {lock_timeout: 2s, statement_timeout: 0, lock_retries: 3}
lint: {gaps: allow, ignore: [FS101, number-gap], fail_on: warning, exposed_schemas: [api]}
ledger: {schema: history}
migrations:
  - file: 001_cats.sql
    rollback: rollback_001.sql
    phase: core
  - file: 002_dogs.sql
    rollback: rollback_002.sql
    data_rollback: data_002.sql
    feature_rollback: feature_002.sql
    transaction: false
    settings: {lock_timeout: 500 ms}
    requires: [001_cats.sql]
    checks:
      - {name: no dog without a name, when: before, sql: "SELECT count(*) FROM dog", expect: 0}
      - {name: two rows, sql_file: checks/rows.sql, expect: [[1, a], [2, null]]}
    guards:
      - {name: dogs by name, sql: SELECT 1 FROM dog, max_slowdown: 12.5%, on_breach: rollback, runs: 9}
  - file: 003_letters.sql
    irreversible: the letters have been sent
checks:
  - {name: anon sees nothing, role: anon, sql: SELECT 1 FROM cat, expect: {error: insufficient_privilege}}
guards:
  - {name: cats, sql: TABLE cat, max_slowdown: 20 %}
"""


def load(folder: Path, text: str) -> Manifest:
    path = folder / "manifest.yaml"
    path.write_bytes(text.encode())
    return load_manifest(path)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SurefootError) as caught:
        load(folder, text)
    assert caught.value.exit_status == 2
    return render(caught.value)


# -- Accepted ---------------------------------------------------------------------------------------------------------


def test_least_manifest_has_defaults(tmp_path: Path) -> None:
    manifest = load(tmp_path, LEAST)
    assert (manifest.name, manifest.postgres, manifest.platform) == ("cattery", 15, None)
    assert manifest.folders == Folders("migrations", "rollbacks")
    assert manifest.settings == Settings("5s", "15min", 5)
    assert (manifest.lint.gaps, manifest.lint.ignore, manifest.lint.fail_on) == ("forbid", (), "error")
    assert manifest.lint.exposed_schemas is None
    assert manifest.ledger == LedgerSettings("surefoot")
    assert (manifest.checks, manifest.guards) == ((), ())
    (entry,) = manifest.migrations
    assert (entry.file, entry.rollback, entry.transaction, entry.requires) == ("001_cats.sql", None, True, ())
    assert (str(entry.place), entry.place.excerpt) == ("manifest.yaml:5:5", "  - file: 001_cats.sql")


def test_whole_manifest(tmp_path: Path) -> None:
    manifest = load(tmp_path, WHOLE)
    assert manifest.platform == "supabase"
    assert manifest.folders == Folders("db/forward", "db/back")
    assert manifest.settings == Settings("2s", "0", 3)
    assert (manifest.lint.gaps, manifest.lint.ignore) == ("allow", ("FS101", "number-gap"))
    assert manifest.lint.exposed_schemas == ("api",)
    assert str(manifest.lint.place) == "manifest.yaml:7:7"
    assert [entry.file for entry in manifest.migrations] == ["001_cats.sql", "002_dogs.sql", "003_letters.sql"]
    first, second, third = manifest.migrations
    assert (first.phase, third.irreversible) == ("core", "the letters have been sent")
    assert second == first._replace(
        file="002_dogs.sql",
        rollback="rollback_002.sql",
        phase=None,
        transaction=False,
        settings=Settings(lock_timeout="500 ms"),
        requires=("001_cats.sql",),
        checks=second.checks,
        guards=second.guards,
        data_rollback="data_002.sql",
        feature_rollback="feature_002.sql",
        place=second.place,
    )
    before, after = second.checks
    assert (before.when, before.expect, str(before.place)) == ("before", 0, "manifest.yaml:21:9")
    assert (after.when, after.sql_file, after.expect) == ("after", "checks/rows.sql", ((1, "a"), (2, None)))
    (invariant,) = manifest.checks
    assert invariant == Check(
        name="anon sees nothing",
        when="after",
        sql="SELECT 1 FROM cat",
        sql_file=None,
        role="anon",
        expect=ExpectedError("insufficient_privilege"),
        place=invariant.place,
    )
    (guard,) = second.guards
    assert guard == Guard("dogs by name", "SELECT 1 FROM dog", 0.125, "rollback", 9, guard.place)
    assert str(guard.place) == "manifest.yaml:24:9"
    (cats,) = manifest.guards
    assert cats == Guard("cats", "TABLE cat", 0.2, "fail", 5, cats.place)


def test_settings_of_a_migration_go_over_those_of_the_project(tmp_path: Path) -> None:
    manifest = load(tmp_path, WHOLE)
    assert manifest.migrations[1].settings.over(manifest.settings) == Settings("500 ms", "0", 3)


@pytest.mark.parametrize("time", ["0", "5s", "500ms", "15min", "100us", "1h", "2d", "5 s"])
def test_time_with_its_unit_is_accepted(time: str, tmp_path: Path) -> None:
    assert load(tmp_path, f"{LEAST}settings: {{lock_timeout: {time}}}\n").settings.lock_timeout == time


def test_line_ends_of_windows_are_accepted(tmp_path: Path) -> None:
    assert load(tmp_path, WHOLE.replace("\n", "\r\n")).migrations[2].place.line == 25


def test_name_of_another_file_stands_in_errors(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("- a\n")
    with pytest.raises(ManifestError, match=r"^db/other\.yaml:1:1: must be a mapping"):
        load_manifest(path, "db/other.yaml")


# -- Refused: the exact text ------------------------------------------------------------------------------------------

REFUSED = [
    (
        LEAST.replace("file:", "fil:"),
        """\
manifest.yaml:5:5: error: migrations.fil: unknown key
    5 |   - fil: 001_cats.sql
      |     ^
next: did you mean file?""",
    ),
    (
        f"{LEAST}wholly_unknown: 1\n",
        """\
manifest.yaml:6:1: error: wholly_unknown: unknown key
    6 | wholly_unknown: 1
      | ^
next: the known keys are surefoot, name, postgres, platform, folders, settings, lint, ledger, seeds, migrations, \
invariants, checks, guards""",
    ),
    (
        f"{LEAST}[a, b]: 1\n",
        """\
manifest.yaml:6:1: error: unknown key
    6 | [a, b]: 1
      | ^
next: the known keys are surefoot, name, postgres, platform, folders, settings, lint, ledger, seeds, migrations, \
invariants, checks, guards""",
    ),
    (
        f"{LEAST}checks:\n  - tables: [cats]\n",
        """\
manifest.yaml:7:5: error: checks.tables: unknown key
    7 |   - tables: [cats]
      |     ^
next: it is an invariant: write it under the key invariants, as tables: [customers, sales.orders]""",
    ),
    (
        f"{LEAST}name: dogs\n",
        """\
manifest.yaml:6:1: error: name: stands here a second time
    6 | name: dogs
      | ^""",
    ),
    (
        LEAST.replace("001_cats.sql", "010"),
        """\
manifest.yaml:5:11: error: migrations.file: must be the path of a file, and YAML reads 010 as int 8
    5 |   - file: 010
      |           ^
why: YAML changes unquoted numbers: 010 is 8
next: put it in quotes: "010\"""",
    ),
    (
        LEAST.replace("cattery", "2024-13-01"),
        """\
manifest.yaml:2:7: error: name: 2024-13-01 is no timestamp, though YAML takes it for one
    2 | name: 2024-13-01
      |       ^
next: put it in quotes, without a tag: "2024-13-01\"""",
    ),
    (
        LEAST.replace("cattery", "!pet cat"),
        """\
manifest.yaml:2:7: error: name: cat is no !pet, though YAML takes it for one
    2 | name: !pet cat
      |       ^
next: put it in quotes, without a tag: "cat\"""",
    ),
    (
        HEAD,
        """\
manifest.yaml:1:1: error: the key migrations is missing (in the order of application)
    1 | surefoot: 1
      | ^""",
    ),
    (
        f"{HEAD}migrations:\n  - rollback: r.sql\n",
        """\
manifest.yaml:5:5: error: migrations: the key file is missing (the migration, in the folder of migrations)
    5 |   - rollback: r.sql
      |     ^""",
    ),
    (
        f"{LEAST}    checks: [{{name: n, sql: SELECT 1}}]\n",
        """\
manifest.yaml:6:14: error: migrations.checks: the key expect is missing (the answer: one value, a list of rows, or \
{error: SQLSTATE or name})
    6 |     checks: [{name: n, sql: SELECT 1}]
      |              ^""",
    ),
    (
        f"{LEAST}    rollback: ../rollback_001.sql\n",
        """\
manifest.yaml:5:5: error: the path ../rollback_001.sql leaves the project's folder
    5 |   - file: 001_cats.sql
      |     ^
why: a manifest names only files below it, with forward slashes""",
    ),
    ("", "manifest.yaml: error: the manifest is empty\nnext: surefoot init shows one"),
    ("# nothing\n", "manifest.yaml: error: the manifest is empty\nnext: surefoot init shows one"),
    (
        "surefoot: 1\n\tname: cattery\n",
        """\
manifest.yaml:2:1: error: this is not YAML: found a tab character that violates indentation
    2 | \tname: cattery
      | ^""",
    ),
    ("migrations: [\n", "manifest.yaml:2:1: error: this is not YAML: did not find expected node content"),
    (
        f"{LEAST}---\n{LEAST}",
        """\
manifest.yaml:6:1: error: this is not YAML: but found another document
    6 | ---
      | ^""",
    ),
    (
        f"{LEAST}# \x80é\x07\n",
        """\
manifest.yaml:6:3: error: this is not YAML: control characters are not allowed
    6 | # �é�
      |   ^""",
    ),
    (
        "- surefoot\n",
        """\
manifest.yaml:1:1: error: must be a mapping of surefoot, name, postgres, platform, folders, settings, lint, ledger, \
seeds, migrations, invariants, checks, guards
    1 | - surefoot
      | ^""",
    ),
    (
        f"{LEAST}settings: {{lock_timeout: 5}}\n",
        """\
manifest.yaml:6:26: error: settings.lock_timeout: must be a time with its unit, such as 5s, 500ms or 15min, not '5'
    6 | settings: {lock_timeout: 5}
      |                          ^""",
    ),
    (
        f"{LEAST}    irreversible: never\n    rollback: r.sql\n",
        """\
manifest.yaml:5:5: error: 001_cats.sql is called irreversible and has a rollback
    5 |   - file: 001_cats.sql
      |     ^
next: remove one of the two keys""",
    ),
    (
        f"{LEAST}lint: {{fail_on: eror}}\n",
        """\
manifest.yaml:6:17: error: lint.fail_on: must be one of error, warning
    6 | lint: {fail_on: eror}
      |                 ^
next: did you mean error?""",
    ),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_error_says(text: str, expected: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text) == expected


# -- Refused: the first line ------------------------------------------------------------------------------------------

CHECK = f"{LEAST}    checks:\n      - "
GUARD = f"{LEAST}guards: [{{name: n, sql: a"

REFUSED_BRIEFLY = [
    (LEAST.replace("surefoot: 1", "surefoot: 2"), "1:11: error: surefoot: must be 1"),
    (LEAST.replace("15", "9"), "3:11: error: postgres: must be a whole number from 14 to 99"),
    (LEAST.replace("15", '"15"'), "3:11: error: postgres: must be a whole number from 14 to 99"),
    (LEAST.replace("15", "15.1"), "3:11: error: postgres: must be a whole number from 14 to 99"),
    (LEAST.replace("15", "!!int x"), "3:11: error: postgres: x is no int, though YAML takes it for one"),
    (LEAST.replace("cattery", "a b"), "2:7: error: name: must be letters, digits, - _ ., not 'a b'"),
    (LEAST.replace("cattery", '" "'), "2:7: error: name: is empty"),
    (LEAST.replace("cattery", "[a]"), "2:7: error: name: must be letters, digits, - _ ."),
    (LEAST.replace("cattery", "*a"), "2:7: error: this is not YAML: found undefined alias"),
    (f"{HEAD}migrations:\n", "4:12: error: migrations: must be a list: each line begins with a dash"),
    (f"{HEAD}migrations: 1.sql\n", "4:13: error: migrations: must be a list: each line begins with a dash"),
    (f"{LEAST}    transaction: maybe\n", "6:18: error: migrations.transaction: must be true or false"),
    (f"{LEAST}    transaction: !!bool x\n", "6:18: error: migrations.transaction: x is no bool, though YAML takes it"),
    (f"{LEAST}    requires: 1.sql\n", "6:15: error: migrations.requires: must be a list: each line begins with"),
    (f"{LEAST}    settings: {{<<: 1}}\n", "6:16: error: migrations.settings.<<: unknown key"),
    (f"{LEAST}folders: {{migrations: /srv}}\n", "1:1: error: the path /srv leaves the project's folder"),
    (f"{LEAST}folders: {{rollbacks: a/../..}}\n", "1:1: error: the path a/../.. leaves the project's folder"),
    (LEAST.replace("001_cats.sql", r"a\b.sql"), r"5:5: error: the path a\b.sql leaves the project's folder"),
    (f"{LEAST}ledger: {{schema: Big}}\n", "6:18: error: ledger.schema: must be a plain lower-case name of at most 63"),
    (f"{LEAST}platform: heroku\n", "6:11: error: platform: must be one of supabase"),
    (f"{LEAST}settings: {{lock_timeout: 5 seconds}}\n", "6:26: error: settings.lock_timeout: must be a time with"),
    (f"{LEAST}settings: {{lock_timeout: -1s}}\n", "6:26: error: settings.lock_timeout: must be a time with"),
    (f"{LEAST}settings: {{lock_timeout: [5s]}}\n", "6:26: error: settings.lock_timeout: must be a time with"),
    (f"{LEAST}settings: {{lock_retries: 101}}\n", "6:26: error: settings.lock_retries: must be a whole number from 0"),
    (f"{CHECK}{{name: n, expect: 0}}\n", "7:9: error: the check 'n' needs either sql or sql_file"),
    (f"{CHECK}{{name: n, expect: 0, sql: a, sql_file: b}}\n", "7:9: error: the check 'n' needs either sql or sql_file"),
    (f"{CHECK}{{name: n, expect: 0, sql_file: /a}}\n", "7:9: error: the path /a leaves the project's folder"),
    (f"{CHECK}{{name: n, sql: a, expect: 2024-13-01}}\n", "7:35: error: migrations.checks.expect: 2024-13-01 is no"),
    (f"{CHECK}{{name: n, sql: a, expect: {{}}}}\n", "7:35: error: migrations.checks.expect: the key error is missing"),
    (f"{CHECK}{{name: n, sql: a, expect: [1]}}\n", "7:36: error: migrations.checks.expect: must be a list"),
    (f"{CHECK}{{name: n, sql: a, expect: [[[1]]]}}\n", "7:37: error: migrations.checks.expect: must be a single value"),
    (f"{LEAST}checks: [{{name: n, when: after}}]\n", "6:20: error: checks.when: unknown key"),
    (f"{GUARD}}}]\n", "6:10: error: guards: the key max_slowdown is missing"),
    (f"{GUARD}, max_slowdown: 20}}]\n", "6:42: error: guards.max_slowdown: must be a percentage with its sign, such"),
    (f"{GUARD}, max_slowdown: -5%}}]\n", "6:42: error: guards.max_slowdown: must be a percentage with its sign, such"),
    (f"{GUARD}, max_slowdown: [5%]}}]\n", "6:42: error: guards.max_slowdown: must be a percentage with its sign, su"),
    (f"{GUARD}, max_slowdown: 5%, runs: 4}}]\n", "6:52: error: guards.runs: must be a whole number from 5 to 100"),
    (
        f"{GUARD}, max_slowdown: 5%, on_breach: stop}}]\n",
        "6:57: error: guards.on_breach: must be one of warn, fail, ro",
    ),
    (f"\ufeff{LEAST}", "1:1: error: the file begins with a byte order mark"),
    ("[" * 2000, "2:1: error: this is not YAML: did not find expected node content"),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED_BRIEFLY)
def test_error_begins(text: str, expected: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text).startswith(f"manifest.yaml:{expected}")


def test_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifest(tmp_path / "manifest.yaml")
    assert render(caught.value) == (
        "manifest.yaml: error: there is no manifest\n"
        "next: surefoot init makes one; --manifest FILE names another"
    )  # fmt: skip


def test_manifest_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_bytes(LEAST.replace("cattery", "caf\xe9").encode("latin-1"))
    with pytest.raises(SourceError, match=r"^manifest\.yaml:2:10: this byte is not UTF-8$"):
        load_manifest(tmp_path / "manifest.yaml")


# -- JSON Schema ------------------------------------------------------------------------------------------------------


def validate(text: str) -> None:
    document: Any = yaml.safe_load(text)
    jsonschema.validate(document, manifest_schema(), jsonschema.Draft202012Validator)


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(manifest_schema())


@pytest.mark.parametrize("text", [LEAST, WHOLE], ids=["least", "whole"])
def test_schema_accepts(text: str) -> None:
    validate(text)


SCHEMA_REFUSES = [
    HEAD,
    "[]",
    f"{LEAST}lnt: {{}}\n",
    LEAST.replace("file:", "fil:"),
    LEAST.replace("001_cats.sql", "010"),
    LEAST.replace("surefoot: 1", "surefoot: 2"),
    LEAST.replace("postgres: 15", "postgres: 9"),
    LEAST.replace("cattery", "a b"),
    f"{LEAST}lint: {{fail_on: information}}\n",
    f"{LEAST}settings: {{lock_timeout: 5}}\n",
    f"{LEAST}settings: {{lock_retries: many}}\n",
    f"{LEAST}    transaction: maybe\n",
    f"{LEAST}    requires: 1.sql\n",
    f"{CHECK}{{name: n, sql: a}}\n",
    f"{CHECK}{{name: n, sql: a, expect: {{eror: x}}}}\n",
    f"{LEAST}checks: [{{name: n, sql: a, expect: 0, when: after}}]\n",
    f"{GUARD}}}]\n",
    f"{GUARD}, max_slowdown: 20}}]\n",
    f"{GUARD}, max_slowdown: 020%}}]\n",
    f"{GUARD}, max_slowdown: 5%, runs: 101}}]\n",
]


@pytest.mark.parametrize("text", SCHEMA_REFUSES)
def test_schema_refuses_what_the_reader_refuses(text: str, tmp_path: Path) -> None:
    refusal(tmp_path, text)
    with pytest.raises(jsonschema.ValidationError):
        validate(text)
