"""What the ledger of another tool says, in words that are the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from surefoot.errors import Refused

Ask = Callable[[str], list[dict[str, Any]]]
UNTOUCHED = "nothing was written; the other tool's ledger is as it was"


class Table(NamedTuple):
    """A table of a database: its columns, and itself with all that belongs to it, as `schema.name` in quotes."""

    schema: str
    name: str
    columns: frozenset[str]
    objects: frozenset[str]

    @property
    def shown(self) -> str:
        """Name it for a person."""
        return f"{self.schema}.{self.name}"


class Entry(NamedTuple):
    """A migration that another tool has applied: what it is called there, when, by whom, and what else is said.

    `group` is the part of a project it belongs to, where the tool has such. `number` is none where the tool's own
    number says nothing of the manifest's.
    """

    name: str
    number: int | None = None
    when: str | None = None
    who: str | None = None
    note: str | None = None
    group: str | None = None

    @property
    def told(self) -> str:
        """Say when and by whom it was applied."""
        when = f"applied {self.when}" if self.when else "applied at an unknown time"
        return ", ".join(filter(None, (f"{when} by {self.who}" if self.who else when, self.note)))


class ForeignLedger(NamedTuple):
    """All that another tool has applied; with `is_last_only` it says the last one, and means all before it too."""

    tool: str
    table: Table
    entries: tuple[Entry, ...]
    is_last_only: bool = False


class Tool(Protocol):
    """A module that knows one tool."""

    NAMES: Sequence[str]
    """The names of its table; the rest of the tool's own follows from `owns`."""

    def is_its(self, table: Table) -> bool:
        """Tell whether a table with one of the names is its ledger, by the columns."""
        ...

    def read(self, table: Table, ask: Ask) -> ForeignLedger:
        """Read it: `{}` in a query stands for the table. Raises Refused for a state that the tool must mend."""
        ...


def dirty(tool: str, table: Table, what: str, advice: str) -> Refused:
    """Make the error of a ledger that its own tool would not go on from."""
    return Refused(
        "dirty-ledger",
        f"{table.shown} is not in order: {what}",
        why=f"{tool} itself would not go on from there, and nobody knows what the database really has",
        state=UNTOUCHED,
        next_step=advice,
    )
