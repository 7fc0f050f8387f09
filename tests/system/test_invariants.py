"""All invariants on PostgreSQL 15, whose catalogs have other columns, by the runner and by psql."""

from __future__ import annotations

import psycopg
from fix_command import Run
from fix_invariants import BREAKING_INDEX, SCHEMA
from fix_project import ProjectFolder
from fix_runbook import Psql

import surefoot
from surefoot_lint.invariant import all_invariants

BROKEN = """
invariants:
  rls_enabled: true
  policies_present: true
  no_invalid_indexes: true
  constraints_validated: {schemas: [public, sales]}
  foreign_keys_indexed: true
  tables: [gone]
  indexes: [gone]
  policies: {safe: []}
  enums: {mood: []}
  buckets: [gone]
  counts: {tables: 0, views: 0, materialized_views: 1, sequences: 1, indexes: 0, policies: 0, triggers: 1,
    functions: 1, enums: 0}
"""
HOLDING = """
invariants:
  rls_enabled: {except: [bare]}
  policies_present: {except: [bare]}
  no_invalid_indexes: true
  constraints_validated: {except: [bare]}
  foreign_keys_indexed: {except: [bare]}
  tables: [safe]
  indexes: [bare_id]
  policies: {safe: [everybody]}
  enums: {mood: [sad, ok, happy]}
  buckets: [avatars, {id: papers, public: false}]
  counts: {tables: 2, views: 1, materialized_views: 0, sequences: 0, indexes: 2, policies: 1, triggers: 0,
    functions: 0, enums: 1}
"""


def test_each_is_broken(folder: ProjectFolder, admin: psycopg.Connection) -> None:
    admin.execute(SCHEMA.encode())
    admin.execute(BREAKING_INDEX)
    folder.tail = BROKEN
    answers = {one.check.name: one for one in surefoot.verify(folder.load(), admin).answers}
    assert sorted(answers) == sorted(all_invariants())
    assert [name for name, one in answers.items() if one.is_expected] == []
    assert [name for name, one in answers.items() if not one.rows] == []
    assert len(answers["counts"].rows) == 9


def test_each_holds_by_the_runner_and_by_psql(
    folder: ProjectFolder, admin: psycopg.Connection, run: Run, psql: Psql, database_url: str
) -> None:
    admin.execute(SCHEMA.encode())
    folder.add("001_first.sql", "CREATE SCHEMA first;")
    folder.tail = HOLDING
    project = folder.load()
    surefoot.migrate(project, admin)
    assert f"{len(all_invariants())} of {len(all_invariants())} checks hold" in run("verify").out
    psql.written(project)
    done = psql("verify.sql", database_url)
    assert done.status == 0, done.err
    assert [line for line in all_invariants() if f"  holds: {line}\n" not in done.out] == []
