"""Texts as SQL writes them, without the grammar that names need."""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """Write a text as a string; a backslash means itself, whatever the settings."""
    inner = text.replace("'", "''")
    return f"E'{inner.replace(chr(92), chr(92) * 2)}'" if "\\" in text else f"'{inner}'"


def array(texts: Iterable[str]) -> str:
    """Write several texts as an array."""
    return f"ARRAY[{', '.join(map(literal, texts))}]::text[]"
