"""What the prover finds and sees in real migrations on a real server."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg
import pytest
from fix_command import Command, wait_until
from fix_project import ProjectFolder
from fix_prove import Prove

from surefoot.dryrun_report import StatementReport
from surefoot.errors import SqlFailed
from surefoot.prove import prove_in_order
from surefoot.proving.line import subject_of
from surefoot.proving.proof import NO_ROLLBACK, Proof
from surefoot.proving.rounds import opened
from surefoot.scratch.databases import Databases
from surefoot_lint.errors import ExitStatus

ASLEEP = "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"
LEADS = "CREATE TABLE leads (id serial PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);"


def statements(proof: Proof, phase: str = "forward") -> list[StatementReport]:
    round_ = proof.evidence.round(phase)  # type: ignore[arg-type]
    assert round_ is not None
    assert round_.report is not None
    return list(round_.report.statements)


def verdict(folder: ProjectFolder, prove: Prove, migration: str, rollback: str | None, **keys: str) -> Proof:
    """Prove a migration that comes after the table of leads."""
    folder.add("001_leads.sql", LEADS, "DROP TABLE leads;")
    folder.add("002_case.sql", migration, rollback, **keys)
    return prove(folder, 2)[0]


PROVEN = {
    "a column": ("ALTER TABLE leads ADD COLUMN IF NOT EXISTS a int;", "ALTER TABLE leads DROP COLUMN IF EXISTS a;"),
    "deferred triggers": (
        """
        CREATE TABLE IF NOT EXISTS n (id int PRIMARY KEY, n int REFERENCES n DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO n VALUES (1, 2), (2, 1) ON CONFLICT DO NOTHING;
        """,
        "DROP TABLE IF EXISTS n;",
    ),
    "COPY": (
        "CREATE TABLE IF NOT EXISTS c (v text);\nTRUNCATE c;\nCOPY c FROM stdin;\none\ntwo\n\\.\n",
        "DROP TABLE IF EXISTS c;",
    ),
    "settings of the session": ("SET search_path = nowhere; CREATE TABLE IF NOT EXISTS public.s ();",
                                "SET ROLE pg_monitor; RESET ROLE; DROP TABLE IF EXISTS s;"),
    "a seed with its keys": ("INSERT INTO leads (id, email) VALUES (7, 'a') ON CONFLICT DO NOTHING;",
                             "DELETE FROM leads WHERE id = 7;"),
    "a temporary table": ("CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1; CREATE TABLE IF NOT EXISTS k ();",
                          "DROP TABLE IF EXISTS k;"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVEN)
def test_what_is_right_is_proven(folder: ProjectFolder, prove: Prove, name: str) -> None:
    proof = verdict(folder, prove, *PROVEN[name])
    assert (proof.verdict, proof.reasons, proof.sides) == ("proven", (), ())
    assert proof.evidence.method == "one transaction"
    assert [one.phase for one in proof.evidence.rounds] == [
        *("forward", "forward again", "back", "back again", "forward once more")
    ]


def test_a_migration_that_drops_what_watches_it_is_judged(folder: ProjectFolder, prove: Prove) -> None:
    clear = "DO $$ BEGIN EXECUTE 'DROP SCHEMA IF EXISTS surefoot_proof CASCADE'; END $$; CREATE TABLE t ();"
    proof = verdict(folder, prove, clear, "DROP TABLE t;")
    assert (proof.verdict, proof.sides) == ("proven", ("not idempotent", "rollback not idempotent"))
    folder.add("003_after.sql", "CREATE TABLE u ();", "DROP TABLE u; CREATE TABLE v ();")
    assert [one.verdict for one in prove(folder)] == ["proven", "proven", "differs"]


ON_COPIES = {
    "a concurrent index": (
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON leads (score);",
        "DROP INDEX CONCURRENTLY IF EXISTS i;",
        {"transaction": "false"},
    ),
    "an enum label that its rollback uses": (
        "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE moods (mood mood);",
        "ALTER TYPE mood ADD VALUE 'none'; DROP TABLE moods; DROP TYPE mood;",
        {},
    ),
    "VACUUM": ("VACUUM leads;", "VACUUM FULL leads;", {"transaction": "false"}),
}


@pytest.mark.parametrize("name", ON_COPIES)
def test_what_needs_transactions_of_its_own_is_proven_on_copies(folder: ProjectFolder, prove: Prove, name: str) -> None:
    migration, rollback, keys = ON_COPIES[name]
    proof = verdict(folder, prove, migration, rollback, **keys)
    assert proof.verdict == "proven", proof.reasons


def test_a_label_used_after_its_commit_is_no_failure(folder: ProjectFolder, prove: Prove) -> None:
    """Going forward once more uses a label that going back has made: in one transaction that is refused."""
    folder.add("001_size.sql", "CREATE TYPE size AS ENUM ('s', 'm');", rollback=None, irreversible="a test")
    folder.add(
        "002_sizes.sql",
        "ALTER TYPE size RENAME VALUE 'm' TO 'l';",
        "ALTER TYPE size ADD VALUE IF NOT EXISTS 'm';\nSELECT 'm'::size;",
    )
    proof = prove(folder, 2)[0]
    assert proof.evidence.method == "copies of the database"
    assert proof.verdict == "fails"
    assert "unsafe use of new value" in proof.reasons[0]


def test_a_failing_migration_stops_all_that_follow(folder: ProjectFolder, prove: Prove) -> None:
    folder.add("001_one.sql", "CREATE TABLE one (id int);\nSELECT 1 / 0;", "DROP TABLE one;")
    folder.add("002_two.sql", "CREATE TABLE two (id int);", "DROP TABLE two;")
    one, two = prove(folder)
    assert one.reasons == ("the migration must run, and fails: migrations/001_one.sql:2:1: division by zero [22012]",)
    assert (two.verdict, two.reasons) == ("not reached", ("it stands after 001_one, which cannot be applied",))


def test_a_failing_migration_before_those_wanted_is_an_error(folder: ProjectFolder, databases: Databases) -> None:
    folder.add("001_one.sql", "SELECT 1 / 0;")
    folder.add("002_two.sql", "SELECT 2;")
    project = folder.load()
    with pytest.raises(SqlFailed) as caught:
        prove_in_order(databases, project, [subject_of(project, one) for one in project.migrations], [2])
    assert str(caught.value.where) == "migrations/001_one.sql:1:1"
    assert caught.value.next_step == "surefoot prove 001_one"


def test_a_wrong_rollback_does_not_spoil_what_follows(folder: ProjectFolder, prove: Prove) -> None:
    folder.add("001_one.sql", "CREATE TABLE one (id serial); INSERT INTO one DEFAULT VALUES;", "DROP TABLE ones;")
    folder.add("002_two.sql", "ALTER TABLE one ADD COLUMN a int;", "DROP TABLE one;")
    folder.add("003_three.sql", "INSERT INTO one (a) VALUES (2); DO 'BEGIN ASSERT (SELECT max(id) = 2 FROM one); END';",
               "DELETE FROM one WHERE id = 2; SELECT setval('one_id_seq', 1);")  # fmt: skip
    found = prove(folder)
    assert [proof.verdict for proof in found] == ["fails", "fails", "proven"]


def test_a_migration_without_rollback_must_say_why(folder: ProjectFolder, prove: Prove) -> None:
    folder.add("001_one.sql", "CREATE TABLE IF NOT EXISTS one (id int);", rollback=None)
    folder.add("002_two.sql", "CREATE TABLE IF NOT EXISTS two (id int);", rollback=None, irreversible="it is old")
    one, two = prove(folder)
    assert (one.verdict, one.reasons) == ("fails", (NO_ROLLBACK,))
    assert (two.verdict, two.sides, two.evidence.irreversible) == ("proven", (), "it is old")
    assert [round_.phase for round_ in two.evidence.rounds] == ["forward", "forward again"]


def test_a_file_that_cannot_be_run_twice_is_a_note(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(folder, prove, "CREATE INDEX i ON leads (score);", "DROP INDEX i;")
    assert (proof.verdict, proof.sides) == ("proven", ("not idempotent", "rollback not idempotent"))
    assert proof.is_passed


def test_rows_that_a_second_run_adds_are_seen(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(folder, prove, "INSERT INTO leads (email) VALUES ('a');", "DELETE FROM leads WHERE email = 'a';")
    assert (proof.verdict, proof.sides) == ("proven", ("not idempotent",))


def test_a_loss_that_is_declared_passes(folder: ProjectFolder, prove: Prove) -> None:
    folder.add("001_one.sql", "CREATE TABLE one (a int, b int); INSERT INTO one VALUES (1, 2);", "DROP TABLE one;")
    folder.add("002_two.sql", "ALTER TABLE one DROP COLUMN b;", "ALTER TABLE one ADD COLUMN b int;", lossy="b is old")
    proof = prove(folder, 2)[0]
    assert (proof.verdict, proof.is_passed) == ("lossy", True)
    assert proof.reasons == ("the rollback must give back all rows and values, and does not: one.b (1 value)",)


def test_locks_and_rows_are_seen_in_both_directions(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(
        folder,
        prove,
        "INSERT INTO leads (email) VALUES ('a'), ('b');\nCREATE INDEX i ON leads (score);",
        "DROP INDEX i;\nDELETE FROM leads;",
    )
    insert, index = statements(proof)
    assert insert.tag == "INSERT 0 2"
    assert [str(lock.mode) for lock in insert.footprint.locks if lock.relation.name == "public.leads"] == [
        "ROW EXCLUSIVE"
    ]
    assert [str(lock.mode) for lock in index.footprint.locks] == ["SHARE"]
    drop, delete = statements(proof, "back")
    assert drop.drops == ("index public.i",)
    assert {(lock.relation.name, str(lock.mode)) for lock in drop.footprint.locks} == {
        ("public.leads", "ACCESS EXCLUSIVE"),
        ("public.i", "ACCESS EXCLUSIVE"),
    }
    assert delete.tag == "DELETE 2"


def test_many_inserts_are_one_line(folder: ProjectFolder, prove: Prove) -> None:
    inserts = "\n".join(f"INSERT INTO leads (email) VALUES ('{number}');" for number in range(150))
    proof = verdict(folder, prove, f"SELECT 1;\n{inserts}\nANALYZE leads;\n{inserts}", "DELETE FROM leads;")
    told = [(statement.line, statement.tag) for statement in statements(proof)]
    assert told == [(1, "SELECT 1"), (2, "INSERT 0 150"), (152, "ANALYZE"), (153, "INSERT 0 150")]


REWRITES = {
    "ALTER TABLE leads ALTER COLUMN score TYPE bigint;": "rewritten (another type)",
    "ALTER TABLE leads ADD COLUMN at timestamptz DEFAULT clock_timestamp();": (
        "rewritten (a default that must be computed)"
    ),
    "ALTER TABLE leads SET UNLOGGED;": "rewritten (logged or not)",
    "CLUSTER leads USING leads_pkey;": "rewritten or truncated",
    "TRUNCATE leads;": "truncated",
}


@pytest.mark.parametrize("sql", REWRITES)
def test_rewrites_are_seen_with_their_reason(folder: ProjectFolder, prove: Prove, sql: str) -> None:
    proof = verdict(folder, prove, sql, "SELECT 1;")
    rewrites = statements(proof)[0].footprint.rewrites
    told = [str(rewrite) for rewrite in rewrites if rewrite.relation.name == "public.leads"]
    assert told == [REWRITES[sql].replace("rewritten or truncated", "rewritten")]


@pytest.mark.parametrize("transaction", ["true", "false"])
def test_an_index_that_keeps_its_file_is_not_rewritten(folder: ProjectFolder, prove: Prove, transaction: str) -> None:
    folder.add("001_leads.sql", LEADS + "CREATE INDEX leads_email ON leads (email);", "DROP TABLE leads;")
    folder.add("002_case.sql", "ALTER TABLE leads ALTER email TYPE varchar;", "SELECT 1;", transaction=transaction)
    (proof,) = prove(folder, 2)
    (statement,) = statements(proof)
    assert statement.footprint.locks
    assert (statement.footprint.rewrites, statement.footprint.dropped, statement.drops) == ((), (), ())


def test_an_index_that_a_type_change_rebuilds_is_not_dropped(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(folder, prove, "ALTER TABLE leads ALTER COLUMN id TYPE bigint;", "SELECT 1;")
    (statement,) = statements(proof)
    assert statement.drops == ()
    assert {rewrite.relation.name for rewrite in statement.footprint.rewrites} == {"public.leads", "public.leads_pkey"}
    assert statement.footprint.dropped == ()


def test_a_cascade_is_seen_but_not_the_parts_of_what_goes(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(
        folder, prove, "CREATE VIEW v AS SELECT id FROM leads;\nALTER TABLE leads DROP COLUMN id CASCADE;", "SELECT 1;"
    )
    assert set(statements(proof)[1].drops) == {"table column public.leads.id", "view public.v"}


def test_concurrent_statements_are_watched_from_beside(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(
        folder,
        prove,
        "CREATE INDEX CONCURRENTLY i ON leads (score);\nREINDEX INDEX CONCURRENTLY i;",
        "DROP INDEX CONCURRENTLY i;",
        transaction="false",
    )
    create, reindex = statements(proof)
    assert [(lock.relation.name, str(lock.mode)) for lock in create.footprint.locks] == [
        ("public.leads", "SHARE UPDATE EXCLUSIVE")
    ]
    assert [str(rewrite.relation) for rewrite in reindex.footprint.rewrites] == ["index public.i"]
    (drop,) = statements(proof, "back")
    assert ("public.leads", "SHARE UPDATE EXCLUSIVE") in [
        (lock.relation.name, str(lock.mode)) for lock in drop.footprint.locks
    ]
    assert drop.drops == ("index public.i",)


LEFT = {
    "SET search_path = public, pg_catalog;": "setting of the session search_path = public, pg_catalog",
    "SET ROLE pg_monitor;": "role of the session pg_monitor",
    "CREATE TEMP TABLE t ();": "temporary object t",
    "PREPARE p AS SELECT 1;": "prepared statement p",
    "LISTEN news;": "channel listened to news",
    "SELECT pg_advisory_lock(5);": "advisory lock 5",
    "ALTER TABLE leads ADD CONSTRAINT c CHECK (id > 0) NOT VALID;": "constraint that is not validated c on leads",
}


@pytest.mark.parametrize("sql", LEFT)
def test_what_a_migration_leaves_is_named(folder: ProjectFolder, prove: Prove, sql: str) -> None:
    proof = verdict(folder, prove, sql, "ALTER TABLE leads DROP CONSTRAINT IF EXISTS c;")
    forward = proof.evidence.round("forward")
    assert forward is not None
    told = [str(one) for one in forward.leftovers]
    assert f"{LEFT[sql]}, left by the migration" in told


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("CREATE ROLE surefoot_test_left;", "role surefoot_test_left"),
        ("SELECT lo_create(4711);", "large object 4711"),
    ],
)
def test_what_a_rollback_leaves_is_named(
    folder: ProjectFolder, prove: Prove, databases: Databases, sql: str, left: str
) -> None:
    try:
        proof = verdict(folder, prove, sql, "SELECT 1;")
    finally:
        databases.admin.execute("DROP ROLE IF EXISTS surefoot_test_left")
    back = proof.evidence.round("back")
    assert back is not None
    assert [str(one) for one in back.leftovers] == [f"{left}, left by the rollback"]


def test_sequences_stand_where_going_forward_left_them(folder: ProjectFolder, databases: Databases) -> None:
    folder.add("001_one.sql", "CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'));", rollback=None)
    folder.add("002_two.sql", "INSERT INTO t DEFAULT VALUES;", "DELETE FROM t; SELECT nextval('s');")
    project = folder.load()
    prove_in_order(databases, project, [subject_of(project, one) for one in project.migrations], [1, 2])
    with opened(databases, databases.names[0]) as trial:
        assert trial.connection.execute("SELECT last_value, is_called FROM s").fetchone() == (1, True)
        assert trial.connection.execute("SELECT id FROM t").fetchall() == [(1,)]


def test_two_provers_on_one_server_do_not_disturb_each_other(folder: ProjectFolder, databases: Databases) -> None:
    folder.add("001_one.sql", "CREATE TABLE one (id int);", "DROP TABLE one;")
    project = folder.load()
    subjects = [subject_of(project, one) for one in project.migrations]
    second = Databases(databases.scratch, databases.admin)
    assert [proof.verdict for proof in prove_in_order(databases, project, subjects, [1])] == ["proven"]
    assert [proof.verdict for proof in prove_in_order(second, project, subjects, [1])] == ["proven"]
    assert not set(databases.names) & set(second.names)
    second.drop_all()
    wait_until(lambda: not second.names)


def test_a_concurrent_index_leaves_no_setting(folder: ProjectFolder, prove: Prove) -> None:
    proof = verdict(
        folder, prove, "CREATE INDEX CONCURRENTLY i ON leads (score);", "DROP INDEX i;", transaction="false"
    )
    assert [round_.leftovers for round_ in proof.evidence.rounds] == [()] * 5


def test_an_invalid_index_that_is_left_is_a_failure(folder: ProjectFolder, prove: Prove) -> None:
    folder.add("001_leads.sql", LEADS, "DROP TABLE leads;")
    folder.add(
        "002_case.sql",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'leads_pkey'::regclass;",
        "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'leads_pkey'::regclass;",
    )
    (proof,) = prove(folder, 2)
    assert proof.verdict == "fails"
    assert proof.reasons == ("the migration must leave no invalid index, and leaves leads_pkey",)


def test_an_interruption_leaves_nothing(folder: ProjectFolder, command: Command, temporary: Path) -> None:
    folder.add("001_wait.sql", "SELECT pg_sleep(600);", "SELECT 1;")
    folder.save()
    process = command.start("prove", TMPDIR=str(temporary))
    try:
        wait_until(lambda: process.poll() is not None or is_asleep(temporary))
        servers = list(temporary.glob("surefoot-scratch-*"))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == ExitStatus.INTERRUPTED, said
    assert "interrupted in the prover" in said
    assert "state: the scratch databases are gone, and nothing else was touched" in said
    assert [server for server in servers if server.exists()] == []
    assert len(servers) == 1


def is_asleep(folder: Path) -> bool:
    """Tell whether a scratch server below a folder runs the migration that waits."""
    for pid_file in folder.glob("surefoot-scratch-*/pgdata/postmaster.pid"):
        try:
            socket = pid_file.parent / pid_file.read_text().splitlines()[4]
            with psycopg.connect(host=str(socket), port=5432, user="postgres", dbname="postgres") as connection:
                found = connection.execute(ASLEEP)
                return found.rowcount > 0
        except (psycopg.OperationalError, OSError, IndexError):
            continue
    return False
