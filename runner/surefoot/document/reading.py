"""Build a project's schema on a scratch server, and read what its page tells."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from typing import Any

import psycopg

from surefoot.catalog import SETTINGS, Catalog, read_catalog
from surefoot.document.model import Bucket
from surefoot.document.origins import Origins, origins
from surefoot.drafting.schema import Relation, read_schema
from surefoot.proving.line import Line, subject_of
from surefoot.proving.rounds import opened
from surefoot.scratch.databases import Databases
from surefoot_lint.project import Project

Parts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: the catalogs before and after all migrations, and what is told in parts.

    `parts` are by their kind; `roles` are by name, `known_roles` those that were there before.
    """

    catalog: Catalog
    prelude: Catalog
    origins: Origins
    fingerprints: tuple[str, ...]
    relations: Mapping[str, Relation]
    parts: Mapping[str, tuple[Parts, ...]]
    roles: Mapping[str, Parts]
    known_roles: frozenset[str]
    buckets: tuple[Bucket, ...]


def read(project: Project, databases: Databases) -> Found:
    """Apply all migrations, one after the other, on a new scratch database, and read what is there then.

    Raises SqlFailed where one fails, and SplitError and the like for files that cannot be run at all.
    """
    subjects = [subject_of(project, migration) for migration in project.migrations]
    line = Line(databases, databases.make(project.manifest.platform))
    ledger = project.manifest.ledger.schema
    with opened(databases, line.name) as trial:
        prelude = read_catalog(trial.connection, ledger_schema=ledger)
        known_roles = frozenset(name for name, _ in _asked(trial.connection, "roles"))
    catalogs = []
    with closing(line):
        for subject in subjects:
            line.advance(subject)
            with opened(databases, line.name) as trial:
                catalogs.append(read_catalog(trial.connection, ledger_schema=ledger))
    last = catalogs[-1] if catalogs else prelude
    with opened(databases, line.name) as trial:
        parts: defaultdict[str, list[Parts]] = defaultdict(list)
        for kind, part in _asked(trial.connection, "parts"):
            parts[kind].append(part)
        return Found(
            last,
            prelude,
            origins(prelude, ((s.migration.number, c) for s, c in zip(subjects, catalogs, strict=True))),
            (prelude.fingerprint, *(catalog.fingerprint for catalog in catalogs)),
            read_schema(trial.connection, last, ledger).relations,
            {kind: tuple(found) for kind, found in parts.items()},
            dict(_asked(trial.connection, "roles")),
            known_roles,
            tuple(_buckets(trial.connection)) if project.manifest.platform == "supabase" else (),
        )


def _asked(connection: psycopg.Connection, name: str) -> list[tuple[str, Parts]]:
    """Run one of the queries beside this file, under the settings of the catalog, in a transaction rolled back."""
    query = resources.files("surefoot.document").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    with connection.transaction(force_rollback=True):
        for setting, value in SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, true)", [setting, value])
        rows = connection.execute(query.encode()).fetchall()
    return sorted(rows, key=lambda row: json.dumps(row))


def _buckets(connection: psycopg.Connection) -> Iterator[Bucket]:
    for name, parts in _asked(connection, "buckets"):
        yield Bucket(name, parts["is_public"], parts["limit"], tuple(parts["types"]))
