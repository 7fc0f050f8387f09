"""The base is not known: there is no such branch or commit here, nothing that it has in common with HEAD, or no git.

Nothing can then be said of what was edited, deleted or given a late number since; a check that passed it over would
seem to have passed. The rule cannot be switched off: where it is not used, an unknown base is an error with exit
status 2. Most often the base was never fetched, or the clone is shallow, as those of CI services are.

Fetch the base: `git fetch origin main`. In a shallow clone `git fetch --unshallow`; in GitHub Actions give
`actions/checkout` `fetch-depth: 0`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

MANIFEST = """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
"""
BAD = {
    "trunk:manifest.yaml": MANIFEST,
    "manifest.yaml": MANIFEST.replace("\n", "  # ← FS205\n", 1),
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}
GOOD = BAD | {"main:manifest.yaml": MANIFEST, "manifest.yaml": MANIFEST}


@rule("FS205", "unknown-base", Level.ERROR)
def unknown_base(files: FileSet) -> Iterator[Found]:
    """Say why the base is not known."""
    if files.base and files.base.error:
        place = files.manifest.place if files.manifest else Place(files.shown())
        yield Found(place, files.base.error.what, files.base.ref, files.base.error.next_step)
