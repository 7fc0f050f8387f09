"""Verdicts as text, one module a format; nothing is printed here."""

from __future__ import annotations

from importlib import import_module

from surefoot.proving.proofs import Proofs

FORMATS = ("text", "json", "github", "junit", "markdown")


def render(proofs: Proofs, form: str) -> str:
    """Write the verdicts in one of the formats."""
    text: str = import_module(f"{__name__}.{form}").render(proofs)
    return text
