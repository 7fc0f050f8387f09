from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest
from fix_rule import has_branches, project, write

import surefoot_lint.rules
from surefoot_lint.errors import SurefootError
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Level, Report
from surefoot_lint.linter import lint
from surefoot_lint.rule import FAMILIES, Example, Rule, all_rules, find_rule

MARK = re.compile(r"← ([A-Z]{2}\d{3})\s*$")
CODES = Path(__file__).parent / "data" / "codes.txt"  # a code and its name never change
HEAD = "surefoot: 1\nname: cattery\npostgres: 15\nmigrations:\n"
CAT = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);\n"


def check(files: Example, *codes: str) -> Report:
    """Judge an example, written to the current folder; those that have branches, with the base main."""
    return lint([Path()], base="main" if has_branches(files) else None, select=codes)


def found(
    folder: Path, files: Example, monkeypatch: pytest.MonkeyPatch, setup: str = "", *, select: tuple[str, ...] = ()
) -> list[tuple[str, str, int]]:
    write(folder, files, setup)
    monkeypatch.chdir(folder)
    findings = check(files, *select).findings
    return [(finding.code, finding.place.path, finding.place.line or 1) for finding in findings]


def marks(texts: dict[str, str]) -> list[tuple[str, str, int]]:
    return sorted(
        (match[1], name, number)
        for name, text in texts.items()
        for number, line in enumerate(text.split("\n"), 1)
        if (match := MARK.search(line))
    )


# -- Every rule -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_bad_example_is_found_on_exactly_the_marked_lines(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = marks(write(tmp_path, rule.bad, rule.setup))
    assert expected
    assert {code for code, _, _ in expected} == {rule.code}
    select = () if rule.level else (rule.code,)
    all_found = found(tmp_path, rule.bad, monkeypatch, rule.setup, select=select)
    assert sorted(one for one in all_found if one[0] == rule.code) == expected


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_good_example_is_clean_under_every_rule(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path, rule.good, monkeypatch, rule.setup) == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_page_says_what_is_found_what_it_does_and_what_to_write(rule: Rule) -> None:
    assert len(rule.page.split("\n\n")) >= 3
    assert "TODO" not in rule.page


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_findings_are_one_sentence_and_have_advice(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, rule.bad, rule.setup)
    monkeypatch.chdir(tmp_path)
    for finding in check(rule.bad, rule.code).findings:
        assert (finding.code, finding.name) == (rule.code, rule.name)
        assert not finding.message.endswith(".")
        assert "\n" not in finding.message
        assert finding.advice
        assert finding.object


# -- The table --------------------------------------------------------------------------------------------------------


def test_each_module_holds_one_rule_named_as_the_module() -> None:
    package = surefoot_lint.rules
    modules = [found for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.") if not found.ispkg]
    names = sorted(module.name.rpartition(".")[2].replace("_", "-") for module in modules)
    assert names == sorted(rule.name for rule in all_rules())


def test_codes_and_names_are_unique_and_well_formed() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"[A-Z]{2}[1-9]\d\d", rule.code)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)


def test_rules_stand_in_the_order_of_families_and_codes() -> None:
    listed = [tuple(line.split()) for line in CODES.read_text().splitlines()]
    made = [(rule.code, rule.name, rule.level.name[0]) for rule in all_rules()]
    assert made == listed


def test_every_rule_has_a_family() -> None:
    assert {rule.code[:2] for rule in all_rules()} <= set(FAMILIES)


def test_rule_looks_at_what_its_parameter_is() -> None:
    assert find_rule("FS101").looks_at is FileSet
    assert find_rule("TX104").looks_at is not FileSet


def test_levels_are_ordered_and_have_words() -> None:
    assert [level.word for level in sorted(Level)] == ["off", "information", "warning", "error"]


