"""A migration requires one that the manifest does not list, or lists later.

What is required must have been applied before. This can never be so: the project is refused as a whole.

Correct the name, or list the required migration before this one.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.document import nearest
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_create_dogs.sql, irreversible: an example, requires: [001_create_cat.sql]}  # ← FS304
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
}
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_create_dogs.sql, irreversible: an example, requires: [001_create_cats.sql]}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "migrations/002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
}


@rule("FS304", "requires-unknown-or-later", Level.ERROR)
def requires_unknown_or_later(files: FileSet) -> Iterator[Found]:
    """Find the requirements that no earlier entry meets."""
    names = tuple(unit.name for unit in files.units)
    for index, unit in enumerate(files.units):
        for required in unit.entry.requires if unit.entry else ():
            if required in names[:index]:
                continue
            if required == unit.name:
                fault, advice = "is itself", "remove the requirement"
            elif required in names:
                fault, advice = "is listed later", f"list {required} before {unit.name}"
            else:
                fault = "the manifest does not list"
                advice = nearest(required, names) or "correct the name, or remove the requirement"
            yield Found(unit.place, f"{unit.name} requires {required}, which {fault}", unit.shown, advice)
