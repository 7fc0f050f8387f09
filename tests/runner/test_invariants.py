"""What must hold by name: each invariant names what breaks it, by `verify` and by psql."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from fix_command import PATIENCE_SECONDS, Command, Run, wait_until
from fix_invariants import BREAKING_INDEX, SCHEMA
from fix_project import ProjectFolder
from fix_role import MakeRole
from fix_runbook import Psql
from jsonschema import Draft202012Validator
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from yaml import safe_load

import surefoot
from surefoot.servers import Server
from surefoot.watching import Round
from surefoot_lint.errors import ManifestError
from surefoot_lint.invariant import all_invariants
from surefoot_lint.manifest_keys import manifest_schema

NO_RLS, NO_POLICY = "public.bare has no row-level security", "public.bare has no policy"
CASES = [
    ("rls_enabled: true", [NO_RLS]),
    ("rls_enabled: false", None),
    ("rls_enabled: {schemas: [public]}", [NO_RLS]),
    ("rls_enabled: {schemas: [public, sales]}", [NO_RLS, 'sales."Odd one" has no row-level security']),
    ("rls_enabled: {except: [bare]}", []),
    ("rls_enabled: {except: [public.bare]}", []),
    ("rls_enabled: {schemas: [sales], except: ['sales.Odd one']}", []),
    ("rls_enabled: {schemas: [nowhere, public], except: [bare]}", ["there is no schema nowhere"]),
    ("policies_present: true", [NO_POLICY]),
    ("policies_present: {except: [bare]}", []),
    ("no_invalid_indexes: true", ["the index bare_id is INVALID"]),
    ("no_invalid_indexes: {schemas: [sales]}", []),
    ("constraints_validated: true", ["the constraint positive of public.bare is not validated"]),
    ("constraints_validated: {except: [bare]}", []),
    ("constraints_validated: {schemas: [sales]}", ["the constraint short of the domain sales.word is not validated"]),
    ("foreign_keys_indexed: true", ["the foreign key bare_safe_id_fkey of public.bare has no index"]),
    ("foreign_keys_indexed: {schemas: [sales]}", []),
    ("tables: [safe, public.bare, 'sales.Odd one']", []),
    ("tables: []", None),
    ('tables: [shown, sales.safe, "o\'clock\\\\"]', ['public."o\'clock\\"', "public.shown", "sales.safe"]),
    ("indexes: [safe_pkey]", []),
    ("indexes: [bare_id, safe]", ["the index public.bare_id is INVALID", "there is no index public.safe"]),
    ("policies: {safe: [everybody], bare: []}", []),
    ("policies: {}", None),
    (
        'policies: {safe: [nobody], bare: ["the owner\'s"], sales.gone: []}',
        [
            'the policy "the owner\'s" of public.bare is missing',
            "the policy everybody of public.safe is not in the manifest",
            "the policy nobody of public.safe is missing",
            "there is no table sales.gone",
        ],
    ),
    ("enums: {mood: [sad, ok, happy], sales.size: [s]}", []),
    (
        "enums: {mood: [sad, ok, happy, angry]}",
        ["the enum public.mood has sad, ok, happy, and not sad, ok, happy, angry"],
    ),
    ("enums: {mood: [ok, sad]}", ["the enum public.mood has sad, ok, happy, and not ok, sad"]),
    ("enums: {size: [s]}", ["there is no enum public.size"]),
    ("buckets: [avatars, {id: papers, public: false}]", []),
    (
        "buckets: [{id: avatars, public: false}, {id: papers, public: true}, media]",
        ["the bucket avatars is public", "the bucket papers is not public", "there is no bucket media"],
    ),
    ("counts: {tables: 2, indexes: 2, policies: 1, views: 1, enums: 1, functions: 0, triggers: 0}", []),
    ("counts: {tables: 1, policies: 0, like: 'safe%'}", ["1 policies like safe%, and not 0"]),
    ("counts: {tables: 3, schemas: [public, sales], materialized_views: 0, sequences: 0}", []),
    ("counts: {tables: {min: 2}, indexes: {max: 2}, views: {min: 1, max: 3}}", []),
    (
        "counts: {tables: {min: 3}, indexes: {max: 1}, views: {min: 2, max: 3}, schemas: [public]}",
        ["1 views, and not 2 to 3", "2 indexes, and not 0 to 1", "2 tables, and not 3 or more"],
    ),
    ("counts: {like: 'safe%'}", None),
]


@pytest.fixture
def made(connection: psycopg.Connection) -> psycopg.Connection:
    """A database in which much is as it must be, and much is not."""
    connection.execute(SCHEMA)
    connection.execute(BREAKING_INDEX)
    return connection


@pytest.mark.parametrize(("said", "found"), CASES)
def test_what_breaks_it_is_named(
    folder: ProjectFolder, made: psycopg.Connection, said: str, found: list[str] | None
) -> None:
    folder.tail = f"invariants:\n  {said}\n"
    Draft202012Validator(manifest_schema()).validate(safe_load(folder.save().read_text()))
    answers = surefoot.verify(folder.load(), made).answers
    if found is None:
        assert answers == ()
        return
    (answer,) = answers
    prefix = "there is no table " if said.startswith("tables") else ""
    assert [row for (row,) in answer.rows] == [f"{prefix}{one}" for one in found]
    assert answer.is_expected == (not found)
    assert answer.check.place.line == 6


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("rls: true", "invariants.rls: unknown key"),
        ("rls_enabled: yes please", "invariants.rls_enabled: must be true or false"),
        ("rls_enabled: {schema: public}", "invariants.rls_enabled.schema: unknown key"),
        ("tables: users", "invariants.tables: must be a list: each line begins with a dash"),
        ("tables: [1]", "invariants.tables: must be a name, with its schema in front where that is not public: "),
        ("enums: [mood]", "invariants.enums: must be a mapping of names"),
        ("enums: {mood: [a], mood: [b]}", "invariants.enums.mood: stands here a second time"),
        ("buckets: [{public: true}]", "invariants.buckets: the key id is missing (the bucket)"),
        ("counts: {tables: many}", "invariants.counts.tables: must be a whole number from 0 to 1000000"),
        ("counts: {tables: {min: 3, max: 2}}", "invariants.counts.tables: min is greater than max"),
        ("counts: {tables: {mim: 3}}", "invariants.counts.tables.mim: unknown key"),
        ("policies: {orders: read}", "invariants.policies.orders: must be a list: each line begins with a dash"),
    ],
)
def test_what_is_not_understood_is_refused(folder: ProjectFolder, said: str, message: str) -> None:
    folder.tail = f"invariants:\n  {said}\n"
    with pytest.raises(ManifestError) as caught:
        folder.load()
    assert caught.value.what.startswith(message)


def test_several_counts_have_names_of_their_own(folder: ProjectFolder, made: psycopg.Connection) -> None:
    folder.tail = "invariants:\n  counts: [{tables: 2}, {tables: 9, like: 'b%'}, {enums: 1, schemas: [sales]}]\n"
    answers = surefoot.verify(folder.load(), made).answers
    assert [(one.check.name, one.is_expected) for one in answers] == [
        ("counts", True),
        ("counts like b%", False),
        ("counts in sales", True),
    ]


KEYED = """
CREATE TABLE safe (id int PRIMARY KEY, other int, UNIQUE (id, other));
CREATE TABLE referring (
    safe_id int CONSTRAINT single REFERENCES safe, other int,
    CONSTRAINT twofold FOREIGN KEY (safe_id, other) REFERENCES safe (id, other)
);
"""


@pytest.mark.parametrize(
    ("index", "unindexed"),
    [
        ("(safe_id)", ["twofold"]),
        ("(other, safe_id)", ["single"]),
        ("(safe_id, other)", []),
        ("(safe_id) INCLUDE (other)", ["twofold"]),
        ("(safe_id, other) WHERE safe_id IS NOT NULL", []),
        ("(safe_id, other) WHERE safe_id > 9", ["single", "twofold"]),
        ("(safe_id, (other + 1))", ["twofold"]),
        ("USING brin (safe_id, other)", ["single", "twofold"]),
        ("USING hash (safe_id)", ["twofold"]),
    ],
)
def test_an_index_that_helps_a_foreign_key(
    folder: ProjectFolder, connection: psycopg.Connection, index: str, unindexed: list[str]
) -> None:
    connection.execute(KEYED)
    connection.execute(sql.SQL("CREATE INDEX ON referring {}").format(sql.SQL(index)))
    folder.tail = "invariants: {foreign_keys_indexed: true}\n"
    (answer,) = surefoot.verify(folder.load(), connection).answers
    assert [row for (row,) in answer.rows] == [
        f"the foreign key {name} of public.referring has no index" for name in unindexed
    ]


def test_what_belongs_to_an_extension_is_its_own_matter(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE taken_in (id int); CREATE EXTENSION citext")
    connection.execute("ALTER EXTENSION citext ADD TABLE taken_in")
    folder.tail = "invariants: {rls_enabled: true, counts: {tables: 0, functions: 0}}\n"
    assert all(answer.is_expected for answer in surefoot.verify(folder.load(), connection).answers)


def test_an_invalid_index_is_told_once(folder: ProjectFolder, made: psycopg.Connection) -> None:
    assert surefoot.verify(folder.load(), made).problems == ("the index bare_id is INVALID",)
    folder.tail = "invariants: {no_invalid_indexes: true}\n"
    found = surefoot.verify(folder.load(), made)
    assert (found.problems, found.holds) == ((), False)


@contextmanager
def sent(connection: psycopg.Connection, tmp_path: Path) -> Iterator[list[str]]:
    """Give, once the block has ended, the messages with questions that libpq has sent in it."""
    found: list[str] = []
    with (tmp_path / "trace").open("w") as file:
        connection.pgconn.trace(file.fileno())
        yield found
        connection.pgconn.untrace()
    found.extend(line for line in (tmp_path / "trace").read_text().splitlines() if "\tQuery\t" in line)


def test_invariants_are_asked_in_one_round_trip(
    folder: ProjectFolder, made: psycopg.Connection, tmp_path: Path
) -> None:
    """What cannot be asked must not hide the others: then they are asked one by one."""
    folder.tail = (
        "invariants:\n  tables: [safe]\n  rls_enabled: {except: [bare]}\n  enums: {sales.size: [s]}\n"
        "checks:\n  - {name: mine, sql: SELECT 1, expect: 1}\n"
    )
    project = folder.load()
    with sent(made, tmp_path) as trips:
        assert all(answer.is_expected for answer in surefoot.verify(project, made).answers)
    few = len(trips)
    folder.tail = "checks:\n  - {name: mine, sql: SELECT 1, expect: 1}\n"
    with sent(made, tmp_path) as trips:
        surefoot.verify(folder.load(), made)
    assert few == len(trips) + 2
    folder.tail = "invariants:\n  tables: [safe]\n  buckets: [avatars]\n  enums: {sales.size: [s]}\n"
    made.execute("DROP SCHEMA storage CASCADE")
    assert [answer.is_expected for answer in surefoot.verify(folder.load(), made).answers] == [True, False, True]


def test_buckets_without_storage(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.tail = "invariants:\n  buckets: [avatars]\n"
    (answer,) = surefoot.verify(folder.load(), connection).answers
    assert answer.got == 'the error 42P01 (undefined_table): relation "storage.buckets" does not exist'


def test_buckets_that_policies_hide(
    folder: ProjectFolder, made: psycopg.Connection, database_url: str, run: Run, make_role: MakeRole
) -> None:
    """Who may read the table and sees no row of it is told so; who may not is told what to grant."""
    folder.tail = "invariants: {tables: [safe], buckets: [avatars]}\n"
    folder.save()
    role = make_role()
    url = make_conninfo(database_url, user=role)
    made.execute(sql.SQL("GRANT USAGE ON SCHEMA storage TO {}").format(sql.Identifier(role)))
    refused = run("verify", "--database-url", url)
    assert "the error 42501 (insufficient_privilege): permission denied for table buckets" in refused.out
    assert (
        "      next: INSERT INTO storage.buckets … in a new migration; who verifies needs SELECT on it" in refused.out
    )
    assert "  holds   tables" in refused.out
    made.execute(sql.SQL("GRANT SELECT ON storage.buckets TO {}").format(sql.Identifier(role)))
    assert "2 of 2 checks hold" in run("verify", "--database-url", url).out
    made.execute("ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY")
    hidden = run("verify", "--database-url", url)
    assert f"      there is no bucket avatars, or policies hide it from {role}" in hidden.out.splitlines()


def test_people_and_programs_read_all_that_breaks_it(folder: ProjectFolder, run: Run, made: psycopg.Connection) -> None:
    made.execute("".join(f"CREATE TABLE t{n:02} ();" for n in range(30)))
    folder.tail = "invariants:\n  rls_enabled: true\n  tables: [safe]\n"
    folder.save()
    told = run("verify")
    assert told.status == 1
    assert told.out.splitlines()[:3] == [
        "  failed  rls_enabled: 31 found  (manifest.yaml:6:16)",
        "      public.bare has no row-level security",
        "      public.t00 has no row-level security",
    ]
    assert "      and 11 more; --json has them all" in told.out.splitlines()
    assert "  holds   tables" in told.out.splitlines()
    first = json.loads(run("verify", "--json").out.splitlines()[0])
    assert first["check"] == "rls_enabled"
    assert len(first["rows"]) == 31
    assert first["rows"][-1] == ["public.t29 has no row-level security"]


def test_psql_asks_the_same(folder: ProjectFolder, psql: Psql, database_url: str, made: psycopg.Connection) -> None:
    folder.add("001_one.sql", "CREATE TABLE one ();")
    folder.tail = "invariants:\n  rls_enabled: true\n  enums: {mood: [sad, ok, happy]}\n"
    project = folder.load()
    made.execute("REINDEX INDEX bare_id")
    surefoot.migrate(project, made)
    psql.written(project)
    done = psql("verify.sql", database_url)
    assert done.status == 3
    assert "  holds: enums" in done.out
    assert "the check 'rls_enabled' failed: expected no row, got (public.bare has no row-level security)" in done.err
    assert "HINT:  ALTER TABLE … ENABLE ROW LEVEL SECURITY in a new migration" in done.err


# -- Again and again --------------------------------------------------------------------------------------------------


def lines_until(process: subprocess.Popen[str], word: str) -> list[str]:
    """Read what a process writes, up to the line that holds a word."""
    assert process.stdout is not None
    found: list[str] = []
    while not found or word not in found[-1]:
        line = process.stdout.readline()
        assert line, found
        found.append(line.rstrip("\n"))
    return found


def test_watching_tells_what_changes(folder: ProjectFolder, command: Command, connection: psycopg.Connection) -> None:
    folder.tail = "invariants:\n  tables: [wanted]\n"
    folder.save()
    connection.execute("CREATE TABLE wanted ()")
    with command.start("verify", "--watch", "1s") as process:
        assert lines_until(process, "checks hold") == [
            "  holds   tables",
            "1 of 1 checks hold; the ledger's chain is intact (0 rows)",
        ]
        connection.execute("DROP TABLE wanted")
        (said,) = lines_until(process, "tables")
        assert said.endswith("wrong  tables: expected no row, got (there is no table public.wanted)")
        connection.execute("CREATE TABLE wanted ()")
        (said,) = lines_until(process, "tables")
        assert said.endswith("holds  tables again")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert re.fullmatch(r"\d+ rounds; something was wrong in \d+\n", out)
    assert process.returncode == 1
    assert "Traceback" not in err


def test_checks_of_one_name_are_told_apart(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.tail = "checks:\n" + "".join(f"  - {{name: same, sql: SELECT {n}, expect: 0}}\n" for n in range(3))
    found = surefoot.verify(folder.load(), connection)
    assert Round(datetime.now(UTC), found).wrong == {
        "same (manifest.yaml:7:5)": "expected 0, got 1",
        "same (manifest.yaml:8:5)": "expected 0, got 2",
    }


def test_watching_survives_a_server_that_is_away(
    folder: ProjectFolder, command: Command, database_url: str, server: Server
) -> None:
    """The database is renamed meanwhile, so that nobody can connect."""
    folder.save()
    name = sql.Identifier(str(conninfo_to_dict(database_url)["dbname"]))
    away = sql.Identifier(f"{conninfo_to_dict(database_url)['dbname']}_away")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with (
        psycopg.connect(server.url, autocommit=True) as admin,
        command.start("verify", "--watch", "1s", "--json") as process,
    ):
        lines_until(process, '"round": 1')
        wait_until(lambda: _renamed(admin, rename.format(name, away)))
        broken = json.loads(lines_until(process, '"holds": false')[-1])
        assert list(broken["wrong"]) == ["the connection"]
        admin.execute(rename.format(away, name))
        again = json.loads(lines_until(process, '"holds": true')[-1])
        assert again["wrong"] == {}
        process.terminate()
        out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert json.loads(out.splitlines()[-1])["wrong_rounds"] >= 1


DEADLY = """
checks:
  - name: alive
    sql: "SELECT CASE WHEN to_regclass('deadly') IS NOT NULL THEN pg_terminate_backend(pg_backend_pid()) END"
    expect: null
