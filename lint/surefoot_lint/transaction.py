"""Which statements begin or end a transaction, and so must not stand in a migration."""

from __future__ import annotations

from surefoot_lint.split import Statement

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
