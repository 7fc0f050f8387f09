"""Which statements begin or end a transaction, and which need to be outside of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import Statement

FIRST_WORDS = ("begin", "commit", "end", "rollback", "abort", "start", "prepare")


def controls_transaction(statement: Statement) -> bool:
    """Tell whether a statement begins or ends a transaction; savepoints are no matter.

    BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT, PREPARE TRANSACTION, COMMIT and ROLLBACK PREPARED
    (manual: sql-commands). ROLLBACK TO, RELEASE and PREPARE name AS are fine.
    """
    if not statement.text[:8].lower().startswith(FIRST_WORDS):
        return False
    first, *rest = statement.words
    if first == "prepare":
        return rest[:1] == ["transaction"]
    if first == "rollback":
        return "to" not in rest[:2]
    return first in FIRST_WORDS


def begins(statement: Statement) -> bool:
    """Tell whether a transaction is open after a statement that controls one: BEGIN, and COMMIT AND CHAIN."""
    words = statement.words
    return words[:1] in (("begin",), ("start",)) or (words[-1:] == ("chain",) and "no" not in words)


def is_of_two_phases(statement: Statement) -> bool:
    """Tell COMMIT PREPARED and ROLLBACK PREPARED, which end a transaction of another session."""
    return statement.words[1:2] == ("prepared",)


def with_open(statements: Iterable[Statement]) -> Iterator[tuple[Statement, Statement | None]]:
    """Give each statement of a file with the one that began the transaction which is open when it starts."""
    opened: Statement | None = None
    for statement in statements:
        yield statement, opened
        if controls_transaction(statement) and not is_of_two_phases(statement):
            opened = statement if begins(statement) else None


def needs_no_transaction(statement: Statement) -> str | None:
    """Name the statement if PostgreSQL refuses it inside a transaction block, such as `CREATE INDEX CONCURRENTLY`.

    By the first words and the words at depth 0 (manual: sql-commands, "cannot be executed inside a transaction
    block", PostgreSQL 14 to 18). What depends on the kind of a table (REINDEX of a partitioned one) is not seen.
    """
    if not MAY_NEED_NONE.match(statement.text):
        return None
    first = statement.words[0]
    words = [token.word for token in tokens(statement.text) if token.kind == "word" and not token.depth]
    return OUTSIDE[first](words)


def _concurrent_index(words: list[str]) -> str | None:
    if words[1:2] == ["unique"]:
        words = words[:1] + words[2:]
    if words[1:3] == ["index", "concurrently"]:
        return f"{words[0]} index concurrently".upper()
    return f"{words[0]} {words[1]}".upper() if words[1:2] and words[1] in CLUSTER_WIDE else None


def _reindex(words: list[str]) -> str | None:
    if "concurrently" in words[1:3]:
        return "REINDEX CONCURRENTLY"
    kind = next((word for word in words[1:] if word in ("schema", "database", "system")), None)
    return f"REINDEX {kind}".upper() if kind and words.index(kind) == 1 else None


def _alter(words: list[str]) -> str | None:
    if words[1:2] == ["system"]:
        return "ALTER SYSTEM"
    if words[1:2] == ["table"] and "detach" in words and "partition" in words and words[-1] == "concurrently":
        return "DETACH PARTITION CONCURRENTLY"
    if words[1:2] == ["database"] and words[-3:-1] == ["set", "tablespace"]:
        return "ALTER DATABASE SET TABLESPACE"
    is_refresh = words[1:2] == ["subscription"] and ("refresh" in words or "publication" in words)
    return "ALTER SUBSCRIPTION" if is_refresh else None


def _vacuum(words: list[str]) -> str | None:
    return words[0].upper()


def _cluster(words: list[str]) -> str | None:
    return "CLUSTER" if len([word for word in words[1:] if word != "verbose"]) == 0 else None


def _discard(words: list[str]) -> str | None:
    return "DISCARD ALL" if words[1:2] == ["all"] else None


# Cheap, and never wrong in saying no: most statements need not be read to the end.
MAY_NEED_NONE = re.compile(
    r"(?:vacuum|cluster|discard|reindex)\b|(?:create|drop|alter)\b"
    r"(?=.*?\b(?:concurrently|database|tablespace|subscription|system)\b)",
    re.IGNORECASE | re.DOTALL,
)
CLUSTER_WIDE = ("database", "tablespace", "subscription")
OUTSIDE = {
    "create": _concurrent_index,
    "drop": _concurrent_index,
    "reindex": _reindex,
    "alter": _alter,
    "vacuum": _vacuum,
    "cluster": _cluster,
    "discard": _discard,
}
