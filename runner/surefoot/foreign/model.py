"""What the ledger of another tool says, in words that are the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from surefoot.errors import Refused

Ask = Callable[[str], list[dict[str, Any]]]
Scope = Literal["itself", "and all before", "all up to its number"]
UNTOUCHED = "nothing was written; the other tool's ledger is as it was"


class Table(NamedTuple):
    """A table of a database: its columns, and which tables of the tool stand beside it.

    `schema` and `name` are bare; `shown` is both as SQL writes them. `objects` are the table and all that belongs to
    it, written so.
    """

    schema: str
    name: str
    columns: frozenset[str]
    beside: frozenset[str] = frozenset()
    shown: str = ""
    objects: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """A migration that another tool has applied: what it is called there, when, by whom, and what else is said.

    `group` is the part of a project it belongs to, where the tool has such. `number` is none where the tool's own
    number says nothing of the manifest's. `scope` is what is applied by its word.
    """

    name: str
    number: int | None = None
    when: str | None = None
    who: str | None = None
    note: str | None = None
    group: str | None = None
    scope: Scope = "itself"

    @property
    def told(self) -> str:
        """Say when and by whom it was applied."""
        when = f"applied {self.when}" if self.when else "applied at an unknown time"
        return ", ".join(filter(None, (f"{when} by {self.who}" if self.who else when, self.note)))

    @property
    def told_of_earlier(self) -> str:
        """Say of a migration before it, which has no entry of its own, how it is known to be applied."""
        if self.scope == "all up to its number":
            return f"there at the baseline of {self.when} by {self.who}"
        return "applied before it"


class ForeignLedger(NamedTuple):
    """All that another tool has applied, in its order.

    With `repeats_names` a name may come again, and means the next migration of that name. `remarks` are what a person
    should know of its state.
    """

    tool: str
    table: Table
    entries: tuple[Entry, ...]
    repeats_names: bool = False
    remarks: tuple[str, ...] = ()


class Tool(Protocol):
    """A module that knows one tool."""

    NAMES: Sequence[str]
    """The names that its ledger has, unless somebody has given it another."""
    BESIDE: Sequence[str]
    """The names of all other tables that it keeps in the same schema."""

    def is_its(self, table: Table) -> bool:
        """Tell whether a table is its ledger, by the columns."""
        ...

    def read(self, table: Table, ask: Ask) -> ForeignLedger:
        """Read it: in a query `{}` stands for the table, `{schema}` for its schema.

        Raises Refused for a state that the tool must mend.
        """
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