@pytest.mark.parametrize("word", ["TX104", "tx104", "transaction-control-in-file", "Transaction-Control-In-File"])
def test_rule_is_found_by_code_and_name(word: str) -> None:
    assert find_rule(word).code == "TX104"


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("TX1O4", "did you mean TX104?"),
        ("rollback-missing", None),
        ("misssing-rollback", "did you mean missing-rollback?"),
        ("", "surefoot-lint rules lists them"),
    ],
)
def test_unknown_rule_names_the_nearest(word: str, advice: str | None) -> None:
    with pytest.raises(SurefootError, match=f"there is no rule {word}") as caught:
        find_rule(word)
    if advice:
        assert caught.value.next_step == advice


# -- Odd cases of single rules: the code, the files, where it is found ------------------------------------------------

IRREVERSIBLE = ", irreversible: an example}\n"


def listed(*names: str, lint: str = "") -> dict[str, str]:
    entries = "".join(f"  - {{file: {name}{IRREVERSIBLE}" for name in names)
    return {"manifest.yaml": f"{lint}{HEAD}{entries}"} | {f"migrations/{name}": CAT for name in names}


def loose(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, CAT)


CASES: list[tuple[str, dict[str, str], list[tuple[str, int]]]] = [
    ("FS101", loose("1_a.sql", "01_b.sql", "001_c.sql"), [("01_b.sql", 1), ("1_a.sql", 1)]),
    ("FS101", loose("1_a/up.sql", "2_a/up.sql"), []),
    ("FS101", loose("2019-02-26-002946_a/up.sql", "20190226002946_b.sql"), [("20190226002946_b.sql", 1)]),
    ("FS101", listed("001_a.sql", "001_a.sql"), [("manifest.yaml", 6)]),
    ("FS102", loose("001_a.sql", "004_b.sql", "009_c.sql"), [("004_b.sql", 1), ("009_c.sql", 1)]),
    ("FS102", loose("005_a.sql", "006_b.sql"), []),
    ("FS102", loose("20240101_a.sql", "20240301_b.sql"), []),
    ("FS102", loose("001_a.sql", "002_b.sql", "20240101_a.sql"), []),
    ("FS102", listed("001_a.sql", "003_b.sql", lint="lint: {gaps: allow}\n"), []),
    ("FS102", listed("001_a.sql", "003_b.sql", lint="lint: {gaps: forbid}\n"), [("manifest.yaml", 7)]),
    ("FS103", loose("001_a.sql", "002/up.sql"), []),
    ("FS103", loose("001_a.sql", "first/up.sql"), [("first/up.sql", 1)]),
    ("FS103", listed("a.sql"), [("manifest.yaml", 5)]),
    ("FS104", loose("1_a.sql", "2_b.sql", "9_c.sql", "10_d.sql"), []),
    ("FS104", loose("998_a.sql", "999_b.sql", "1000_d.sql"), []),
    ("FS104", loose("099_a.sql", "999_b.sql", "1000_d.sql"), []),
    ("FS104", loose("01_a.sql", "002_b.sql", "03_c.sql"), [("002_b.sql", 1)]),
    ("FS104", loose("001_a.sql", "2_b.sql"), [("2_b.sql", 1)]),
    ("FS104", loose("00000000000000_diesel/up.sql", "2019-02-26-002946_a/up.sql"), []),
    ("FS104", loose("001_a.sql", "20240101_b.sql", "20240102_c.sql"), [("20240101_b.sql", 1)]),
    ("FS105", loose("20240229_a.sql", "20230229_b.sql"), [("20230229_b.sql", 1)]),
    ("FS105", loose("1700000000_a.sql", "1700000000000_b.sql"), []),
    ("FS105", loose("20240115_0099_a.sql", "2024-01-15-250000_b/up.sql"), []),
    ("FS105", loose("19000101_a.sql", "123456789_b.sql"), [("123456789_b.sql", 1), ("19000101_a.sql", 1)]),
    ("FS105", loose("00000001_a.sql"), []),
    ("FS106", loose("001_a.sql", "rollback_001.sql", "Rollback_001.sql"), [("rollback_001.sql", 1)]),
    ("FS301", listed("001_a.sql") | {"migrations/002_b.SQL": CAT}, [("migrations/002_b.SQL", 1)]),
    ("FS301", listed("001_a.sql") | {"migrations/002_b/up.sql": CAT}, [("migrations/002_b/up.sql", 1)]),
    ("FS301", listed("core/001_a.sql") | {"migrations/core/002_b.sql": CAT}, [("migrations/core/002_b.sql", 1)]),
    ("FS301", listed("001_a.sql") | {"migrations/README.md": "", "migrations/.002_b.sql": CAT}, []),
    (
        "FS301",
        {
            "manifest.yaml": f"folders: {{migrations: ., rollbacks: .}}\n{HEAD}"
            "  - {file: 1.sql, irreversible: an example, checks: [{name: n, sql_file: 2.sql, expect: 0}]}\n",
            "1.sql": CAT,
            "2.sql": "SELECT 0;",
            "3.sql": CAT,
            "rollback_1.sql": CAT,
        },
        [("3.sql", 1)],
    ),
    (
        "FS302",
        {
            "manifest.yaml": f"{HEAD}  - file: 001_a.sql\n    rollback: r.sql\n    data_rollback: d.sql\n"
            "    feature_rollback: f.sql\n    checks:\n      - {name: n, sql_file: q.sql, expect: 0}\n",
            "migrations/001_a.sql": CAT,
        },
        [("manifest.yaml", 5), ("manifest.yaml", 5), ("manifest.yaml", 10)],
    ),
    ("FS302", {"manifest.yaml": f"{HEAD}  - file: {'x' * 300}.sql\n"}, [("manifest.yaml", 5)]),
    ("FS303", listed("001_a.sql", "003_c.sql", "002_b.sql", "004_d.sql"), [("manifest.yaml", 7)]),
    ("FS303", listed("001_a.sql", "x.sql", "002_b.sql"), []),
    (
        "FS304",
        {
            "manifest.yaml": f"{HEAD}  - {{file: 1.sql, requires: [1.sql]}}\n"
            "  - {file: 2.sql, requires: [3.sql, 1.sql]}\n"
            "  - {file: 3.sql, requires: [1.sql, 2.sql]}\n",
        },
        [("manifest.yaml", 5), ("manifest.yaml", 6)],
    ),
    ("FS305", {"001_a.sql": ""}, [("001_a.sql", 1)]),
    ("FS305", {"001_a.sql": " ; ;\n/* nothing */"}, [("001_a.sql", 1)]),
    ("FS305", {"001_a.sql": "SELECT 1"}, []),
    ("FS305", {"001_a.sql": "-- 'open\n/*"}, []),
    ("FS306", {"001_a.sql": "SELECT 1;\nSELECT '\udcff';", "rollback_001.sql": "\ufeffDROP TABLE cat;"},
     [("001_a.sql", 2), ("rollback_001.sql", 1)]),
    ("FS306", {"001_a.sql": "SELECT 1;\r\nSELECT 2;\r\n"}, []),
    ("RB101", {"1_a.sql": CAT, "rollback_01.sql": CAT, "2_b.sql": CAT, "02_b.down.sql": CAT}, [("2_b.sql", 1)]),
    ("RB101", {"a/up.sql": CAT, "a/down.sql": CAT, "b.up.sql": CAT, "b.down.sql": CAT}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": ""}, [("rollback_1.sql", 1)]),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "BEGIN; SELECT count(*) FROM cat; COMMIT;"}, [("rollback_1.sql", 1)]),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "SELECT id FROM cat WHERE id IN (SELECT 1);"}, [("rollback_1.sql", 1)]),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "SELECT cron.unschedule('nightly');"}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": 'SELECT "Undo"();'}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "SELECT * INTO kept FROM cat;"}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "WITH gone AS (DELETE FROM cat RETURNING id) SELECT 1;"}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "DO $$ BEGIN DROP TABLE cat; END $$;"}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "\\i down.sql"}, []),
    ("RB102", {"1.sql": CAT, "rollback_1.sql": "SELECT 'open;"}, []),
    ("RB203", {"1.sql": CAT, "rollback_1.sql": CAT, "3.down.sql": CAT}, [("3.down.sql", 1)]),
    ("RB203", listed("001_a.sql") | {"rollbacks/anything.sql": CAT}, [("rollbacks/anything.sql", 1)]),
    (
        "RB203",
        {
            "manifest.yaml": f"{HEAD}  - file: 1.sql\n    rollback: r.sql\n    data_rollback: d.sql\n"
            "    feature_rollback: f.sql\n    checks: [{name: n, sql_file: rollbacks/q.sql, expect: 0}]\n",
            **dict.fromkeys([f"rollbacks/{name}.sql" for name in "rdfq"], CAT),
        },
        [],
    ),
    ("TX104", {"1.sql": "SAVEPOINT a;\nROLLBACK TO a;\nRELEASE a;\nDO $$ BEGIN NULL; END $$;"}, []),
    ("TX104", {"1.sql": "CREATE TABLE a ();\n\n  commit and chain;"}, [("1.sql", 3)]),
    ("TX104", {"1.sql": CAT, "rollback_1.sql": CAT + "END;"}, [("rollback_1.sql", 2)]),
    ("TX104", {"manifest.yaml": f"{HEAD}  - {{file: 1.sql, transaction: false}}\n", "migrations/1.sql": "BEGIN;"}, []),
    ("AN102", {"1.sql": "SELECT 1;\nSELECT (2;\n"}, [("1.sql", 2)]),
    ("AN102", {"1.sql": "SELECT 1 \\gexec\n"}, [("1.sql", 1)]),
    ("AN104", {"1.sql": "\\restrict a\nSELECT 1;\n  \\echo b\n\\unrestrict a\n"}, [("1.sql", 3)]),
    ("AN104", {"1.sql": "COPY cat FROM stdin;\n1\n\\.\nSELECT '\n\\set x';"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "expected"), CASES)
