"""The checks of the manifest, as psql asks them."""

from __future__ import annotations

import json
import math
from typing import Any

from surefoot.checks import expected_words, shown, states_of
from surefoot.runbook.psqltext import argument, dollar_quoted
from surefoot_lint.manifest import Check, ExpectedError
from surefoot_lint.project import Project


def asked(project: Project, check: Check, next_step: str) -> str:
    """Write how a check is asked within an open transaction; the block `:ask` must be known.

    When it fails, `next_step` is the advice.
    """
    return (
        f"SET LOCAL surefoot.asked = {dollar_quoted(_described(check, next_step), 'check')};\n"
        f"SET LOCAL surefoot.query = {dollar_quoted(_query(project, check), 'query')};\n"
        f":ask;\n"
    )


def asked_aloud(project: Project, check: Check, next_step: str) -> str:
    """Write how a check is asked, and that it holds."""
    return asked(project, check, next_step) + f"\\echo {argument(f'    check: {check.name}')}\n"


def _described(check: Check, next_step: str) -> str:
    parts: dict[str, Any] = {"name": check.name, "expected": expected_words(check), "where": str(check.place)}
    if check.role:
        parts["role"] = check.role
    if isinstance(check.expect, ExpectedError):
        parts["errors"] = states_of(check.expect)
    else:
        rows = check.expect if isinstance(check.expect, tuple) else ((check.expect,),)
        parts["rows"] = [[_value(value) for value in row] for row in rows]
    return json.dumps(parts | {"next": next_step}, ensure_ascii=False)


def _value(value: Any) -> Any:
    """Give a value of YAML as one of JSON: numbers and nothing as they are, all others as psql shows them."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value).replace("inf", "Infinity").replace("nan", "no number")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number or value is None else shown(value)


def _query(project: Project, check: Check) -> str:
    from surefoot_lint.pieces import Statement
    from surefoot_lint.split import split

    pieces = split([project.sql_of(check)], check.place.path)
    return next(piece.text for piece in pieces if isinstance(piece, Statement))
