from __future__ import annotations

import pytest

from surefoot_lint.pieces import Statement
from surefoot_lint.split import split
from surefoot_lint.transaction import controls_transaction

CONTROLS = [
    "BEGIN",
    "begin",
    "BEGIN WORK",
    "BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    "BEGIN/**/WORK",
    "BEGIN -- now\n",
    "START TRANSACTION",
    "START TRANSACTION READ ONLY",
    "COMMIT",
    "COMMIT AND CHAIN",
    "COMMIT WORK",
    "COMMIT PREPARED 'a'",
    "END",
    "END TRANSACTION",
    "ROLLBACK",
    "ROLLBACK WORK",
    "ROLLBACK AND CHAIN",
    "ROLLBACK PREPARED 'a'",
    "ABORT",
    "ABORT WORK",
    "PREPARE TRANSACTION 'a'",
    "-- a comment\n/* and another */ COMMIT",
]
LEAVES_ALONE = [
    "SAVEPOINT a",
    "RELEASE a",
    "RELEASE SAVEPOINT a",
    "ROLLBACK TO a",
    "ROLLBACK TO SAVEPOINT a",
    "ROLLBACK WORK TO SAVEPOINT a",
    "ROLLBACK TRANSACTION TO a",
    "PREPARE a AS SELECT 1",
    "PREPARE transaction_of_cats AS SELECT 1",
    "SET TRANSACTION READ ONLY",
    "SELECT 'COMMIT'",
    "DO $$ BEGIN COMMIT; END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
    "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$",
    "CALL commit_cats()",
    "DELETE FROM cat",
    '"commit"',
    "1",
]


def only(text: str) -> Statement:
    (statement,) = (piece for piece in split([text]) if isinstance(piece, Statement))
    return statement


@pytest.mark.parametrize("text", CONTROLS)
def test_begins_or_ends_a_transaction(text: str) -> None:
    assert controls_transaction(only(text))


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_leaves_the_transaction_alone(text: str) -> None:
    assert not controls_transaction(only(text))
