"""A migration or a rollback was edited after it was merged: its text is not that of the base.

Databases that have applied the file never get the edit, those that are made later do, and from then on they differ.
The runner notices it by the checksum in the ledger and refuses to go on. That holds for comments as well, which this
finding tells apart; only line ends (LF or CRLF) are not looked at. An edited rollback undoes something else than what
was applied.

Put the file back as it was, and write the change as a new migration. Where only comments were changed and the edit
shall stay, `surefoot accept` makes each ledger take the file as it is. The base is the commit that HEAD and the branch
named by `--base` grew from; work that is not committed yet is judged too.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Found, Level
from surefoot_lint.numbering import digits_of
from surefoot_lint.rule import rule

BAD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);  -- ← FS201",
}
GOOD = {
    "main:001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "main:rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_name_cats.sql": """\
SET LOCAL lock_timeout = '5s';
ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;
""",
    "rollback_002.sql": "SET LOCAL lock_timeout = '5s';\nALTER TABLE IF EXISTS cat DROP COLUMN IF EXISTS name;",
}


@rule("FS201", "edited-after-merge", Level.ERROR)
def edited_after_merge(files: FileSet) -> Iterator[Found]:
    """Find the merged files whose text is another now."""
    if not files.base:
        return
    for edit in files.base.edits:
        what = "comments or white space of it were" if edit.is_comment_only else "its SQL was"
        instead = "write the change as a new migration"
        if edit.is_comment_only:
            instead = f"to keep the edit: surefoot accept {digits_of(edit.migration)} --reason 'comments alone'"
        yield Found(
            Place(edit.file, edit.line, 1),
            f"this file is in {files.base.ref}, and {what} changed since",
            edit.file,
            f"{edit.restore}; {instead}",
        )
