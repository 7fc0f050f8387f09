"""The page of the manifest: each key with meaning, default and example, from the declaration that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from surefoot_lint.document import (
    AnyOf,
    Choice,
    Duration,
    Flag,
    Integer,
    Key,
    Keys,
    ListOf,
    Percent,
    Scalar,
    Shape,
    Text,
)
from surefoot_lint.invariant import Asked, Named, Sound, all_invariants, invariants_shape
from surefoot_lint.manifest_keys import DOCUMENT, FILE, Invariants

# By the key's path, `migrations[].phase`; each is tried with the shape of its key.
EXAMPLES = {
    "surefoot": "1",
    "name": "shop",
    "postgres": "15",
    "platform": "supabase",
    "folders": "{migrations: sql/up, rollbacks: sql/down}",
    "folders.migrations": "sql/up",
    "folders.rollbacks": "sql/down",
    "settings": "{lock_timeout: 2s, statement_timeout: 1h}",
    "settings.lock_timeout": "2s",
    "settings.statement_timeout": "1h",
    "settings.lock_retries": "10",
    "lint": "{gaps: allow, ignore: [SD101]}",
    "lint.gaps": "allow",
    "lint.ignore": "[SD101, NM101]",
    "lint.select": "[TY107, NM201]",
    "lint.fail_on": "warning",
    "lint.idempotent": "warn",
    "lint.baseline": "lint-baseline.jsonl",
    "lint.exposed_schemas": "[api]",
    "ledger": "{schema: migrations}",
    "ledger.schema": "migrations",
    "seeds": "[seeds/001_customers.sql]",
    "migrations": "[{file: 001_create_customers.sql, rollback: rollback_001.sql}]",
    "migrations[].file": "002_index_customers.sql",
    "migrations[].rollback": "rollback_002.sql",
    "migrations[].phase": "billing",
    "migrations[].transaction": "false",
    "migrations[].settings": "{lock_timeout: 1s}",
    "migrations[].requires": "[001_create_customers.sql]",
    "migrations[].checks": '[{name: none is left, sql: "SELECT count(*) FROM old", expect: 0}]',
    "migrations[].guards": '[{name: by mail, sql: "SELECT * FROM customers", max_slowdown: 20%}]',
    "migrations[].irreversible": "plans are referenced by live invoices",
    "migrations[].lossy": "the old spelling of names is not kept",
    "migrations[].data_rollback": "reset_002.sql",
    "migrations[].feature_rollback": "switch_off_002.sql",
    "migrations[].on_failed_check": "stop",
    "migrations[].checks[].name": "no customer without an address",
    "migrations[].checks[].when": "before",
    "migrations[].checks[].sql": "\"SELECT count(*) FROM customers WHERE email = ''\"",
    "migrations[].checks[].sql_file": "checks/addresses.sql",
    "migrations[].checks[].role": "anon",
    "migrations[].checks[].expect": "{error: insufficient_privilege}",
    "migrations[].guards[].name": "customers by their address",
    "migrations[].guards[].sql": "\"SELECT * FROM customers WHERE email = 'a@example.org'\"",
    "migrations[].guards[].max_slowdown": "20%",
    "migrations[].guards[].on_breach": "rollback",
    "migrations[].guards[].runs": "9",
    "invariants": "{rls_enabled: true, tables: [customers]}",
    "checks": '[{name: anon reads no invoice, role: anon, sql: "SELECT count(*) FROM invoices", expect: 0}]',
    "guards": '[{name: the cart, sql: "SELECT * FROM carts", max_slowdown: 10%}]',
} | {f"invariants.{name}": one.example for name, one in all_invariants().items()}
TITLES = {
    "": "The manifest's own keys",
    "migrations[]": "A migration",
    "migrations[].checks[]": "A check",
    "migrations[].guards[]": "A guard",
}
NOTES = {
    "migrations[].checks[]": "Each needs either `sql` or `sql_file`. Those of the whole database (`checks`) have no "
    "`when`; `surefoot verify` asks them.",
    "migrations[].guards[]": "The same keys in `guards` of the whole manifest and of a migration.",
    "invariants": "In place of `true` a mapping says `schemas` and `except`. "
    "What each of them asks: [verify](../how-to/verify.md#invariants).",
    "settings": "The same keys in `settings` of a migration count for that one alone, and what is not said there stays "
    "as it is here.",
}


class Section(NamedTuple):
    """The keys of one mapping, where it stands, and what its keys are if it is not there."""

    path: str
    keys: Mapping[str, Key]
    defaults: Mapping[str, Any]

    def path_of(self, name: str) -> str:
        """Write the path of a key."""
        return f"{self.path}.{name}" if self.path else name


def manifest_sections() -> list[Section]:
    """List the mappings of a manifest, each once."""
    return list(_sections("", DOCUMENT, {}, []))


def manifest_tables() -> str:
    """Write the tables of all keys."""
    return "\n\n".join(map(_written, manifest_sections()))


def _sections(path: str, keys: Keys, defaults: Mapping[str, Any], seen: list[Mapping[str, Key]]) -> Iterator[Section]:
    """Go down into mappings and lists of them; what has no key that is not known already is left out."""
    seen.append(keys.keys)
    section = Section(path, keys.keys, defaults)
    yield section
    for name, key in keys.keys.items():
        shape, end = (key.shape.shape, "[]") if isinstance(key.shape, ListOf) else (key.shape, "")
        shape = invariants_shape() if isinstance(shape, Invariants) else shape
        if isinstance(shape, Keys) and not any(shape.keys.items() <= known.items() for known in seen):
            below = key.default._asdict() if hasattr(key.default, "_asdict") else {}
            yield from _sections(section.path_of(name) + end, shape, below, seen)


def _written(section: Section) -> str:
    title = TITLES.get(section.path, f"`{section.path}`")
    head = ["| key | meaning | value | default | example |", "|---|---|---|---|---|"]
    rows = [_row(section, name, key) for name, key in section.keys.items()]
    return "\n".join([f"## {title}", "", *([NOTES[section.path], ""] if section.path in NOTES else []), *head, *rows])


def _row(section: Section, name: str, key: Key) -> str:
    default = "**must be there**" if key.required else _default(section.defaults.get(name, key.default))
    cells = (f"`{name}`", key.doc, _value(key.shape), default, f"`{name}: {EXAMPLES[section.path_of(name)]}`")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return "each key's own" if any(one is not None for one in value) else "those of the whole manifest"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _value(shape: Shape) -> str:
    """Say in a few words what may stand there."""
    if isinstance(shape, Choice):
        return ", ".join(f"`{word}`" for word in shape.words)
    if isinstance(shape, Integer):
        return str(shape.least) if shape.least == shape.most else f"{shape.least} to {shape.most}"
    if isinstance(shape, ListOf):
        known = {Keys: "a list of mappings", ListOf: "a list of rows"}
        return known.get(type(shape.shape)) or f"a list: {_value(shape.shape)}"
    if isinstance(shape, AnyOf):
        return ", or ".join(map(_value, shape.shapes))
    if isinstance(shape, Text):
        return "a path" if shape is FILE else shape.meaning
    if isinstance(shape, Asked):
        return _value(shape.invariant.shape)
    if isinstance(shape, Sound):
        return _value(shape.shape)
    return WORDS[type(shape)]


WORDS: dict[type, str] = {
    Keys: "a mapping",
    Invariants: "a mapping",
    Named: "a mapping of names",
    Duration: "a time with its unit (`us`, `ms`, `s`, `min`, `h`, `d`), or 0 for no limit",
    Flag: "`true`, `false`",
    Percent: "a percentage, with its sign",
    Scalar: "one value",
}
