"""The verdict on one migration, from what was seen of it: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from surefoot.proving.contents import Loss
from surefoot.proving.evidence import Evidence, Round

Verdict = Literal["proven", "lossy", "differs", "fails", "not reached"]
Side = Literal["not idempotent", "rollback not idempotent"]
NO_ROLLBACK = "it has no rollback file, and the manifest does not say why (irreversible: …)"


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict: its reasons say what was expected and what was found instead, one a sentence.

    `sides` are what is wrong beside it: a file that cannot be run twice. `is_cached` tells that an earlier run has
    found it.
    """

    evidence: Evidence
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    is_cached: bool = False

    @property
    def is_passed(self) -> bool:
        """Tell whether it is as it must be: proven, or lossy as the manifest declares."""
        return self.verdict == "proven" or (self.verdict == "lossy" and self.evidence.lossy is not None)

    @property
    def is_stuck(self) -> bool:
        """Tell whether nothing after it can be reached, since it fails; with rows it may fail for those alone."""
        forward = self.evidence.round("forward")
        return forward is not None and forward.failure is not None and not self.evidence.is_filled


def not_reached(evidence: Evidence, failed: str) -> Proof:
    """Give the verdict on a migration that stands after one that could not be applied."""
    return Proof(evidence, "not reached", (f"it stands after {failed}, which cannot be applied",))


def _failures(evidence: Evidence) -> Iterator[str]:
    forward, back, once_more = evidence.round("forward"), evidence.round("back"), evidence.round("forward once more")
    if forward and forward.failure:
        yield f"the migration must run, and fails: {forward.failure}"
    elif forward and (invalid := [one.name for one in forward.leftovers if one.kind == "invalid index"]):
        yield f"the migration must leave no invalid index, and leaves {', '.join(invalid)}"
    elif evidence.rollback_path is None and evidence.irreversible is None:
        yield NO_ROLLBACK
    if back and back.failure:
        yield f"the rollback must run, and fails: {back.failure}"
    if once_more and once_more.failure:
        yield f"the migration must run after its rollback, and fails: {once_more.failure}"


def _differences(evidence: Evidence) -> Iterator[str]:
    back, once_more = evidence.round("back"), evidence.round("forward once more")
    if back and back.differences:
        yield f"the rollback must give back the schema, and {_objects(back)}"
    if back and (rows := [loss for loss in back.losses if loss.is_left]):
        yield f"the rollback must take the migration's rows away, and leaves some: {_listed(rows)}"
    if once_more and (once_more.differences or once_more.losses):
        what = _objects(once_more) if once_more.differences else f"it has other rows: {_listed(once_more.losses)}"
        yield f"the migration must make the same after its rollback, and {what}"


def _losses(evidence: Evidence) -> Iterator[str]:
    back = evidence.round("back")
    if back and (lost := [loss for loss in back.losses if not loss.is_left]):
        yield f"the rollback must give back all rows and values, and does not: {_listed(lost)}"


def _sides(evidence: Evidence) -> Iterator[Side]:
    again, back_again = evidence.round("forward again"), evidence.round("back again")
    if again and not again.is_as_expected:
        yield "not idempotent"
    if back_again and not back_again.is_as_expected:
        yield "rollback not idempotent"


def _objects(round_: Round) -> str:
    number = len(round_.differences)
    return f"{number} {'object differs' if number == 1 else 'objects differ'}"


def _listed(losses: tuple[Loss, ...] | list[Loss]) -> str:
    return ", ".join(map(str, losses))


FINDERS: dict[Verdict, Callable[[Evidence], Iterator[str]]] = {
    "fails": _failures,
    "differs": _differences,
    "lossy": _losses,
}


def judge(evidence: Evidence) -> Proof:
    """Decide: `fails` before `differs` before `lossy` before `proven`, and whether each file can be run twice."""
    sides = tuple(_sides(evidence))
    found = {verdict: tuple(find(evidence)) for verdict, find in FINDERS.items()}
    verdict: Verdict = next((verdict for verdict, reasons in found.items() if reasons), "proven")
    return Proof(evidence, verdict, tuple(chain.from_iterable(found.values())), sides)
