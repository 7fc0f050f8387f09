"""`surefoot prove`: what it chooses, what it says, what it keeps, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest
from fix_command import Command, Run, wait_until
from fix_project import ProjectFolder

import surefoot
from surefoot.commands import prove as command_module
from surefoot.connection import Target, connect
from surefoot.proving.cache import Cache
from surefoot.proving.proof import Proof
from surefoot.proving.report import FORMATS
from surefoot.proving.values import plain, read
from surefoot.scratch.databases import PREFIX
from surefoot.servers import Server
from surefoot_lint.errors import ExitStatus


@pytest.fixture
def project(folder: ProjectFolder) -> ProjectFolder:
    """Three migrations: one right, one whose rollback is wrong, one that loses a value."""
    folder.add(
        "001_people.sql", "CREATE TABLE IF NOT EXISTS people (id int, bio text);", "DROP TABLE IF EXISTS people;"
    )
    folder.add("002_index.sql", "CREATE INDEX people_bio ON people (bio);", "SELECT 1;")
    folder.add("003_seed.sql", "INSERT INTO people VALUES (1, 'x');", "DELETE FROM people WHERE id = 1;")
    folder.save()
    return folder


@pytest.fixture
def prove(run: Run, server: Server) -> Run:
    """The command, on the tests' server as the scratch server."""

    def prove(*arguments: str, **environment: str) -> object:
        return run("prove", "--scratch-url", server.url, *arguments, **environment)

    return prove  # type: ignore[return-value]


TEXT = """\
  proven       001_people
  fails, not idempotent 002_index
      the migration must run after its rollback, and fails: migrations/002_index.sql:1:1: relation "people_bio" \
already exists [42P07]
      the rollback must give back the schema, and 1 object differs
      the migration, run twice, fails: migrations/002_index.sql:1:1: relation "people_bio" already exists [42P07]
      the rollback:
        extra: index public.people_bio
          + CREATE INDEX people_bio ON public.people USING btree (bio)
  proven, not idempotent 003_seed
      the migration, run twice, changes: people (1 row left)
2 proven, 1 fails; 2 cannot be run twice
"""


def test_it_says_what_is_wrong_and_where(project: ProjectFolder, prove: Run) -> None:
    outcome = prove()
    assert outcome.status == ExitStatus.FINDINGS
    assert outcome.out == TEXT
    assert outcome.err.splitlines()[0].startswith("PostgreSQL 18.")


@pytest.mark.parametrize("given", ["003", "3", "003_seed", "003_seed.sql", "migrations/003_seed.sql"])
def test_one_can_be_named(project: ProjectFolder, prove: Run, given: str) -> None:
    outcome = prove(given)
    assert outcome.status == ExitStatus.DONE
    assert outcome.out.splitlines()[0] == "  proven, not idempotent 003_seed"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["9"], "there is no migration 9"),
        (["--all", "1"], "FILES, --all and --changed exclude one another"),
        (["--base", "main"], "--base goes with --changed"),
        (["--on", "postgresql://x", "--rows", "5"], "a real database has rows of its own"),
        (["--changed"], "no base is named, so it is not known what the branch changes"),
    ],
)
def test_wrong_usage(project: ProjectFolder, prove: Run, arguments: list[str], message: str) -> None:
    outcome = prove(*arguments)
    assert outcome.status == ExitStatus.USAGE
    assert f"error: {message}" in outcome.err


def test_files_that_cannot_be_run_twice_can_be_refused(project: ProjectFolder, prove: Run) -> None:
    assert prove("1", "--require-idempotent").status == ExitStatus.DONE
    assert prove("3", "--require-idempotent").status == ExitStatus.FINDINGS


def test_verdicts_are_known_the_next_time(project: ProjectFolder, prove: Run) -> None:
    first, second = prove(), prove()
    assert second.status == first.status
    assert second.out.splitlines()[0] == "  proven       001_people (known)"
    assert second.out.splitlines()[-1].endswith("; 3 known from an earlier run")
    kept = sorted((project.path / ".surefoot/proofs").iterdir())
    assert len(kept) == 3
    assert (project.path / ".surefoot/.gitignore").read_text() == "*\n"
    assert prove("--no-cache").out == first.out


def test_only_what_depends_on_a_change_is_proven_again(project: ProjectFolder, prove: Run) -> None:
    prove()
    project.write("rollbacks/rollback_002.sql", "DROP INDEX people_bio;")
    lines = prove().out.splitlines()
    assert lines[0] == "  proven       001_people (known)"
    assert "  proven, not idempotent, rollback not idempotent 002_index" in lines
    assert "  proven, not idempotent 003_seed (known)" in lines
    project.write("migrations/001_people.sql", "CREATE TABLE people (id int, bio text);")
    assert "known" not in prove().out


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"verdict": "proven"}', b"\xff", b'{"evidence": 3}'])
def test_a_broken_cache_is_built_again(project: ProjectFolder, prove: Run, text: bytes) -> None:
    prove("1")
    (kept,) = (project.path / ".surefoot/proofs").iterdir()
    kept.write_bytes(text)
    assert prove("1").out == "  proven       001_people\n1 proven\n"
    assert json.loads(kept.read_bytes())["verdict"] == "proven"


def test_a_cache_that_cannot_be_written_is_no_matter(project: ProjectFolder, prove: Run) -> None:
    project.write(".surefoot/proofs", "this is a file")
    assert prove("1").status == ExitStatus.DONE


def test_what_nobody_asks_for_goes_after_a_month(tmp_path: Path) -> None:
    for name, days in (("old.json", 31), ("new.json", 29)):
        (tmp_path / name).write_text("{}")
        past = (tmp_path / name).stat().st_mtime - days * 86400
        os.utime(tmp_path / name, (past, past))
    Cache(tmp_path, {}).prune()
    assert [path.name for path in tmp_path.iterdir()] == ["new.json"]


def test_a_verdict_is_the_same_after_it_was_written_and_read(project: ProjectFolder, prove: Run) -> None:
    prove()
    for kept in (project.path / ".surefoot/proofs").iterdir():
        values = json.loads(kept.read_bytes())
        assert plain(read(Proof, values)) == values


def test_a_failing_migration_that_is_known_stops_what_follows(project: ProjectFolder, prove: Run) -> None:
    project.write("migrations/001_people.sql", "SELECT 1 / 0;")
    first, second = prove(), prove()
    assert first.status == second.status == ExitStatus.FINDINGS
    assert "  not reached  002_index\n      it stands after 001_people, which cannot be applied" in second.out
    assert second.out.splitlines()[-1] == "1 fails, 2 not reached; 1 known from an earlier run"


def test_json(project: ProjectFolder, prove: Run) -> None:
    outcome = prove("--format", "json")
    document = json.loads(outcome.out)
    (line,) = prove("--json").out.splitlines()
    assert json.loads(line)["failing"] == 1
    assert (document["version"], document["failing"]) == (1, 1)
    proof = document["proofs"][1]
    assert list(proof) == [
        *("verdict", "is_passed", "sides", "reasons", "is_cached", "number", "name", "path", "rollback_path"),
        *("irreversible", "lossy", "rounds", "method", "unfilled", "is_filled"),
    ]
    back = proof["rounds"][2]
    assert back["phase"] == "back"
    assert back["differences"] == [
        {
            "kind": "index",
            "identity": "public.people_bio",
            "change": "extra",
            "before": None,
            "after": "CREATE INDEX people_bio ON public.people USING btree (bio)",
        }
    ]
    (statement,) = proof["rounds"][0]["report"]["statements"]
    assert statement["footprint"]["locks"][0]["mode"] == "SHARE"


def test_github(project: ProjectFolder, prove: Run) -> None:
    lines = prove("--format", "github").out.splitlines()
    assert lines[0].startswith(
        "::error file=migrations/002_index.sql,line=1,col=1,title=002_index%3A fails%2C not idempotent::"
    )
    assert lines[1] == "::warning title=surefoot prove::the scratch server is PostgreSQL 18, the manifest says 15"
    assert lines[2] == "::notice title=surefoot prove::2 proven, 1 fails; 2 cannot be run twice"
    assert lines[3].startswith(
        "::notice file=migrations/003_seed.sql,line=1,title=003_seed%3A proven%2C not idempotent::"
    )


def test_junit(project: ProjectFolder, prove: Run) -> None:
    root = ET.fromstring(prove("--format", "junit").out)
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    failure = cases["002_index"].find("failure")
    assert failure is not None
    assert failure.text is not None
    assert "extra: index public.people_bio" in failure.text
    assert cases["001_people"].find("failure") is None


def test_markdown(project: ProjectFolder, prove: Run) -> None:
    text = prove("--format", "markdown").out
    assert text.startswith("### surefoot prove: 2 proven, 1 fails; 2 cannot be run twice\n")
    assert "| <code>002_index</code> | fails, not idempotent |" in text
    assert "extra: index public.people_bio" in text
    assert "001_people" not in text


