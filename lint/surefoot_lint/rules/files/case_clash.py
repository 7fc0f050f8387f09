"""The names of two files differ in upper and lower case alone.

On Linux these are two files. On macOS and Windows they are one: a checkout there holds only one of them, with the
content of either, and a database that is built from it lacks a migration or has another one.

Give one of them a name of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "001_create_Cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);  -- ← FS106",
}
GOOD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}


@rule("FS106", "case-clash", Level.ERROR)
def case_clash(files: FileSet) -> Iterator[Found]:
    """Find the files whose name another file has, but for case."""
    groups: dict[str, list[str]] = defaultdict(list)
    for file in sorted(files.files):
        groups[file.casefold()].append(file)
    for first, *others in groups.values():
        for file in others:
            message = f"the name differs from {first} in upper and lower case alone"
            yield Found(Place(file), message, file, "give one of the two another name")
