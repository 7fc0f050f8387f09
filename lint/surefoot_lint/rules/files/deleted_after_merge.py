"""A migration or a rollback was deleted or renamed after it was merged.

Databases that have applied it keep it in their ledger, by number and name: the runner then finds an applied migration
that it does not know, and refuses. New databases are made without it, so that they differ from the old ones. Without
its rollback file a migration can be undone only from what the ledger kept.

Bring the file back under its old name. What a migration did is undone by a new migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet, Loss
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "main:manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_create_dogs.sql, rollback: rollback_002.sql}
""",
    "main:migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "main:migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "manifest.yaml": """\
surefoot: 1  # ← FS202
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}
GOOD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "main:002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS dog;",
}


@rule("FS202", "deleted-after-merge", Level.ERROR)
def deleted_after_merge(files: FileSet) -> Iterator[Found]:
    """Find the merged files that are gone."""
    if not files.base:
        return
    for loss in files.base.losses:
        what = f"renamed to {loss.renamed_to}" if loss.renamed_to else "deleted"
        instead = "give it back its name" if loss.renamed_to else loss.restore
        yield Found(
            _place(files, loss),
            f"{loss.file} is in {files.base.ref}, and was {what} since",
            loss.file,
            f"{instead}; what it did is undone by a new migration",
        )


def _place(files: FileSet, loss: Loss) -> Place:
    """Say where it is declared now, under its old or its new name; else where it was listed, or lay."""
    names = (loss.migration, loss.renamed_to)
    declared = [unit.place for unit in files.units if unit.name in names and (files.manifest or unit.migration)]
    return next(iter(declared), files.manifest.place if files.manifest else Place(loss.file))