def test_a_report_goes_into_a_file(project: ProjectFolder, prove: Run) -> None:
    outcome = prove("--format", "json", "-o", "out.json")
    assert outcome.out == ""
    assert outcome.err.endswith("2 proven, 1 fails; 2 cannot be run twice; written to out.json\n")
    assert json.loads((project.path / "out.json").read_text())["failing"] == 1


def test_the_formats_are_all_there() -> None:
    assert command_module.FORMATS == FORMATS


def test_details_tell_locks_and_drops(project: ProjectFolder, prove: Run) -> None:
    project.write("rollbacks/rollback_002.sql", "DROP INDEX people_bio;")
    text = prove("2", "--details").out
    assert "public.people: SHARE for" in text
    assert "rollbacks/rollback_002.sql:1: drops index public.people_bio" in text


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_only_what_a_branch_changes_is_proven(project: ProjectFolder, prove: Run) -> None:
    git(project.path, "init", "-b", "main")
    git(project.path, "add", ".")
    git(project.path, "commit", "-m", "first")
    assert prove("--changed", "--base", "main").out == "there is nothing to prove\n"
    project.add("004_next.sql", "CREATE TABLE IF NOT EXISTS next ();", "DROP TABLE IF EXISTS next;")
    project.write("rollbacks/rollback_003.sql", "DELETE FROM people;")
    project.save()
    outcome = prove("--changed", "--base", "main")
    assert [line.split()[-1] for line in outcome.out.splitlines() if line.startswith("  p")] == ["003_seed", "004_next"]


def test_a_base_that_is_not_known_is_an_error(project: ProjectFolder, prove: Run) -> None:
    git(project.path, "init", "-b", "main")
    outcome = prove("--changed", "--base", "nowhere")
    assert outcome.status != ExitStatus.DONE
    assert "nowhere" in outcome.err


def real_database(project: ProjectFolder, url: str) -> None:
    """Apply the first migration to a database of its own, and let people use it."""
    with connect(Target(url, "the test")) as connection:
        surefoot.migrate(project.load(), connection, to="1")
        connection.execute("INSERT INTO people SELECT g, 'bio ' || g FROM generate_series(1, 300) AS g")


@pytest.mark.parametrize("form", ["url", "plain", "custom", "tar"])
def test_it_rehearses_on_a_copy_of_a_real_database(
    project: ProjectFolder, prove: Run, database_url: str, server: Server, form: str
) -> None:
    project.add("004_bio.sql", "ALTER TABLE people ALTER COLUMN bio TYPE varchar(9);", "SELECT 1;", requires="[]")
    real_database(project, database_url)
    origin = database_url
    if form != "url":
        origin = str(project.path / "dump")
        subprocess.run([server.binaries / "pg_dump", f"--format={form}", f"--file={origin}", database_url], check=True)
    outcome = prove("--on", origin)
    assert outcome.status == ExitStatus.FINDINGS
    assert "001_people" not in outcome.out
    assert "people (300 rows" not in outcome.out
    assert "migrations/004_bio.sql:1, rewritten (another type)" in outcome.out
    assert "the copy is not whole" not in outcome.err
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT max(number) FROM surefoot.applied").fetchone() == (1,)
    with psycopg.connect(server.url) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        assert left.fetchall() == []


def test_values_that_real_rows_lose_are_named(project: ProjectFolder, prove: Run, database_url: str) -> None:
    project.add("004_bio.sql", "ALTER TABLE people DROP COLUMN bio;", "ALTER TABLE people ADD COLUMN bio text;")
    real_database(project, database_url)
    outcome = prove("4", "--on", database_url)
    assert "does not: people.bio (300 values)" in outcome.out


def test_roles_that_a_dump_speaks_of_are_made(project: ProjectFolder, prove: Run, server: Server) -> None:
    project.write(
        "dump.sql",
        'CREATE TABLE people (id int, bio text);\nALTER TABLE people OWNER TO "the owner";\n'
        "GRANT SELECT ON people TO reader;\nSELECT nonsense;\n",
    )
    outcome = prove("3", "--on", "dump.sql")
    assert outcome.out.splitlines()[0] == "  proven, not idempotent 003_seed"
    assert '; the copy is not whole: column "nonsense" does not exist' in outcome.err
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname IN ('the owner', 'reader')").rowcount == 0


