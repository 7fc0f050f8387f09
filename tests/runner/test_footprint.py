"""What a statement locks, rewrites and drops, as a dry run sees it on a real server."""

from __future__ import annotations

import psycopg
import pytest
from fix_contents import contents
from fix_dryrun import INDEX, KEY, LEADS, PLACES, dry_run, locks_of, rewrites_of, statement_of
from fix_project import ProjectFolder

from surefoot.footprint import Footprints, Lock, LockMode, Relation, Rewrite

ALL = "ACCESS EXCLUSIVE"
FOOTPRINTS: list[tuple[str, str, dict[str, str], dict[str, str], list[str]]] = [
    ("ALTER TABLE leads ALTER name TYPE varchar(9)", "ALTER TABLE", {LEADS: ALL, INDEX: ALL},
     {LEADS: "rewritten", INDEX: "rewritten"}, []),
    ("ALTER TABLE leads ALTER place TYPE bigint", "ALTER TABLE", {LEADS: ALL, INDEX: ALL},
     {LEADS: "rewritten", INDEX: "rewritten"}, []),
    ("ALTER TABLE leads ALTER name TYPE varchar", "ALTER TABLE", {LEADS: ALL}, {}, []),
    ("ALTER TABLE leads ADD at timestamptz DEFAULT clock_timestamp()", "ALTER TABLE", {LEADS: ALL, INDEX: ALL},
     {LEADS: "rewritten", INDEX: "rewritten"}, []),
    ("ALTER TABLE leads ADD at timestamptz DEFAULT now()", "ALTER TABLE", {LEADS: ALL}, {}, []),
    ("CREATE INDEX ON leads (name)", "CREATE INDEX", {LEADS: "SHARE"}, {}, []),
    ("ALTER TABLE leads ADD FOREIGN KEY (place) REFERENCES places", "ALTER TABLE",
     {LEADS: "SHARE ROW EXCLUSIVE", PLACES: "SHARE ROW EXCLUSIVE"}, {}, []),
    ("ALTER TABLE leads ADD CONSTRAINT f FOREIGN KEY (place) REFERENCES places NOT VALID", "ALTER TABLE",
     {LEADS: "SHARE ROW EXCLUSIVE", PLACES: "SHARE ROW EXCLUSIVE"}, {}, []),
    ("TRUNCATE leads", "TRUNCATE TABLE", {LEADS: ALL, INDEX: ALL}, {LEADS: "truncated", INDEX: "truncated"}, []),
    ("TRUNCATE leads RESTART IDENTITY", "TRUNCATE TABLE", {LEADS: ALL, INDEX: ALL, "public.leads_id_seq": ALL},
     {LEADS: "truncated", INDEX: "truncated"}, []),
    ("DO $$ BEGIN TRUNCATE places; END $$", "DO", {PLACES: ALL, KEY: ALL},
     {PLACES: "rewritten or truncated", KEY: "rewritten or truncated"}, []),
    ("CLUSTER places USING places_pkey", "CLUSTER", {PLACES: ALL, KEY: ALL},
     {PLACES: "rewritten", KEY: "rewritten"}, []),
    ("REINDEX INDEX leads_place", "REINDEX", {LEADS: "SHARE", INDEX: ALL}, {INDEX: "rewritten"}, []),
    ("DROP TABLE leads", "DROP TABLE", {LEADS: ALL, INDEX: ALL, "public.leads_id_seq": ALL}, {},
     [LEADS, INDEX, "public.leads_id_seq"]),
    ("DROP INDEX leads_place", "DROP INDEX", {LEADS: ALL, INDEX: ALL}, {}, [INDEX]),
    ("LOCK TABLE leads IN EXCLUSIVE MODE", "LOCK TABLE", {LEADS: "EXCLUSIVE"}, {}, []),
    ("ANALYZE leads", "ANALYZE", {LEADS: "SHARE UPDATE EXCLUSIVE"}, {}, []),
    ("SELECT * FROM names", "SELECT 1", {PLACES: "ACCESS SHARE", "public.names": "ACCESS SHARE"}, {}, []),
    ("SELECT 1 FROM places FOR UPDATE", "SELECT 1", {PLACES: "ROW SHARE", KEY: "ROW SHARE"}, {}, []),
    ("UPDATE leads SET name = 'x' WHERE id <= 7", "UPDATE 7", {LEADS: "ROW EXCLUSIVE", INDEX: "ROW EXCLUSIVE"}, {}, []),
    ("CREATE TABLE other AS SELECT 1", "SELECT 1", {}, {}, []),
    ("ALTER TABLE places RENAME TO towns", "ALTER TABLE", {PLACES: ALL}, {}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "tag", "locks", "rewrites", "dropped"), FOOTPRINTS, ids=[case[0] for case in FOOTPRINTS]
)
def test_footprint(
    folder: ProjectFolder,
    system: psycopg.Connection,
    sql: str,
    tag: str,
    locks: dict[str, str],
    rewrites: dict[str, str],
    dropped: list[str],
) -> None:
    before = contents(system)
    statement = statement_of(dry_run(folder, system, sql))
    assert statement.tag == tag
    assert locks_of(statement.footprint) == locks
    assert rewrites_of(statement.footprint) == rewrites
    assert sorted(relation.name for relation in statement.footprint.dropped) == sorted(dropped)
    assert contents(system) == before


