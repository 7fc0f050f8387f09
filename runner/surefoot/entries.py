"""The statements that write the ledger, as text: for the runner to send, and for psql to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from surefoot.provenance import Provenance

if TYPE_CHECKING:
    from surefoot.resume import Numbered

Action = Literal[
    "applied",
    "rolled_back",
    "data_rolled_back",
    "feature_rolled_back",
    "failed",
    "baselined",
    "accepted",
    "repaired",
]


class Expression(str):
    """SQL that stands for a value."""

    __slots__ = ()


class Entries:
    """Writes the statements for the ledger in one schema, whose name is quoted; `literal` quotes values."""

    def __init__(self, quoted_schema: str, literal: Callable[[str], str]) -> None:
        self._schema = quoted_schema
        self._literal = literal

    def fence(self, key: int | str, expected_id: int | str, lease_token: int | None = None) -> str:
        """Write the statement that begins a migration's transaction: the lock is held, nothing has come between."""
        return f"SELECT {self._schema}.fence({key}, {expected_id}, {lease_token or 'NULL'})"

    def record(
        self,
        action: Action,
        number: int,
        name: str,
        provenance: Provenance,
        *,
        fingerprint: str | None = None,
        **columns: str | int | None,
    ) -> str:
        """Write the statement that adds a row; it answers with the row's hash. `fingerprint` is an expression."""
        values = {"action": action, "number": number, "name": name} | provenance.columns() | columns
        said = [f"{column} => {self._value(value)}" for column, value in values.items() if value is not None]
        said += [f"fingerprint => {fingerprint}"] if fingerprint else []
        return f"SELECT {self._schema}.record({', '.join(said)})"

    def intend(
        self, number: int, action: Action, one: Numbered, invalid: Sequence[int] | Expression, *, is_done: bool
    ) -> str:
        """Write the statement that notes a statement of a file: as begun, or as done with its transaction."""
        oids = invalid if isinstance(invalid, Expression) else f"ARRAY[{', '.join(map(str, invalid))}]::oid[]"
        finished = "clock_timestamp()" if is_done else "NULL"
        return (
            f"INSERT INTO {self._schema}.progress (number, action, position, line, statement, invalid_before,"
            f" finished_at) VALUES ({number}, {self._literal(action)}, {one.position}, {one.statement.line},"
            f" {self._literal(one.kept)}, {oids}, {finished})"
        )

    def mark_done(self, number: int, action: Action, position: int) -> str:
        """Write the statement that marks a statement of a file as done."""
        return (
            f"UPDATE {self._schema}.progress SET finished_at = clock_timestamp()"
            f" WHERE number = {number} AND action = {self._literal(action)} AND position = {position}"
        )

    def forget_progress(self, number: int) -> str:
        """Write the statement that ends the notes on a migration, in the transaction of its row in the ledger."""
        return f"DELETE FROM {self._schema}.progress WHERE number = {number}"

    def _value(self, value: str | int) -> str:
        return str(value) if isinstance(value, int | Expression) else self._literal(value)
