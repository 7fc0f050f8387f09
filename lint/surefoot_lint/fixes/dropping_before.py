"""DROP … IF EXISTS before what has no IF NOT EXISTS: constraints, policies, constraint triggers."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddConstraint, CreatePolicy, CreateTrigger
from surefoot_lint.context import Located
from surefoot_lint.dependants import dependants_of
from surefoot_lint.edits import Repair
from surefoot_lint.fix import UnitFlaws, fix
from surefoot_lint.pieces import Statement
from surefoot_lint.quoting import quoted
from surefoot_lint.wording import Wording, is_grammatical, wording_of


@fix("ID108")
def drop_policy_or_trigger(flaws: UnitFlaws) -> Iterator[Repair]:
    """Drop a policy or a constraint trigger before it is made."""
    for one in flaws.makes():
        wording = wording_of(one)
        if isinstance(one.action, CreatePolicy):
            yield from _dropped(wording, "POLICY", 2)
        elif isinstance(one.action, CreateTrigger) and wording.word(1) == "constraint":
            yield from _dropped(wording, "TRIGGER", 3)


def _dropped(wording: Wording, kind: str, at: int) -> Iterator[Repair]:
    """Write the DROP with the names as the statement writes them: CREATE POLICY name … ON table …"""
    on = next(index for index in range(at, len(wording.tokens)) if wording.word(index) == "on")
    behind = on + 2
    while behind < len(wording.tokens) and wording.tokens[behind].text == ".":
        behind += 2
    table = wording.slice(on + 1, behind)
    if table is not None:
        yield (wording.statement_before(f"DROP {kind} IF EXISTS {wording.tokens[at].text} ON {table}"),)


@fix("ID104")
def drop_constraint(flaws: UnitFlaws) -> Iterator[Repair]:
    """Drop constraints before they are added, and write the names that PostgreSQL would choose.

    Nothing is done for one that takes over an index, which would go with it, nor for a key on which others rest.
    """
    by_statement: dict[Statement, list[Located[AddConstraint]]] = {}
    for one in flaws.makes():
        if isinstance(one.action, AddConstraint) and _is_droppable(flaws, one.action):
            added = Located(one.file, one.statement, one.action)
            by_statement.setdefault(one.statement, []).append(added)
    for added_here in by_statement.values():
        yield from _with_drop(added_here)


def _is_droppable(flaws: UnitFlaws, action: AddConstraint) -> bool:
    rests_on_it = any(True for _ in dependants_of(flaws.trip.after, action.object))
    return action.constraint.using_index is None and not rests_on_it


def _with_drop(added: list[Located[AddConstraint]]) -> Iterator[Repair]:
    wording = wording_of(added[0])
    first = wording.first_command()
    head = wording.slice(0, first) if first else None
    names = [quoted(str(one.action.object.part)) for one in added]
    namings = [
        wording.insertion(one.action.offset, f"CONSTRAINT {name} ")
        for one, name in zip(added, names, strict=True)
        if not one.action.named
    ]
    drop = f"{head} {', '.join(f'DROP CONSTRAINT IF EXISTS {name}' for name in names)}"
    if head and is_grammatical(wording.with_texts(*namings)) and is_grammatical(drop):
        yield (wording.statement_before(drop), *namings)
