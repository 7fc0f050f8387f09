"""A SQL file lies in the folder of migrations, and the manifest does not list it.

It is never applied, while everybody who sees it there takes it for applied. It was forgotten in the manifest, or it
was left behind when its entry was removed.

List it in `manifest.yaml`, at its place in the order; or move it out of the folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);  -- ← FS301",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_create_dogs.sql, rollback: rollback_002.sql}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "rollbacks/rollback_002.sql": "DROP TABLE IF EXISTS dog;",
}


@rule("FS301", "file-not-in-manifest", Level.ERROR)
def file_not_in_manifest(files: FileSet) -> Iterator[Found]:
    """Find the migrations on disk that are not listed."""
    if not files.manifest:
        return
    advice = f"list it in {files.manifest.place.path}, or move it out of the folder"
    for file in files.unlisted:
        yield Found(Place(file), "the manifest does not list this file, so it is never applied", file, advice)
