"""Non-transactional files: what was done of them, and what the catalog says of the statement in doubt.

A statement that cannot run in a transaction has a row written before it and marked after it. A crash in between
leaves it in doubt: it may have been done, half done, or never begun. The catalog tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from surefoot.batches import CopyStream, copy_stream
from surefoot.errors import Refused
from surefoot.script import Origin
from surefoot_lint.errors import Place, SplitError
from surefoot_lint.lexer import Token, tokens
from surefoot_lint.pieces import Statement
from surefoot_lint.source import Source
from surefoot_lint.split import split
from surefoot_lint.transaction import needs_no_transaction

KEPT_CHARACTERS = 4000
SESSION_WORDS = ("set", "reset")
COMMITTING_WORDS = ("call", "do")

INVALID = """
SELECT i.indexrelid FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relkind = 'i'
    AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)
"""
NAME_OF_INDEX = """
SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = %s
"""
INDEX_BY_NAME = """
SELECT i.indexrelid, i.indisvalid FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass(%(table)s) AND c.relname = %(name)s::name
"""
REBUILT = "SELECT c.relname ~ '_cc(new|old)[0-9]*$' FROM pg_class AS c WHERE c.oid = %s"
ON_TABLE = "SELECT indrelid = to_regclass(%(table)s) FROM pg_index WHERE indexrelid = %(oid)s"
EXISTS = "SELECT to_regclass(%s) IS NOT NULL"
PARTITION = """
SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass(%(child)s) AND inhparent = to_regclass(%(parent)s)
"""
OBJECT = {
    "database": "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)",
    "tablespace": "SELECT EXISTS (SELECT FROM pg_tablespace WHERE spcname = %s)",
    "subscription": "SELECT EXISTS (SELECT FROM pg_subscription WHERE subname = %s)",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What the ledger knows of one statement of an unfinished migration."""

    position: int
    line: int
    statement: str
    invalid_before: tuple[int, ...]
    is_done: bool


@dataclass(frozen=True, slots=True)
class Numbered:
    """A statement of a file, by its position from 1; `outside` names it where it cannot run in a transaction.

    `is_session` is a SET or RESET: it is run each time, since its effect ends with the session.
    """

    position: int
    statement: Statement
    path: str
    outside: str | None
    is_session: bool
    copy: CopyStream | None

    @property
    def origin(self) -> Origin:
        """Say where it stands in its file."""
        return Origin(self.path, self.statement.line, self.statement.column)

    @property
    def kept(self) -> str:
        """Give what the ledger keeps of it: a long one is cut, with a checksum."""
        text = self.statement.text
        if len(text) <= KEPT_CHARACTERS:
            return text
        return f"{text[:KEPT_CHARACTERS]}… sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done about a statement: nothing, or to run `text` after dropping the indexes `leftovers`."""

    is_done: bool
    text: str = ""
    leftovers: tuple[int, ...] = ()


def numbered(source: Source) -> Iterator[Numbered]:
    """Number the statements of a file; what is not read of a COPY's data is passed over."""
    position = 0
    pieces = split(source.chunks(), source.shown)
    for piece in pieces:
        if not isinstance(piece, Statement):
            continue
        position += 1
        first = piece.words[:1]
        commits = first[0].upper() if first and first[0] in COMMITTING_WORDS else None
        is_session = bool(first) and first[0] in SESSION_WORDS
        copy = copy_stream(piece, source.shown, pieces)
        yield Numbered(position, piece, source.shown, needs_no_transaction(piece) or commits, is_session, copy)
        for _ in copy.pieces if copy else ():
            pass


def refuse_unresumable(source: Source, progress: Sequence[Progress]) -> None:
    """Refuse a file whose statements are not those that were done already. Raises Refused, SplitError."""
    done = {row.position: row for row in progress if row.is_done}
    last = 0
    for one in numbered(source):
        last = one.position
        row = done.get(one.position)
        if row is not None and row.statement != one.kept:
            raise _edited(source, row, one)
        if one.outside == "CREATE INDEX CONCURRENTLY" and index_of(one.statement)[0] is None:
            raise _unnamed(one)
    missing = [row for position, row in done.items() if position > last]
    if missing:
        raise _edited(source, missing[0], None)


def refuse_session_settings(source: Source) -> None:
    """Refuse, behind a pooler, a file that sets something for a session it does not have. Raises Refused."""
    for one in numbered(source):
        if one.is_session:
            raise Refused(
                "session-behind-pooler",
                f"{_first_line(one.statement.text)}: behind a pooler each statement may get another session",
                where=Place(one.path, one.statement.line, one.statement.column, _first_line(one.statement.text)),
                why="it would stay on a backend that others use, and need not be in force for the next statement",
                state="nothing was run",
                next_step="connect to the server itself; or remove it, and use settings: in the manifest",
            )


def invalid_indexes(connection: psycopg.Connection) -> tuple[int, ...]:
    """List the invalid indexes that nobody is building, by oid; those of partitioned tables are invalid by design."""
    return tuple(row[0] for row in connection.execute(INVALID))


