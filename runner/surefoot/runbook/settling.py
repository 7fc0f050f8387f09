"""What the catalog says of a statement in doubt, asked by psql: the queries of `surefoot.resume`, as expressions."""

from __future__ import annotations

from dataclasses import dataclass

from surefoot.resume import (
    EXISTS,
    INDEX_BY_NAME,
    INVALID,
    OBJECT,
    PARTITION,
    REBUILT,
    Numbered,
    folded,
    index_of,
    names_after,
)
from surefoot.runbook.psqltext import literal


@dataclass(frozen=True, slots=True)
class Settlement:
    """How psql decides about a statement: is it done, where it is in doubt; which indexes are dropped before it.

    `leftovers` is a query for their oids, and `is_left_in_doubt` tells that there are such only then. `instead` is a
    condition and the statement that is run where it holds.
    """

    is_done: str = "false"
    leftovers: str | None = None
    is_left_in_doubt: bool = False
    instead: tuple[str, str] | None = None


def settlement(one: Numbered) -> Settlement:
    """Write how the catalog decides about a statement that runs outside of a transaction."""
    statement = one.statement
    match one.outside:
        case "CREATE INDEX CONCURRENTLY":
            name, table = index_of(statement)
            found = INDEX_BY_NAME % {"name": literal(name or ""), "table": literal(table)}
            return Settlement(
                f"EXISTS (SELECT FROM ({found.strip()}) AS found WHERE found.indisvalid)",
                f"SELECT found.indexrelid FROM ({found.strip()}) AS found WHERE NOT found.indisvalid",
            )
        case "REINDEX CONCURRENTLY":
            rebuilt = (REBUILT % "i.indexrelid").strip()
            left = f"SELECT i.indexrelid FROM ({INVALID.strip()}) AS i WHERE ({rebuilt})"
            return Settlement("false", f"{left} AND i.indexrelid <> ALL (:'invalid'::oid[])", is_left_in_doubt=True)
        case "DROP INDEX CONCURRENTLY":
            there = " OR ".join(f"({EXISTS % literal(name)})" for name in names_after(statement, "concurrently"))
            return Settlement(f"NOT ({there})")
        case "DETACH PARTITION CONCURRENTLY":
            parent, child = names_after(statement, "table")[0], names_after(statement, "partition")[0]
            pending = (PARTITION % {"parent": literal(parent), "child": literal(child)}).strip()
            finalize = f"ALTER TABLE {parent} DETACH PARTITION {child} FINALIZE"
            return Settlement(f"NOT EXISTS ({pending})", instead=(f"coalesce(({pending}), false)", finalize))
        case str(outside) if outside.split()[-1].lower() in OBJECT:
            verb, kind = outside.lower().split()
            there = OBJECT[kind] % literal(folded(names_after(statement, kind)[0]))
            return Settlement(f"({there}) = {str(verb == 'create').lower()}")
    return Settlement()
