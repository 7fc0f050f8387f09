"""Pure: steps, sorted so that each comes after what it waits for."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection
from typing import Literal, NamedTuple

from surefoot.catalog import Identity

Verb = Literal["drop", "alter", "make"]
VERBS: tuple[Verb, ...] = ("drop", "alter", "make")
RANKS = (
    "schema",
    "extension",
    "access method",
    "language",
    "collation",
    "enum",
    "type",
    "domain",
    "composite type",
    "range",
    "sequence",
    "function",
    "procedure",
    "aggregate",
    "table",
    "foreign table",
    "column",
    "constraint",
    "index",
)


class Step(NamedTuple):
    """One thing to do to one object."""

    verb: Verb
    what: Identity


def _rank(step: Step) -> tuple[int, int, str]:
    kind = RANKS.index(step.what.kind) if step.what.kind in RANKS else len(RANKS)
    verb = VERBS.index(step.verb)
    return (min(verb, 1), -kind if verb == 0 else kind, step.what.name)


def ordered(steps: Collection[Step], edges: Collection[tuple[Step, Step]]) -> list[Step]:
    """Sort steps so that each edge is kept; in a ring, the one that would come first anyway goes first."""
    after: defaultdict[Step, set[Step]] = defaultdict(set)
    waits: defaultdict[Step, int] = defaultdict(int)
    for first, last in {edge for edge in edges if edge[0] != edge[1]}:
        after[first].add(last)
        waits[last] += 1
    ready = [(_rank(step), step) for step in steps if not waits[step]]
    heapq.heapify(ready)
    left = {step for step in steps if waits[step]}
    done: list[Step] = []
    while ready or left:
        if not ready:
            stuck = min(left, key=_rank)
            left.remove(stuck)
            ready = [(_rank(stuck), stuck)]
        step = heapq.heappop(ready)[1]
        done.append(step)
        for next_one in after[step]:
            waits[next_one] -= 1
            if not waits[next_one] and next_one in left:
                left.remove(next_one)
                heapq.heappush(ready, (_rank(next_one), next_one))
    return done
