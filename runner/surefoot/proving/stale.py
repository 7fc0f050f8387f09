"""What a round may have left stale: all else is as it was, and need not be read again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from surefoot.catalog import ask
from surefoot.proving.touched import Touched
from surefoot.script import ScriptError

FUNCTION = Path(__file__).with_suffix(".sql")
FIRST_OWN = 16384  # smaller oids are PostgreSQL's own (manual: system-catalog-initial-data)
# The catalogs whose rows tell of single objects: their class, or the column with it, and the column with their oid.
TELLING: Mapping[str, Mapping[str, str]] = {
    "pg_class": {"pg_class": "oid"},
    "pg_attribute": {"pg_class": "attrelid"},
    "pg_attrdef": {"pg_class": "adrelid"},
    "pg_index": {"pg_class": "indexrelid"},
    "pg_sequence": {"pg_class": "seqrelid"},
    "pg_rewrite": {"pg_rewrite": "oid", "pg_class": "ev_class"},
    "pg_constraint": {"pg_constraint": "oid", "pg_class": "conrelid"},
    "pg_trigger": {"pg_trigger": "oid", "pg_constraint": "tgconstraint"},
    "pg_policy": {"pg_policy": "oid"},
    "pg_proc": {"pg_proc": "oid"},
    "pg_aggregate": {"pg_proc": "aggfnoid"},
    "pg_type": {"pg_type": "oid"},
    "pg_enum": {"pg_type": "enumtypid"},
    "pg_range": {"pg_type": "rngtypid"},
    "pg_publication_rel": {"pg_publication_rel": "oid"},
    "pg_description": {"classoid": "objoid"},
    "pg_depend": {"classid": "objid"},
}
WRITTEN = """
SELECT {class_}::oid, {column} FROM {catalog}
WHERE '{catalog}' = ANY (changed) AND {column} >= {first} AND age(xmin) <= latest
"""
CASTS = "pg_cast"  # with others, any value may be written in other words
ASK = sql.SQL("SELECT to_json(surefoot_proof.stale({}::xid, {}::text[]))")
NOT_THERE = ("42883", "3F000")  # undefined_function, invalid_schema_name: a migration may have dropped what is ours
# Those that say nothing of the schema, and those of which all is read each time.
OTHERS = frozenset(
    {
        "pg_auth_members",
        "pg_database",
        "pg_db_role_setting",
        "pg_default_acl",
        "pg_largeobject",
        "pg_largeobject_metadata",
        "pg_shdepend",
        "pg_shdescription",
        "pg_statistic_ext_data",
        "pg_user_mapping",
    }
)


@dataclass(frozen=True, slots=True)
class Stale:
    """The objects whose words, and the tables whose rows may not be what they were, by their oids.

    `changed` are the catalogs of which rows were written, `shrunk` those that have lost some; even if that was rolled
    back.
    """

    objects: frozenset[int]
    tables: frozenset[int]
    changed: frozenset[str]
    shrunk: frozenset[str]

    @property
    def is_telling(self) -> bool:
        """Tell whether the objects are all that may have other words."""
        return self.changed <= TELLING.keys() | OTHERS


def function() -> str:
    """Write the statement that makes the function which finds what is stale."""
    return FUNCTION.read_text(encoding="utf-8").replace("(:written)", f"({' UNION ALL '.join(_written())})")


def _written() -> Iterator[str]:
    for catalog, told in TELLING.items():
        first = 0 if catalog == "pg_description" else FIRST_OWN  # a schema of the system's may have another comment
        for class_, column in told.items():
            oid = f"'{class_}'::regclass" if class_.startswith("pg_") else class_
            yield WRITTEN.format(catalog=catalog, class_=oid, column=column, first=first)


def read_stale(connection: psycopg.Connection, seen: Touched | None) -> Stale | None:
    """Find what a round has left stale, after it; nothing where all may be. Raises ScriptError."""
    if seen is None or not seen.is_known or CASTS in seen.changed_catalogs:
        return None
    changed = seen.changed_catalogs
    objects: frozenset[int] = frozenset()
    if told := sorted(changed & TELLING.keys()):
        try:
            answer = ask(connection, ASK.format(seen.before.since, told).as_string())
        except ScriptError as error:
            if error.diagnosis.sqlstate not in NOT_THERE:
                raise
            return None
        objects = frozenset(json.loads(answer or "[]"))
    return Stale(objects, objects | seen.changed_tables, changed, frozenset(filter(seen.has_shrunk, changed)))
