"""Names and texts as SQL writes them: in quotes only where they must be."""

from __future__ import annotations

import re
from functools import cache

from surefoot_lint.objects import DEFAULT_SCHEMA, ROUTINES, Object
from surefoot_lint.parse import RefusedError, parse

PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


@cache
def quoted(name: str) -> str:
    """Write a name so that PostgreSQL reads it back as a column, a table and a type alike."""
    return name if PLAIN.fullmatch(name) and _is_free(name) else '"' + name.replace('"', '""') + '"'


def _is_free(word: str) -> bool:
    """Ask the grammar whether a word may be a name: not the keywords that it keeps to itself."""
    try:
        parse(f"ALTER TABLE {word} ADD {word} {word}")
    except RefusedError:
        return False
    return True


def qualified(of: Object) -> str:
    """Write the name of a relation, type or routine, with its schema where that is not the usual one."""
    schema = "" if of.schema in ("", DEFAULT_SCHEMA) else f"{quoted(of.schema)}."
    return f"{schema}{quoted(of.name)}"


def dollar_quote(text: str, tag: str = "") -> str:
    """Choose a dollar quote that does not stand in a text."""
    quote, number = f"${tag}$", 0
    while quote in text:
        number += 1
        quote = f"$block{number if number > 1 else ''}$"
    return quote


def named(of: Object) -> str:
    """Write an object as DROP and COMMENT ON name it: `f(integer)`, `keepers ON cat`, `cat.name`."""
    if of.kind in ROUTINES:
        return qualified(of) if of.part is None else f"{qualified(of)}({of.part})"
    if of.part is None:
        return of.name if of.kind == "cast" else qualified(of)
    return f"{qualified(of)}.{quoted(of.part)}" if of.kind == "column" else f"{quoted(of.part)} ON {qualified(of)}"
