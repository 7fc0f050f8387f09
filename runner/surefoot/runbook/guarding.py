"""The guards of the manifest, as psql measures them: queries that must not become slow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from surefoot.guards import query_of
from surefoot.runbook.psqltext import dollar_quoted
from surefoot_lint.manifest import Guard


def measured(guards: Sequence[Guard]) -> Iterator[str]:
    """Write how guards are measured before a migration, within an open transaction; `:measure` must be known."""
    for place, guard in enumerate(guards, 1):
        yield _measured(guard, "")
        yield f"SELECT current_setting('surefoot.median') AS guard_{place} \\gset\n"


def judged(guards: Sequence[Guard], next_step: str) -> Iterator[str]:
    """Write how they are measured again, and judged; `:judge` must be known. `next_step` is the advice."""
    for place, guard in enumerate(guards, 1):
        yield _measured(guard, next_step)
        yield f"SET LOCAL surefoot.before = :'guard_{place}';\n:judge;\n"


def _measured(guard: Guard, next_step: str) -> str:
    said = {
        "name": guard.name,
        "runs": guard.runs,
        "max_slowdown": guard.max_slowdown,
        "on_breach": guard.on_breach,
        "where": str(guard.place),
        "next": next_step,
    }
    return (
        f"SET LOCAL surefoot.guard = {dollar_quoted(json.dumps(said, ensure_ascii=False), 'guard')};\n"
        f"SET LOCAL surefoot.query = {dollar_quoted(query_of(guard), 'query')};\n:measure;\n"
    )
