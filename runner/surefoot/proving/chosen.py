"""Which migrations to prove: those that are named, those that a branch changes, those that a database lacks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psycopg

from surefoot.ledger import Ledger
from surefoot_lint.errors import UsageError
from surefoot_lint.project import Project


def named(project: Project, files: Sequence[str]) -> set[int]:
    """Find migrations by their paths, their files' names, their names, or their numbers. Raises UsageError."""
    return {_number(project, file) for file in files}


def changed(project: Project, manifest: Path, ref: str) -> set[int]:
    """Find the migrations that are new, or differ from the commit that HEAD and `ref` grew from. Raises GitError."""
    from surefoot_lint.branch import look_at_base  # half of what must be read to start
    from surefoot_lint.survey import survey_project

    base = look_at_base(survey_project(manifest), ref)
    if base.error is not None:
        raise base.error
    return {migration.number for migration in project.migrations if migration.entry.file in base.changed}


def pending(project: Project, connection: psycopg.Connection) -> set[int]:
    """Find the migrations that a database's ledger does not know as applied. Raises UsageError without a ledger."""
    state = Ledger(connection, project.manifest.ledger.schema).read()
    if state.version == 0:
        raise UsageError(
            "the database has no ledger, so it is not known which migrations it lacks",
            next_step="name those that are to be tried: surefoot prove 012 --on …",
        )
    applied = {one.number for one in state.applied}
    return {migration.number for migration in project.migrations if migration.number not in applied}


def _number(project: Project, given: str) -> int:
    for migration in project.migrations:
        names = {migration.name, migration.entry.file, migration.source.shown, Path(migration.entry.file).name}
        is_number = given.isdecimal() and int(given) == migration.number
        if given in names or is_number or Path(given).resolve() == migration.source.path.resolve():
            return migration.number
    raise UsageError(
        f"there is no migration {given}", next_step="surefoot plan lists them; or leave it out, to prove all"
    )
