"""A rollback file belongs to no migration.

It is never run. It was forgotten in the manifest, so that its migration has no way back; or its migration was renamed
or removed, and the file was left behind.

Name it in the entry of its migration, `rollback: rollback_003.sql`, or delete it. In a folder without a manifest give
it the number of its migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS dog;  -- ← RB203",
}
GOOD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollback_002.sql": "DROP TABLE IF EXISTS dog;",
}


@rule("RB203", "orphan-rollback", Level.ERROR)
def orphan_rollback(files: FileSet) -> Iterator[Found]:
    """Find the rollback files that nothing names."""
    advice = "name it in the entry of its migration" if files.manifest else "give it the number of its migration"
    for file in files.orphans:
        yield Found(Place(file), "this rollback belongs to no migration", file, f"{advice}, or delete it")
