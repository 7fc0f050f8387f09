"""The manifest names a file that is not there: a migration, a rollback of data or feature, or the query of a check.

The run stops before it begins, on every machine, or in the worst moment: when the rollback is needed. Usually the
file was renamed, or was not committed. Case counts: `001_Cats.sql` is not `001_cats.sql`, even where the file system
of the author does not mind. (A missing rollback of the schema is RB101.)

Correct the name, or bring the file back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from surefoot_lint.document import nearest
from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.manifest import Manifest
from surefoot_lint.rule import rule

BAD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_create_dog.sql, irreversible: an example}  # ← FS302
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}


@rule("FS302", "manifest-entry-without-file", Level.ERROR)
def manifest_entry_without_file(files: FileSet) -> Iterator[Found]:
    """Find the files that the manifest names and that are not there."""
    if not files.manifest:
        return
    spare = {PurePosixPath(file).name: file for file in files.unlisted}
    for place, *parts in _named_files(files.manifest):
        file = files.shown(*parts)
        if file not in files.files:
            near = nearest(parts[-1], tuple(spare)) or "correct the name, or bring the file back"
            yield Found(place, f"there is no file {file}", file, near)


def _named_files(manifest: Manifest) -> Iterator[tuple[Place, *tuple[str, ...]]]:
    """Give the files that the manifest names, but for the rollbacks of the schema: place, folder, name."""
    for entry in manifest.migrations:
        yield entry.place, manifest.folders.migrations, entry.file
        for rollback in filter(None, (entry.data_rollback, entry.feature_rollback)):
            yield entry.place, manifest.folders.rollbacks, rollback
    for check in (*manifest.checks, *(check for entry in manifest.migrations for check in entry.checks)):
        if check.sql_file:
            yield check.place, check.sql_file