@pytest.mark.parametrize(
    ("origin", "status", "message"),
    [
        ("nothing.dump", ExitStatus.USAGE, "there is no file nothing.dump"),
        ("comments.sql", ExitStatus.USAGE, "nothing could be restored from comments.sql"),
        ("", ExitStatus.USAGE, "--on is empty"),
        ("postgresql://nobody@127.0.0.1:1/x", ExitStatus.NO_CONNECTION, "cannot connect"),
        ("no_ledger.sql", ExitStatus.USAGE, "the database has no ledger"),
    ],
)
def test_what_cannot_be_rehearsed(
    project: ProjectFolder, prove: Run, origin: str, status: ExitStatus, message: str
) -> None:
    project.write("comments.sql", "-- nothing\n")
    project.write("no_ledger.sql", "CREATE TABLE x ();")
    outcome = prove("--on", origin)
    assert outcome.status == status
    assert message in outcome.err
    assert "--wait" not in outcome.err


def test_a_dump_never_leads_to_another_database(
    project: ProjectFolder, prove: Run, server: Server, database_url: str
) -> None:
    (name,) = [part[1] for part in (pair.split("=") for pair in database_url.split()) if part[0] == "dbname"]
    project.write("dump.sql", f"\\connect {name}\nCREATE TABLE intruder ();\n")
    outcome = prove("3", "--on", "dump.sql")
    assert outcome.status == ExitStatus.USAGE
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('intruder')").fetchone() == (None,)


def test_a_dump_that_was_cut_off_is_told(project: ProjectFolder, prove: Run) -> None:
    project.write("cut.sql", "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE people (id int, bio text);\n")
    outcome = prove("3", "--on", "cut.sql")
    assert "; the copy is not whole: the end of the dump is missing" in outcome.err


def copies_in(folder: Path) -> list[str]:
    """Find the dumps of real data; what goes meanwhile is passed over."""
    return [name for _, _, names in os.walk(folder) for name in names if name.startswith("copy-")]


def test_a_killed_prover_leaves_no_copy_of_real_data(
    project: ProjectFolder, command: Command, database_url: str
) -> None:
    real_database(project, database_url)
    temporary = Path(command.environment["TMPDIR"])
    with psycopg.connect(database_url) as connection:
        connection.execute("LOCK TABLE people")  # for which pg_dump waits
        with command.start("prove", "--on", database_url) as prover:
            wait_until(lambda: copies_in(temporary))
            prover.kill()
        wait_until(lambda: not copies_in(temporary))


def test_an_empty_database_is_named(project: ProjectFolder, prove: Run, database_url: str) -> None:
    outcome = prove("--on", database_url)
    assert outcome.status == ExitStatus.USAGE
    assert "error: nothing could be restored of the database " in outcome.err
    assert "why: it holds no table\nnext: " in outcome.err


def test_what_comes_before_must_run(project: ProjectFolder, prove: Run) -> None:
    project.write("migrations/001_people.sql", "CREATE TABL people ();")
    outcome = prove("3")
    assert outcome.status == ExitStatus.SQL_FAILED
    assert outcome.status in command_module.MANUAL.statuses
    assert "next: surefoot prove 001_people\n" in outcome.err


def test_a_machine_without_room_is_no_verdict(project: ProjectFolder, prove: Run) -> None:
    full = "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'"
    project.add("004_full.sql", f"DO $$ BEGIN {full}; END $$;", "SELECT 1;")
    project.save()
    outcome = prove("4")
    assert outcome.status == ExitStatus.NO_CONNECTION
    assert "error: the scratch server cannot go on: could not extend file [53100]\n" in outcome.err
    assert "why: 004_full is not judged: that says nothing of its files\n" in outcome.err
    assert not (project.path / ".surefoot/proofs").exists()


def test_a_place_that_cannot_be_written_is_refused_before_the_work(project: ProjectFolder, prove: Run) -> None:
    outcome = prove("--no-cache", "--format", "junit", "-o", "manifest.yaml/proof.xml")
    assert outcome.status == ExitStatus.USAGE
    assert outcome.err.startswith("error: the page cannot be written: ")
    assert "PostgreSQL" not in outcome.err


def test_the_folder_of_a_report_is_made(project: ProjectFolder, prove: Run) -> None:
    assert prove("1", "--format", "junit", "-o", "reports/proof.xml").status == ExitStatus.DONE
    assert (project.path / "reports/proof.xml").read_text().startswith("<?xml")


def test_a_server_of_our_own_is_used_where_none_is_named(
    project: ProjectFolder, command: Command, temporary: Path
) -> None:
    outcome = command("prove", "1", TMPDIR=str(temporary))
    assert outcome.status == ExitStatus.DONE, outcome.err
    assert outcome.out == "  proven       001_people\n1 proven\n"
