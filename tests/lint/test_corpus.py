"""The corpus is true to PostgreSQL, and the linter is true to the corpus."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fix_corpus import FOLDER, VOCABULARY, Case, Hit, Label, Section, Weighed, cases, misses, parse, surefoot, weigh

from surefoot.servers import Server, ensure_database
from surefoot_lint.rule import all_rules

KNOWN = {rule.code for rule in all_rules()}
REWRITES = {"LK301", "LK302", "LK303", "LK304", "LK305"}
MARK = "~~~~~~"
SNAPSHOT = f"\\echo {MARK}\n{Path(__file__).with_name('corpus_snapshot.sql').read_text()}\\echo {MARK}\n"
WATCH = """
CREATE FUNCTION pg_catalog.corpus_watch() RETURNS event_trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE WARNING USING ERRCODE = 'REWRI', MESSAGE = 'rewritten'; END $$;
CREATE EVENT TRIGGER corpus_watch ON table_rewrite EXECUTE FUNCTION pg_catalog.corpus_watch();
"""
each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


# -- The corpus itself ------------------------------------------------------------------------------------------------


def test_corpus_is_large_enough() -> None:
    counts = Counter(case.category for case in cases())
    assert counts["dangerous"] >= 65
    assert counts["safe"] >= 45
    assert counts["context"] >= 24


def test_every_file_of_the_corpus_is_a_case() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert files == {f"{case.name}.sql" for case in cases()} | {"misses.yaml"}


def test_vocabulary_holds_every_rule_about_sql() -> None:
    assert {code for code in KNOWN if not code.startswith("FS")} <= VOCABULARY


@each_case
def test_labels_fit_their_category_and_point_at_statements(case: Case) -> None:
    assert {"dangerous": bool(case.labels), "safe": case.is_clean, "context": not case.is_clean}[case.category]
    assert [label for label in case.labels if label.line and case.extent(label.line) is None] == []


# -- PostgreSQL agrees ------------------------------------------------------------------------------------------------


class Ran(NamedTuple):
    """What psql said of a script: the SQLSTATEs of errors, whether a table was rewritten, and the snapshots."""

    errors: list[str]
    rewritten: bool
    snapshots: list[str]


def psql(server: Server, url: str, script: str) -> Ran:
    """Run a script to its first error."""
    settings = ["-v", "VERBOSITY=sqlstate", "-v", "ON_ERROR_STOP=1"]
    command = [str(server.binaries / "psql"), "-XqAt", *settings, url]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    snapshots = done.stdout.split(MARK)[1::2]
    return Ran(re.findall(r"(?:ERROR|FATAL):  (\w{5})", done.stderr), "REWRI" in done.stderr, snapshots)


def needs_own_database(case: Case) -> bool:
    """Tell whether a case must commit; the others run in one transaction of a shared database, and vanish with it.

    A new label of an enum may be used only after a COMMIT.
    """
    outside = any(section.keys.get("transaction") is False for section in case.sections)
    return outside or any(re.search(r"^COMMIT;|ADD VALUE", section.text, re.MULTILINE) for section in case.sections)


def steps(case: Case) -> tuple[str, str, str]:
    """Write for psql the history, the migration, and its rollback, which runs as the migration does."""
    commits = needs_own_database(case)

    def step(section: Section | None, keys: dict[str, Any]) -> str:
        text = section.text if section else ""
        return f"BEGIN;\n{text}\nCOMMIT;\n" if commits and keys.get("transaction", True) else text

    history = "".join(step(section, section.keys) for section in case.history)
    migration, rollback = (step(section, case.judged.keys) for section in (case.judged, case.rollback))
    return ("" if commits else "BEGIN;\n") + history + WATCH, migration, rollback


@pytest.fixture(scope="module")
def shared_urls(server: Server) -> dict[str | None, str]:
    """Two databases that no case changes for good: an empty one, and one with what Supabase provides."""
    return {platform: ensure_database(server, f"corpus_{platform}", platform) for platform in (None, "supabase")}


@pytest.fixture
def case_url(case: Case, shared_urls: dict[str | None, str], request: pytest.FixtureRequest) -> str:
    """The database for a case, with what its platform provides."""
    platform = case.project.get("platform")
    if needs_own_database(case):
        return str(request.getfixturevalue(f"{platform or 'database'}_url"))
    return shared_urls[platform]


@pytest.mark.parametrize("case", [case for case in cases() if case.is_clean], ids=lambda case: case.name)
def test_safe_case_runs_twice_both_ways_and_rewrites_nothing(case: Case, server: Server, case_url: str) -> None:
    history, migration, rollback = steps(case)
    back = rollback + rollback + SNAPSHOT + migration if case.rollback else ""
    ran = psql(server, case_url, history + SNAPSHOT + migration + migration + back)
    assert (ran.errors, ran.rewritten) == ([], False)
    assert ran.snapshots[0]
    assert ran.snapshots[-1] == ran.snapshots[0], "the rollback restores all there was"


@pytest.mark.parametrize("case", [case for case in cases() if not case.is_clean], ids=lambda case: case.name)
def test_case_runs_or_fails_as_it_says(case: Case, server: Server, case_url: str) -> None:
    ran = psql(server, case_url, "".join(steps(case)))
    assert ran.errors == ([case.fails] if case.fails else [])
    if REWRITES & {label.code for label in case.labels}:
        assert ran.rewritten
    elif case.never & REWRITES and "LK302" not in case.never:
        assert not ran.rewritten


# -- The linter agrees ------------------------------------------------------------------------------------------------


@each_case
def test_case_is_judged_as_labelled(case: Case, tmp_path: Path) -> None:
    """All that is labelled is found, as far as there is a rule for it, and nothing else, but for what is listed."""
    weighed = weigh(case, surefoot(case, tmp_path))
    missed = {label.code for label in weighed.missed if label.code in KNOWN}
    invented = {code for hit in weighed.false_alarms for code in hit.codes}
    listed = {code for name, code in misses() if name == case.name}
    asked_for = {label.code for label in case.labels}
    assert (missed, invented) == (listed & asked_for, listed - asked_for), [hit.text for hit in weighed.false_alarms]


def test_what_is_listed_as_wrong_names_cases_and_gives_reasons() -> None:
    assert {name for name, _ in misses()} <= {case.name for case in cases()}
    assert all(misses().values())


# -- Reading and weighing ---------------------------------------------------------------------------------------------

TEXT = """\
-- expect: LK304@7 RB103 never LK203
-- project: {postgres: 18}
-- file: 001_a.sql
CREATE TABLE a (id integer);
-- file: 002_b.sql {transaction: false}
SELECT 1;
ALTER TABLE a
    ALTER COLUMN id TYPE bigint;
-- file: rollback_002.sql
SELECT 2;
"""


def test_parse() -> None:
    case = parse("context/x", TEXT)
    assert case.labels == (Label("LK304", 7), Label("RB103", None))
    assert [str(label) for label in case.labels] == ["LK304@7", "RB103"]
    assert case.never == {"LK203"}
    assert case.project == {"postgres": 18}
    assert case.fails is None
    assert (case.judged.name, case.judged.keys, case.judged.line) == ("002_b.sql", {"transaction": False}, 6)
    assert [section.name for section in case.history] == ["001_a.sql"]
    assert case.rollback
    assert case.rollback.text == "SELECT 2;\n"
    assert (case.extent(8), case.extent(6), case.extent(5)) == (range(7, 9), range(6, 7), None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- file: 001_a.sql\n-- expect: nothing\n", "expect"),
        ("-- why: x\n-- expect: nothing\n", "x.sql:1: this is no line of a header: -- why: x\n"),
        ("-- expect: nothing\nSELECT 1;\n", "x.sql:2: this is no line of a header: SELECT 1;\n"),
        ("-- expect: nothing\n-- expects: LK101\n", "x.sql:2: this is no line of a header: -- expects: LK101\n"),
        ("-- expect: LK10@3\n", "x.sql: LK10@3 is no label"),
        ("-- expect: LK199 never LK101\n", "x.sql: there is no rule LK199"),
    ],
)
def test_parse_refuses(text: str, message: str) -> None:
    with pytest.raises((ValueError, KeyError)) as caught:
        parse("x", text)
    assert str(caught.value).strip("'") == message


def hit(code: str, line: int | None = None, *, is_warning: bool = True) -> Hit:
    return Hit(frozenset({code} if code else ()), line, is_warning, code)


@pytest.mark.parametrize(
    ("hits", "any_code", "expected"),
    [
        ([], False, ("", "LK304@7 RB103", "")),
        ([hit("LK304", 7), hit("RB103")], False, ("LK304@7 RB103", "", "")),
        ([hit("LK304", 8), hit("RB103", 10)], False, ("LK304@7 RB103", "", "")),
        ([hit("LK304", 6)], False, ("", "LK304@7 RB103", "")),
        ([hit("LK304")], False, ("", "LK304@7 RB103", "")),
        ([hit("", 8), hit("", 6)], False, ("", "LK304@7 RB103", "")),
        ([hit("", 8)], True, ("LK304@7", "RB103", "")),
        ([hit("", 6)], True, ("", "LK304@7 RB103", "")),
        ([hit("DL201", 7), hit("LK203", 7)], False, ("", "LK304@7 RB103", "LK203")),
        ([hit("LK203", 7, is_warning=False)], False, ("", "LK304@7 RB103", "")),
    ],
)
def test_weigh(hits: list[Hit], any_code: bool, expected: tuple[str, str, str]) -> None:
    assert shown(weigh(parse("x", TEXT), hits, any_code=any_code)) == expected


def test_in_a_clean_case_every_warning_is_a_false_alarm() -> None:
    clean = parse("x", TEXT.replace("LK304@7 RB103 never LK203", "nothing"))
    hits = [hit("LK203", 7), hit("", 10), hit("LK309", 7, is_warning=False)]
    assert weigh(clean, hits).false_alarms == tuple(hits[:2])


def shown(weighed: Weighed) -> tuple[str, str, str]:
    found, missed, alarms = weighed
    return " ".join(map(str, found)), " ".join(map(str, missed)), " ".join(alarm.text for alarm in alarms)