def settle(connection: psycopg.Connection, one: Numbered, in_doubt: Progress | None) -> Verdict:
    """Decide by the catalog what is to be done about a statement that runs outside of a transaction.

    `in_doubt` is its row when it was begun before. An invalid index of its name is dropped in any case: nothing
    but a failed build leaves it, and IF NOT EXISTS would keep it for ever.
    """
    text = one.statement.text
    again = Verdict(False, text)
    match one.outside:
        case "CREATE INDEX CONCURRENTLY":
            return _settle_create_index(connection, one.statement, in_doubt)
        case "REINDEX CONCURRENTLY" if in_doubt:
            left = [oid for oid in invalid_indexes(connection) if oid not in in_doubt.invalid_before]
            ours = [oid for oid in left if _answer(connection, REBUILT, [oid])]
            return Verdict(False, text, tuple(ours))
        case "DROP INDEX CONCURRENTLY" if in_doubt:
            names = names_after(one.statement, "concurrently")
            return Verdict(not any(_answer(connection, EXISTS, [name]) for name in names), text)
        case "DETACH PARTITION CONCURRENTLY" if in_doubt:
            return _settle_detach(connection, one.statement)
        case str(outside) if in_doubt and outside.split()[-1].lower() in OBJECT:
            verb, kind = outside.lower().split()
            is_there = _answer(connection, OBJECT[kind], [folded(names_after(one.statement, kind)[0])])
            return Verdict(bool(is_there) == (verb == "create"), text)
    return again


def table_of(one: Numbered) -> str:
    """Read the table of a CREATE INDEX CONCURRENTLY, as it is written."""
    return index_of(one.statement)[1]


def name_of_index(connection: psycopg.Connection, oid: int) -> sql.Identifier | None:
    """Name an index by its oid, or nothing when it has gone."""
    row = connection.execute(NAME_OF_INDEX, [oid]).fetchone()
    return sql.Identifier(*row) if row else None


def _settle_create_index(connection: psycopg.Connection, statement: Statement, in_doubt: Progress | None) -> Verdict:
    name, table = index_of(statement)
    row = connection.execute(INDEX_BY_NAME, {"table": table, "name": name}).fetchone()
    if row is None:
        return Verdict(False, statement.text)
    oid, is_valid = row
    if is_valid:
        return Verdict(in_doubt is not None, statement.text)
    return Verdict(False, statement.text, (oid,))


def _settle_detach(connection: psycopg.Connection, statement: Statement) -> Verdict:
    parent = names_after(statement, "table")[0]
    child = names_after(statement, "partition")[0]
    row = connection.execute(PARTITION, {"parent": parent, "child": child}).fetchone()
    if row is None:
        return Verdict(True)
    return Verdict(False, f"ALTER TABLE {parent} DETACH PARTITION {child} FINALIZE" if row[0] else statement.text)


def index_of(statement: Statement) -> tuple[str | None, str]:
    """Read the name of a CREATE INDEX CONCURRENTLY, if it has one, and its table as it is written."""
    words = [token.word for token in tokens(statement.text) if not token.depth]
    table = names_after(statement, "on")[0]
    after = words.index("concurrently") + 1
    if words[after] == "on":
        return None, table
    return folded(names_after(statement, "concurrently")[0]), table


def names_after(statement: Statement, keyword: str) -> list[str]:
    """Read the names, as they are written, that follow a keyword: `a.b, "C"` gives two."""
    found = [token for token in tokens(statement.text) if not token.depth]
    start = next(index for index, token in enumerate(found) if token.word == keyword) + 1
    while found[start].word in ("if", "not", "exists", "only"):
        start += 1
    names = [""]
    for token in found[start:]:
        if token.text == ",":
            names.append("")
        elif not _continues(names[-1], token):
            break
        else:
            names[-1] += token.text
    return names


def _continues(name: str, token: Token) -> bool:
    """Tell whether a token is the next part of a qualified name."""
    if token.text == ".":
        return bool(name) and not name.endswith(".")
    return token.kind in ("word", "identifier") and (not name or name.endswith("."))


def folded(name: str) -> str:
    """Give a name as the catalog has it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()


def _answer(connection: psycopg.Connection, query: str, arguments: list[object]) -> object:
    row = connection.execute(query, arguments).fetchone()  # type: ignore[arg-type, unused-ignore]
    return row[0] if row else None


def _edited(source: Source, row: Progress, one: Numbered | None) -> Refused:
    now = "is not in the file any more" if one is None else f"is now: {_first_line(one.statement.text)}"
    line = one.statement.line if one else None
    return Refused(
        "edited-unfinished",
        f"{source.shown} is unfinished, and a statement that was done already is not the same any more",
        where=Place(source.shown, line),
        why=f"statement {row.position} was: {_first_line(row.statement)}\nit {now}",
        state="nothing was run",
        next_step="put that statement back and run the command again; statements after it may be changed",
    )


def _unnamed(one: Numbered) -> SplitError:
    return SplitError(
        "this index has no name",
        where=Place(one.path, one.statement.line, one.statement.column, _first_line(one.statement.text)),
        why="after a crash nobody could tell whether it was built",
        state="nothing was run",
        next_step="name it: CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON …",
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0][:120]
