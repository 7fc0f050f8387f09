"""What a dry run reports, in lines and in JSON."""

from __future__ import annotations

import json
import re

import psycopg
from fix_dryrun import dry_run
from fix_project import ProjectFolder

from surefoot.dryrun_report import DryRun, MigrationReport, StatementReport, as_json, holdings, lines
from surefoot.footprint import Footprint, Lock, LockMode, Relation, Rewrite


def report(*statements: StatementReport, is_transaction: bool = True, held: tuple[Lock, ...] = ()) -> MigrationReport:
    return MigrationReport("applied", 1, "001_x", is_transaction, statements, held)


TABLE, ITS_INDEX = Relation("public.t", "table"), Relation("public.t_i", "index", "public.t")
OLD, OTHER = Relation("public.old", "table"), Relation("public.other", "table")
OTHERS_INDEX = Relation("public.other_i", "index", "public.other")
SEEN = [
    StatementReport("m/001.sql", 1, "SELECT 1", 1.0, Footprint((Lock(TABLE, LockMode.ACCESS_SHARE),))),
    StatementReport(
        "m/001.sql",
        3,
        "ALTER TABLE",
        1000.0,
        Footprint(
            (Lock(TABLE, LockMode.ACCESS_EXCLUSIVE), Lock(ITS_INDEX, LockMode.ROW_EXCLUSIVE)),
            (Rewrite(TABLE, "rewritten"),),
        ),
    ),
    StatementReport("m/001.sql", 5, None, not_run="VACUUM cannot run in a transaction"),
    StatementReport("m/001.sql", 7, "DROP TABLE", 0.5, Footprint((), (), (OLD, OTHERS_INDEX))),
]


def test_a_lock_is_held_to_the_end_of_its_transaction() -> None:
    strongest = [(str(h.lock.relation), str(h.lock.mode), h.where, h.milliseconds) for h in holdings(report(*SEEN))]
    assert strongest == [
        ("public.t", "ACCESS EXCLUSIVE", "m/001.sql:3", 1000.5),
        ("index public.t_i", "ROW EXCLUSIVE", "m/001.sql:3", 1000.5),
    ]
    assert [h.milliseconds for h in holdings(report(*SEEN, is_transaction=False))] == [1000.0, 1000.0]


def test_lines() -> None:
    earlier = [Lock(relation, LockMode.ACCESS_EXCLUSIVE) for relation in (OLD, OTHER, OTHERS_INDEX)]
    weak = Lock(TABLE, LockMode.ROW_EXCLUSIVE)
    assert lines(DryRun((report(*SEEN, held=(*earlier, weak)),))) == [
        "001_x: 3 statements, 1,001.5 ms",
        "  public.t: ACCESS EXCLUSIVE for 1,000.5 ms from m/001.sql:3, rewritten",
        "  public.old: locked before, dropped",
        "  index public.other_i: locked before, dropped",
        "  not run: m/001.sql:5: VACUUM cannot run in a transaction",
        "locks held by an earlier one, so that a later one does not show them again:",
        "  public.other: ACCESS EXCLUSIVE",
        "all of the dry run was rolled back",
    ]


def test_lines_of_nothing() -> None:
    assert lines(DryRun(())) == ["all of the dry run was rolled back"]


def test_lines_of_a_real_one(folder: ProjectFolder, system: psycopg.Connection) -> None:
    text = "CREATE INDEX ON leads (name);\nALTER TABLE places ADD at timestamptz DEFAULT clock_timestamp();\n"
    text += "DROP INDEX leads_place;"
    timeless = [re.sub(r"[\d,]+\.\d ms", "N ms", line) for line in lines(dry_run(folder, system, text))]
    assert timeless == [
        "001_x: 3 statements, N ms",
        "  public.leads: ACCESS EXCLUSIVE for N ms from migrations/001_x.sql:3",
        "  index public.leads_place: ACCESS EXCLUSIVE for N ms from migrations/001_x.sql:3, dropped",
        "  public.places: ACCESS EXCLUSIVE for N ms from migrations/001_x.sql:2, rewritten",
        "all of the dry run was rolled back",
    ]


def test_json(folder: ProjectFolder, system: psycopg.Connection) -> None:
    seen = dry_run(folder, system, "INSERT INTO leads (name) VALUES ('x');\nSELECT nope;")
    value = json.loads(json.dumps(as_json(seen)))
    (migration,) = value["migrations"]
    assert (migration["number"], migration["name"], migration["is_transaction"]) == (1, "001_x", True)
    (statement,) = migration["statements"]
    assert (statement["path"], statement["line"], statement["tag"]) == ("migrations/001_x.sql", 1, "INSERT 0 1")
    assert statement["footprint"]["locks"][0] == {
        "relation": {"name": "public.leads", "kind": "table", "table": None},
        "mode": "ROW EXCLUSIVE",
    }
    assert {holding["lock"]["mode"] for holding in migration["holdings"]} == {"ROW EXCLUSIVE"}
    assert value["sequences"] == [{"sequence": "public.leads_id_seq", "before": 20, "after": 21}]
    assert (value["failure"]["sqlstate"], value["failure"]["line"]) == ("42703", 2)