"""


def test_a_connection_that_is_lost_within_a_round(
    folder: ProjectFolder, command: Command, connection: psycopg.Connection, run: Run
) -> None:
    """The check ends its own session for as long as the table is there."""
    folder.tail = DEADLY
    folder.save()
    with command.start("verify", "--watch", "1s") as process:
        lines_until(process, "checks hold")
        connection.execute("CREATE TABLE deadly ()")
        (said,) = lines_until(process, "wrong")
        assert "wrong  the connection: the connection was lost: terminating connection" in said
        alone = run("verify")
        assert alone.status == 5
        assert "the connection was lost: terminating connection due to administrator command" in alone.err
        connection.execute("DROP TABLE deadly")
        (said,) = lines_until(process, "holds")
        assert said.endswith("holds  the connection again")
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1


def test_nothing_is_held_between_two_rounds(
    folder: ProjectFolder, command: Command, connection: psycopg.Connection
) -> None:
    folder.save()
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with command.start("verify", "--watch", "1h", "--json") as process:
        lines_until(process, '"round": 1')
        wait_until(lambda: connection.execute(sql.SQL(others)).fetchone() == (0,))
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert json.loads(out.splitlines()[-1]) == {"rounds": 1, "wrong_rounds": 0}


def _renamed(admin: psycopg.Connection, statement: sql.Composed) -> bool:
    """Rename a database, unless somebody is connected just now."""
    try:
        admin.execute(statement)
    except psycopg.errors.ObjectInUse:
        return False
    return True


def test_watching_ends_in_time(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    done = run("verify", "--watch", "1s", "--for", "1s", "--json")
    rounds = [json.loads(line) for line in done.out.splitlines() if '"round"' in line]
    assert [one["round"] for one in rounds] == [1, 2]
    assert (done.status, rounds[-1]["holds"]) == (0, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--for", "1h"), "--for says how long to watch"),
        (("--watch", "100ms"), "a database is asked once a second at most"),
        (("--watch", "60"), "'60' is no duration with its unit"),
    ],
)
def test_watching_needs_times(folder: ProjectFolder, run: Run, options: tuple[str, ...], message: str) -> None:
    folder.save()
    done = run("verify", *options)
    assert done.status == 2
    assert message in done.err


def test_the_page_tells_of_each(folder: ProjectFolder) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "verify.md").read_text()
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == sorted(all_invariants())
    folder.tail = page.partition("```yaml\n")[2].partition("```")[0]
    asked = [check.name for check in folder.load().manifest.checks]
    assert [name for name in all_invariants() if not any(one.startswith(name) for one in asked)] == []
