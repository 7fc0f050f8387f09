"""Keep passwords out of whatever is shown or kept."""

from __future__ import annotations

import re

IN_AUTHORITY = re.compile(r"(?<=//)([^/@\s:]*:)(.*)(?=@)")
IN_PAIRS = re.compile(r"((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE)


def without_password(text: str) -> str:
    """Put *** in place of each password of a connection string, be it well formed or not, anywhere in a text."""
    return IN_PAIRS.sub(r"\1***", IN_AUTHORITY.sub(r"\1***", text))


def concealed(text: str) -> str:
    """Put *** in place of passwords, and stars in the place of what is a secret by its shape, such as a key."""
    from surefoot_lint.secret import masked

    return masked(without_password(text))