def test_validating_a_constraint(folder: ProjectFolder, system: psycopg.Connection) -> None:
    system.execute("ALTER TABLE leads ADD CONSTRAINT f FOREIGN KEY (place) REFERENCES places NOT VALID")
    footprint = statement_of(dry_run(folder, system, "ALTER TABLE leads VALIDATE CONSTRAINT f")).footprint
    assert locks_of(footprint) == {LEADS: "SHARE UPDATE EXCLUSIVE", PLACES: "ROW SHARE"}


@pytest.mark.parametrize(("sql", "rewrites"), [
    ("ALTER TABLE leads ALTER name TYPE varchar", {}),
    ('ALTER TABLE leads ALTER name TYPE varchar COLLATE "C"', {"public.leads_name": "rewritten"}),
])  # fmt: skip
def test_an_index_that_keeps_its_file_is_neither_rewritten_nor_dropped(
    sql: str, rewrites: dict[str, str], folder: ProjectFolder, system: psycopg.Connection
) -> None:
    system.execute("CREATE INDEX leads_name ON leads (name)")
    footprint = statement_of(dry_run(folder, system, sql)).footprint
    assert rewrites_of(footprint) == rewrites
    assert footprint.dropped == ()


def test_each_statement_has_its_own_locks(folder: ProjectFolder, system: psycopg.Connection) -> None:
    text = "TABLE places;\n\n  TABLE places;\nDROP VIEW names;\nALTER TABLE places ADD note text;\nTABLE places;"
    (report,) = dry_run(folder, system, text).migrations
    assert [(one.where, locks_of(one.footprint)) for one in report.statements] == [
        ("migrations/001_x.sql:1", {PLACES: "ACCESS SHARE"}),
        ("migrations/001_x.sql:3", {}),
        ("migrations/001_x.sql:4", {"public.names": ALL}),
        ("migrations/001_x.sql:5", {PLACES: ALL}),
        ("migrations/001_x.sql:6", {}),
    ]


def test_a_partitioned_table_and_a_materialized_view(folder: ProjectFolder, system: psycopg.Connection) -> None:
    system.execute(
        "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p DEFAULT;"
        "CREATE MATERIALIZED VIEW m AS TABLE places"
    )
    (report,) = dry_run(folder, system, "DROP TABLE p; REFRESH MATERIALIZED VIEW m").migrations
    drop, refresh = (one.footprint for one in report.statements)
    assert {str(one) for one in drop.dropped} == {"public.p", "public.p1"}
    assert refresh.rewrites == (Rewrite(Relation("public.m", "materialized view"), "rewritten"),)


def test_modes_are_in_the_manuals_order() -> None:
    assert [str(mode) for mode in sorted(LockMode)] == [
        "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
        "EXCLUSIVE", "ACCESS EXCLUSIVE",
    ]  # fmt: skip


@pytest.mark.parametrize("mode", list(LockMode), ids=str)
def test_every_mode_is_read(system: psycopg.Connection, mode: LockMode) -> None:
    system.execute("BEGIN")
    footprints = Footprints(system)
    system.execute(f"LOCK TABLE places IN {mode} MODE".encode())
    row = system.execute(footprints.query.encode()).fetchone()
    assert row is not None
    assert footprints.next(row[0], "LOCK TABLE").locks == (Lock(Relation(PLACES, "table"), mode),)
    system.execute("ROLLBACK")