def test_odd_case(
    code: str,
    files: dict[str, str],
    expected: list[tuple[str, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [f[1:] for f in found(tmp_path, files, monkeypatch) if f[0] == code] == expected


# -- What findings say ------------------------------------------------------------------------------------------------

MESSAGES = [
    (
        loose("003_a.sql", "03_b.sql", "3_c.sql"),
        "FS101",
        [
            ("03_b.sql has the number 3, as 003_a.sql has", "give it the next free number, 004"),
            ("3_c.sql has the number 3, as 003_a.sql has", "give it the next free number, 005"),
        ],
    ),
    (
        loose("001_a.sql", "003_b.sql", "007_c.sql"),
        "FS102",
        [
            (
                "002 is missing between 001_a.sql and 003_b.sql",
                "find the missing file, renumber this one, or say gaps: allow under lint in the manifest",
            ),
            (
                "004 to 006 are missing between 003_b.sql and 007_c.sql",
                "find the missing file, renumber this one, or say gaps: allow under lint in the manifest",
            ),
        ],
    ),
    (
        {"manifest.yaml": f"{HEAD}  - file: 001_create_cat.sql\n", "migrations/001_create_cats.sql": CAT},
        "FS302",
        [("there is no file migrations/001_create_cat.sql", "did you mean 001_create_cats.sql?")],
    ),
    (
        {"001_a.sql": "INSERT INTO cat VALUES ('Tom's');\n"},
        "AN102",
        [("a string is not closed", "Close it with ', and write a quote inside it twice: ''.")],
    ),
]


@pytest.mark.parametrize(("files", "code", "expected"), MESSAGES)
def test_finding_says(
    files: dict[str, str],
    code: str,
    expected: list[tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    findings = check(files, code).findings
    assert [(finding.message, finding.advice) for finding in findings] == expected


def test_project_can_use_a_rule_that_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = project({"001_example.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"})
    files["manifest.yaml"] = files["manifest.yaml"].replace("migrations:", "lint: {select: [NM201]}\nmigrations:")
    assert found(tmp_path, files, monkeypatch) == [("NM201", "migrations/001_example.sql", 1)]
    (finding,) = lint([Path()]).findings
    assert finding.level is Level.WARNING
