r"""Text for psql: what it would take for its own is kept from it, so that the server gets what the file says.

psql puts the values of its variables in place of `:name`, `:'name'`, `:"name"` and `:{?name}` outside of quotes; a
backslash before the colon keeps it (manual: app-psql, "SQL Interpolation").
"""

from __future__ import annotations

import re

from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import Statement

# What psql reads as the beginning of a variable's name, after a colon that is not part of `::`.
TAKEN_BY_PSQL = re.compile(r"""[A-Za-z0-9_'"{\u0080-\U0010ffff]""")
CONTINUED = re.compile(r"'[ \t\f\v]*(?:--[^\n]*)?\n")


def dollar_quoted(text: str, tag: str = "text") -> str:
    """Quote a text as it is, by a tag that does not occur in it."""
    unique, number = tag, 1
    while f"${unique}" in text:
        number += 1
        unique = f"{tag}{number}"
    return f"${unique}${text}${unique}$"


def literal(text: str) -> str:
    """Write a text as a value of SQL, whatever standard_conforming_strings is."""
    return dollar_quoted(text) if "\\" in text or "\n" in text else "'" + text.replace("'", "''") + "'"


def argument(text: str) -> str:
    """Write a text as one argument of a psql command, in which no variable is looked for."""
    plain = text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n")
    return f"'{plain}'"


def sendable(statement: Statement, *, standard: bool = True) -> str:
    r"""Write a statement with its semicolon so that psql sends exactly its text.

    `standard` is standard_conforming_strings. Where psql would cut it otherwise than the server reads it, in E'…'
    that goes on in a further line and in strings with backslashes that are no standard ones, it is sent by \gexec.
    """
    text = statement.text
    if _is_read_otherwise(text, standard):
        return f"SELECT {dollar_quoted(text, 'sql')} \\gexec"
    is_commented = "--" in text[text.rfind("\n") + 1 :]  # at the end of a file, a comment may come last
    return _colons_kept(text) + ("\n;" if is_commented else ";")


def _is_read_otherwise(text: str, standard: bool) -> bool:
    if "\\" not in text or "'" not in text:
        return False
    if not standard:
        return True
    strings = (token.text for token in tokens(text) if token.kind == "string" and token.text[0] in "eE")
    return any(CONTINUED.search(string) for string in strings)


def _colons_kept(text: str) -> str:
    if ":" not in text:
        return text
    parts, done, cast_end = [], 0, -1
    for token in tokens(text):
        at = token.offset
        if token.text != ":" or at < cast_end:
            continue
        following = text[at + 1 : at + 2]
        if following == ":":
            cast_end = at + 2
        elif TAKEN_BY_PSQL.match(following):
            parts += [text[done:at], "\\"]
            done = at
    return "".join([*parts, text[done:]])
