"""The page of a project and a database: what it tells, what it keeps to itself, what it says where it cannot tell."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from fix_command import Run
from fix_git import commit, git
from fix_page import Reader
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.html.elements import text_of
from surefoot.report.listing import MOST_LINES, listing, shown
from surefoot.report.parts import lasting
from surefoot_lint.source import read_source

LEADS = "CREATE TABLE IF NOT EXISTS leads (\n    id bigint PRIMARY KEY\n);\n"
MAIL = "ALTER TABLE leads ADD COLUMN IF NOT EXISTS email varchar(100);\n"
CHECK = "checks:\n  - {name: no lead is lost, sql: SELECT count(*) FROM leads, expect: 3}\n"


@pytest.fixture
def two(folder: ProjectFolder) -> ProjectFolder:
    """A project of two migrations."""
    folder.add("001_leads.sql", LEADS, "DROP TABLE IF EXISTS leads;\n", phase="core")
    folder.add("002_mail.sql", MAIL, "ALTER TABLE leads DROP COLUMN IF EXISTS email;\n", requires="[001_leads.sql]")
    folder.save()
    return folder


def page(folder: ProjectFolder, run: Run, *arguments: str, **environment: str) -> Reader:
    outcome = run("report", "--html", "-o", "page.html", *arguments, **environment)
    assert (outcome.status, outcome.out) == (0, "written to page.html\n"), outcome.err
    return Reader.of(folder.path / "page.html")


# -- The files alone --------------------------------------------------------------------------------------------------


def test_of_the_files_alone(two: ProjectFolder, run: Run) -> None:
    found = page(two, run, "--no-database")
    assert "not run: surefoot prove" in (two.path / "page.html").read_text()
    assert "surefoot migrate would apply 2 migrations" in found.under("plan")
    assert "No database was asked" in found.under("plan")
    assert "ledger" not in found.ids
    told = found.under("migration-2")
    assert told.startswith("002_mail")
    assert "ALTER TABLE leads ADD COLUMN IF NOT EXISTS email varchar(100);" in told
    assert "ALTER TABLE leads DROP COLUMN IF EXISTS email;" in told
    assert "requires 001_leads" in told
    assert "Not proven in this state of the files." in told
    assert "core" in found.under("migration-1")


def test_findings_stand_at_their_lines_and_in_a_list_that_leads_there(two: ProjectFolder, run: Run) -> None:
    two.write("migrations/002_mail.sql", "-- A column.\nALTER TABLE leads ADD COLUMN email text;\n")
    found = page(two, run, "--no-database")
    anchors = [name for name in found.ids if name.startswith("finding-")]
    assert anchors
    assert set(anchors) <= found.targets
    assert "line 2, column" in found.under(anchors[0])
    assert found.under(anchors[0]) in found.under("migration-2")
    assert "migrations/002_mail.sql:2" in found.under("findings")


def test_every_link_has_a_target_and_every_id_is_used_once(two: ProjectFolder, run: Run) -> None:
    two.tail = CHECK
    two.save()
    assert run("migrate", "--to", "1").status == 0
    found = page(two, run)
    assert found.targets <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert {"plan", "ledger", "checks", "drift", "findings", "proof", "migrations", "manifest", "row-1"} <= set(
        found.ids
    )


def test_what_a_branch_adds_is_marked_and_open(two: ProjectFolder, run: Run) -> None:
    git(two.path, "init", "--quiet")
    base = commit(two.path)
    two.add("003_more.sql", "CREATE TABLE IF NOT EXISTS more (id bigint PRIMARY KEY);", "DROP TABLE IF EXISTS more;")
    two.save()
    head = commit(two.path)
    found = page(two, run, "--no-database", "--base", base)
    opened = [one["id"] for one in found.all_of("details") if "open" in one and "id" in one]
    assert opened == ["migration-3"]
    assert found.under("migration-3").startswith("003_more of this branch")
    assert f"branch 1 migration since {base}" in found.under("top")
    assert head in found.under("top")


def test_an_unknown_base_is_an_error(two: ProjectFolder, run: Run) -> None:
    git(two.path, "init", "--quiet")
    commit(two.path)
    outcome = run("report", "--html", "--no-database", "--base", "nowhere")
    assert outcome.status == 2
    assert "nowhere" in outcome.err
    assert not (two.path / "surefoot-report.html").exists()


def test_what_the_prover_found(two: ProjectFolder, run: Run) -> None:
    two.write("rollbacks/rollback_002.sql", "SELECT 1;\n")
    found = page(two, run, "--no-database", "--prove")
    assert "1 proven, 1 differs." in found.under("proof")
    assert "the rollback must give back the schema, and 1 object differs" in found.under("proof")
    told = found.under("migration-2")
    assert "Proof: differs" in told
    assert "extra: column public.leads.email" in told
    assert "Measured: the migration" in told
    assert "public.leads ACCESS EXCLUSIVE" in told
    known = page(two, run, "--no-database")
    assert known.under("proof") == found.under("proof")
    for proof in (two.path / ".surefoot" / "proofs").iterdir():
        proof.unlink()
    assert "Locks and times of that run were not kept." in page(two, run, "--no-database").under("migration-2")
    two.write("migrations/002_mail.sql", MAIL.replace("100", "200"))
    assert "Not proven in this state" in page(two, run, "--no-database").under("migration-2")


def test_a_file_that_cannot_be_read_is_told_of_in_its_place(two: ProjectFolder, run: Run) -> None:
    two.write("rollbacks/rollback_001.sql", b"\xef\xbb\xbfSELECT 1;\n")
    (two.path / "rollbacks" / "rollback_002.sql").unlink()
    found = page(two, run, "--no-database")
    assert "rollbacks/rollback_001.sql cannot be read" in found.under("migration-1")
    assert "the file begins with a byte order mark" in found.under("migration-1")
    assert "rollbacks/rollback_002.sql is not there." in found.under("migration-2")


@pytest.mark.parametrize(
    ("text", "words"),
    [("surefoot: 1\nname: [", "this is not YAML"), (None, "there is no manifest")],
    ids=["broken", "missing"],
)
def test_a_manifest_that_is_wrong_is_an_error(folder: ProjectFolder, run: Run, text: str | None, words: str) -> None:
    if text is not None:
        folder.write("manifest.yaml", text)
    outcome = run("report", "--html", "--no-database")
    assert outcome.status == 2
    assert words in outcome.err
    assert not (folder.path / "surefoot-report.html").exists()


# -- A database -------------------------------------------------------------------------------------------------------


def test_of_a_database_without_a_ledger(two: ProjectFolder, run: Run) -> None:
    found = page(two, run)
    assert "surefoot migrate would make its ledger and apply 2 migrations; 0 applied." in found.under("plan")
    assert "This database has no ledger yet" in found.under("ledger")
    assert "pending" in found.under("migration-1")


def test_of_a_database_that_is_partly_migrated(two: ProjectFolder, run: Run) -> None:
    two.tail = CHECK
    two.save()
    assert run("migrate", "--to", "1").status == 0
    found = page(two, run)
    assert "would apply 1 migration; 1 applied. what migration" in found.under("plan")
    assert "apply 002_mail" in found.under("plan")
    assert "The chain of hashes is intact, over 1 row." in found.under("ledger")
    assert "applied 001_leads" in found.under("row-1")
    assert "ms row 1, by postgres (" in found.under("row-1")
    assert "0 of 1 check hold" in found.under("checks")
    assert "failed no lead is lost" in found.under("checks")
    assert "answered 0" in found.under("check-1")
    assert "must answer 3" in found.under("check-1")
    assert "The schema is what the last run left." in found.under("drift")
    assert found.under("migration-1").startswith("001_leads core applied")


def test_why_migrate_would_refuse(two: ProjectFolder, run: Run) -> None:
    assert run("migrate").status == 0
    two.write("migrations/001_leads.sql", LEADS + "-- edited\n")
    found = page(two, run)
    assert "surefoot migrate would refuse" in found.under("plan")
    assert "migrations/001_leads.sql was edited after it was applied" in found.under("plan")
    assert "edited" in found.under("migration-1")
    assert "001_leads was edited after it was applied" in found.under("checks")


def test_failed_and_undone_rows_are_marked(two: ProjectFolder, run: Run) -> None:
    assert run("migrate").status == 0
    assert run("rollback", "--yes").status == 0
    found = page(two, run)
    rows = [one for one in found.all_of("li") if str(one.get("id")).startswith("row-")]
    assert [(row["id"], row["class"]) for row in rows] == [("row-3", "warn"), ("row-2", "good"), ("row-1", "good")]
    assert "rolled back 002_mail" in found.under("row-3")


def test_a_broken_chain(two: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    assert run("migrate").status == 0
    connection.execute("ALTER TABLE surefoot.ledger DISABLE TRIGGER ALL")
    connection.execute("UPDATE surefoot.ledger SET reason = 'by hand' WHERE id = 1")
    found = page(two, run)
    assert "The chain is broken: row 1 was changed by hand." in found.under("ledger")
    assert "the chain breaks here" in found.under("row-1")
    assert "by hand" in found.under("row-1")
    assert "the ledger was changed by hand" in found.under("plan")


def test_what_is_unfinished(two: ProjectFolder, run: Run) -> None:
    statements = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON leads (id);\nSELECT 1/0;\n"
    two.add("003_index.sql", statements, "DROP INDEX CONCURRENTLY IF EXISTS i;", transaction="false")
    two.save()
    assert run("migrate").status == 4
    found = page(two, run)
    told = found.under("ledger")
    assert "Unfinished: 003_index. The next run goes on where it stopped." in told
    assert "1 1 done CREATE INDEX CONCURRENTLY" in told
    assert "resume 003_index" in found.under("plan")
    assert "unfinished" in found.under("migration-3")


def test_what_was_changed_by_hand(two: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    assert run("migrate").status == 0
    connection.execute("CREATE INDEX by_hand ON leads (email)")
    found = page(two, run)
    assert "The schema is not what the last run left." in found.under("drift")
    assert "The schema is not what the last run left." in found.under("ledger")
    found = page(two, run, "--drift")
    assert "extra index public.by_hand" in found.under("drift-1")
    assert "CREATE INDEX by_hand ON public.leads USING btree (email)" in found.under("drift-1")
    assert "DROP INDEX" in found.under("drift-draft")


def test_a_reader_without_rights(
    two: ProjectFolder, run: Run, make_role: MakeRole, database_url: str, connection: psycopg.Connection
) -> None:
    assert run("migrate").status == 0
    role = make_role()
    found = page(two, run, "--database-url", make_conninfo(database_url, user=role))
    assert f"the role {role} may not read the ledger" in found.under("ledger")
    assert "surefoot ledger --sql --for" in found.under("plan")
    assert "002_mail" in found.under("migration-2")
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA surefoot TO {}").format(sql.Identifier(role)))
    connection.execute(
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA surefoot TO {}").format(sql.Identifier(role)),
    )
    found = page(two, run, "--database-url", make_conninfo(database_url, user=role))
    assert "The chain of hashes is intact, over 2 rows." in found.under("ledger")


def test_a_database_that_is_not_there_is_an_error(two: ProjectFolder, run: Run) -> None:
    outcome = run("report", "--html", "--database-url", "postgresql://u:se-cret@127.0.0.1:1/x")
    assert outcome.status == 5
    assert "se-cret" not in outcome.err
    assert not (two.path / "surefoot-report.html").exists()


# -- What it gives away, and where it goes ----------------------------------------------------------------------------


def test_no_secret_is_on_the_page(two: ProjectFolder, run: Run, database_url: str) -> None:
    two.add(
        "003_role.sql",
        "CREATE ROLE reporter PASSWORD 'swordfish';\n"
        "COMMENT ON TABLE leads IS 'postgresql://app:hushhush@db/shop';\n"
        "-- -----BEGIN PRIVATE KEY-----\n-- MIIEsecretbytes\n-- -----END PRIVATE KEY-----\nSELECT 6;\n",
        irreversible="see postgresql://app:quietly@db/shop",
        rollback=None,
    )
    two.tail = "checks:\n  - {name: a, sql: \"SELECT 'postgresql://app:in-silence@db/shop'\", expect: x}\n"
    two.save()
    assert run("migrate", "--to", "2").status == 0
    two.write("migrations/001_leads.sql", LEADS + "-- edited\n")
    reason = "as postgresql://app:whispered@db/shop says"
    assert run("accept", "1", "--reason", reason).status == 0
    found = page(two, run, "--database-url", make_conninfo(database_url, password="open-sesame"))
    text = (two.path / "page.html").read_text(encoding="utf-8")
    for secret in ("swordfish", "hushhush", "MIIEsecretbytes", "quietly", "in-silence", "whispered", "open-sesame"):
        assert secret not in text
    assert "CREATE ROLE reporter PASSWORD '********';" in found.under("migration-3")
    assert "as postgresql://app:***@db/shop says" in found.under("row-3")


def test_a_script_in_a_file_or_a_reason_stays_text(two: ProjectFolder, run: Run) -> None:
    strange = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    two.write("migrations/001_leads.sql", f"{LEADS}-- {strange}\nCOMMENT ON TABLE leads IS '{strange}';\n")
    assert run("migrate").status == 0
    two.write("migrations/002_mail.sql", MAIL + "-- edited\n")
    assert run("accept", "2", "--reason", strange).status == 0
    found = page(two, run)
    assert [len(found.all_of(tag)) for tag in ("script", "img")] == [1, 0]
    assert strange in found.under("migration-1")
    assert strange in found.under("row-3")


def test_it_is_printed_or_has_a_name_of_its_own(two: ProjectFolder, run: Run) -> None:
    outcome = run("report", "--html", "--no-database", "-o", "-")
    assert outcome.status == 0
    assert outcome.out.startswith("<!DOCTYPE html>\n")
    assert run("report", "--no-database").out == "written to surefoot-report.html\n"
    assert Reader.of(two.path / "surefoot-report.html").under("migration-1").startswith("001_leads")
    outcome = run("report", "--html", "--no-database", "--json")
    told = json.loads(outcome.out)
    assert told == {
        "event": "report",
        "file": "surefoot-report.html",
        "bytes": (two.path / "surefoot-report.html").stat().st_size,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-database", "--embedded"], "--no-database goes with no database"),
        (["--no-database", "--database-url", "x"], "--no-database goes with no database"),
        (["--no-database", "--drift"], "--drift needs a database to compare"),
        (["--json", "-o", "-"], "a page and JSON cannot both be on standard output"),
        (["--no-database", "-o", "migrations"], "the page cannot be written: Is a directory"),
    ],
    ids=" ".join,
)
def test_what_does_not_go_together(two: ProjectFolder, run: Run, arguments: list[str], words: str) -> None:
    outcome = run("report", "--html", *arguments)
    assert outcome.status == 2
    assert words in outcome.out + outcome.err


@pytest.mark.parametrize("file", ["manifest.yaml", "migrations/001_first.sql"])
@pytest.mark.parametrize("typed", [("report", "--html", "--no-database"), ("prove",)], ids=" ".join)
def test_no_file_of_the_project_is_written_over(folder: ProjectFolder, run: Run, typed: list[str], file: str) -> None:
    folder.add("001_first.sql", "SELECT 1;")
    folder.save()
    before = (folder.path / file).read_text()
    outcome = run(*typed, "-o", file)
    assert outcome.status == 2
    assert outcome.err == (
        f"error: {file} is a file of the project, and would be lost\nnext: name another file: -o FILE\n"
    )
    assert (folder.path / file).read_text() == before


def test_no_database_is_asked_that_is_not_named(two: ProjectFolder, run: Run) -> None:
    assert "No database was asked" in page(two, run, DATABASE_URL="").under("plan")


# -- SQL on the page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("SELECT 1;\n", ["<b>SELECT</b> <u>1</u>;"]),
        ("-- one\nSELECT 'a\nb';", ["<i>-- one</i>", "<b>SELECT</b> <s>'a</s>", "<s>b'</s>;"]),
        ("SELECT 1; -- last\n", ["<b>SELECT</b> <u>1</u>; <i>-- last</i>"]),
        ("DO $x$\nBEGIN\nEND\n$x$;\n", ["<b>DO</b> <s>$x$</s>", "<b>BEGIN</b>", "<b>END</b>", "<s>$x$</s>;"]),
        ("COPY t FROM stdin;\nit's\n\\.\n", ["<b>COPY</b> t <b>FROM</b> <b>stdin</b>;", "it's", "\\."]),
        ("SELECT 1;\nSELECT 'open\n", ["<b>SELECT</b> <u>1</u>;", "SELECT 'open"]),
        ('SELECT "select" /* a\nb */ FROM x', ['<b>SELECT</b> "select" <i>/* a</i>', "<i>b */</i> <b>FROM</b> x"]),
        ("\n\nSELECT 1", ["", "", "<b>SELECT</b> <u>1</u>"]),
        ("", []),
    ],
    ids=["words", "string", "comment behind", "block", "copy", "unclosed", "comment within", "empty lines", "nothing"],
)
def test_sql_is_coloured_line_by_line(text: str, lines: list[str]) -> None:
    written = str(listing(text)).partition(">")[2].removesuffix("</div>")
    assert written.replace("<span>", "").split("\n</span>")[:-1] == lines


def test_what_is_said_of_a_line_stands_below_it_or_at_the_end() -> None:
    assert text_of(listing("SELECT 1;\nSELECT 2;\n", {1: "first", 9: "beyond"})) == "SELECT 1; firstSELECT 2; beyond"


def test_a_secret_of_many_lines_leaves_the_lines_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text("-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----\nSELECT 5;\n")
    text = shown(read_source(path, "x.sql")).text
    assert "abc" not in text
    assert text.splitlines()[4] == "SELECT 5;"


@pytest.mark.parametrize("lines", [MOST_LINES + 1, 300_000], ids=["long", "beyond memory"])
def test_of_a_long_file_the_beginning_is_shown(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "x.sql"
    path.write_text("SELECT 1;\n" * lines)
    found = shown(read_source(path, "x.sql"))
    assert found.text == "SELECT 1;\n" * MOST_LINES
    assert found.left_out == f"Only the first 2,000 lines are shown: the file has {10 * lines:,} bytes."


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0.04, "0.0 ms"), (8, "8 ms"), (8.25, "8.2 ms"), (812.4, "812 ms"), (61_000, "1 min 1 s"), (2_500, "2.5 s")],
)
def test_durations(milliseconds: float, words: str) -> None:
    assert lasting(milliseconds) == words
