"""A DO block around CREATE TYPE and CREATE DOMAIN, which have no IF NOT EXISTS."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateType
from surefoot_lint.edits import Repair, Replacement
from surefoot_lint.fix import UnitFlaws, fix
from surefoot_lint.quoting import dollar_quote
from surefoot_lint.wording import Wording, is_grammatical, wording_of

FORMS = frozenset({"enum", "composite", "range", "domain"})  # the others are made in two steps


@fix("ID106")
def guard_type(flaws: UnitFlaws) -> Iterator[Repair]:
    """Make a type in a block that passes over the error where it is there already."""
    for one in flaws.makes():
        if isinstance(one.action, CreateType) and one.action.form in FORMS:
            repair = _in_block(wording_of(one))
            if is_grammatical(wording_of(one).with_texts(*repair)):
                yield repair


def _in_block(wording: Wording) -> tuple[Replacement, Replacement]:
    """Put the block around the statement, whose own lines stay as they are."""
    quote = dollar_quote(wording.statement.text)
    before = wording.insertion(0, f"DO {quote} BEGIN\n")
    return before, wording.insertion(wording.end, f";\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND {quote}")
