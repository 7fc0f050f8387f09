"""CREATE OR REPLACE, where PostgreSQL has it."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.edits import Repair
from surefoot_lint.fix import UnitFlaws, fix
from surefoot_lint.wording import is_grammatical, wording_of


@fix("ID107", "ID108")
def create_or_replace(flaws: UnitFlaws) -> Iterator[Repair]:
    """Write OR REPLACE behind CREATE; policies and constraint triggers have no such clause."""
    for one in flaws.makes():
        wording = wording_of(one)
        if wording.word(0) == "create":
            clause = wording.put(1, "OR REPLACE")
            if is_grammatical(wording.with_texts(clause)):
                yield (clause,)
