"""Names of objects as statements write them."""

from __future__ import annotations

import re
from collections.abc import Collection

from surefoot.catalog import Identity

PART = re.compile(r'"(?:[^"]|"")*"|[^.]+')
ON_TABLE = ("constraint", "trigger", "policy", "rule")
RELATIONS = ("table", "foreign table", "view", "materialized view")
WORDS = {
    "enum": "TYPE",
    "range": "TYPE",
    "composite type": "TYPE",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
}
AROUND = {"cast": "({})", "transform": "FOR {}", "user mapping": "FOR {}"}


def split(name: str) -> tuple[str, str]:
    """Cut the last part off a qualified name: `public.cat.name` is `public.cat` and `name`."""
    parts = PART.findall(name)
    return ".".join(parts[:-1]), parts[-1]


def reference(one: Identity, domains: Collection[str] = ()) -> str:
    """Write an object as COMMENT ON names it: `TRIGGER keep ON public.cat`; `domains` have constraints too."""
    return " ".join(_words(one, domains))


def dropped(one: Identity, domains: Collection[str] = ()) -> str:
    """Write what drops an object, and nothing that depends on it."""
    table, part = split(one.name) if one.kind in ("constraint", "column") else ("", "")
    if one.kind == "constraint":
        return f"ALTER {'DOMAIN' if table in domains else 'TABLE'} {table} DROP CONSTRAINT IF EXISTS {part}"
    if one.kind == "column":
        return f"ALTER TABLE {table} DROP COLUMN IF EXISTS {part}"
    if one.kind == "published table":
        publication, _, table = one.name.partition(" ")
        return f"ALTER PUBLICATION {publication} DROP TABLE {table}"
    word, name = _words(one, domains)
    return f"DROP {word} IF EXISTS {name}"


def _words(one: Identity, domains: Collection[str]) -> tuple[str, str]:
    word = WORDS.get(one.kind, one.kind.upper())
    if one.kind in ON_TABLE:
        table, part = split(one.name)
        of_what = "DOMAIN " if one.kind == "constraint" and table in domains else ""
        return word, f"{part} ON {of_what}{table}"
    if one.kind == "aggregate":
        return word, one.name.replace("()", "(*)")
    return word, AROUND.get(one.kind, "{}").format(one.name)


def literal(text: str) -> str:
    """Quote a text as a constant that means the same under each setting of the session."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted
