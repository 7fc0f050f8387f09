"""What the formats have in common: the sentences about one migration."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from surefoot.compare import Difference
from surefoot.dryrun_report import lines_of
from surefoot.proving.evidence import Evidence, Phase, Round
from surefoot.proving.proof import Proof
from surefoot_lint.errors import Place

TITLES: dict[Phase, str] = {
    "forward": "the migration",
    "forward again": "the migration, run twice",
    "back": "the rollback",
    "back again": "the rollback, run twice",
    "forward once more": "the migration, after its rollback",
}
# Left by a migration it is no matter: a later one validates, without a lock that would stand in the way.
NOT_VALID = "constraint that is not validated"
LONGEST = 400  # characters of a definition that is shown whole


def title(proof: Proof) -> str:
    """Write the verdict and what stands beside it: `proven, not idempotent`."""
    forward_only = ["forward only"] if proof.evidence.irreversible and proof.verdict == "proven" else []
    declared = ["as declared"] if proof.verdict == "lossy" and proof.evidence.lossy else []
    return ", ".join([proof.verdict, *forward_only, *declared, *proof.sides])


def sentences(proof: Proof) -> Iterator[str]:
    """Say what was expected and found, what the manifest declares, and what was left behind."""
    evidence = proof.evidence
    yield from proof.reasons
    if evidence.irreversible:
        yield f"irreversible: {evidence.irreversible}"
    if evidence.lossy:
        yield f"lossy: {evidence.lossy}"
    for round_ in evidence.rounds:
        yield from (str(one) for one in round_.leftovers if not (round_.phase == "forward" and one.kind == NOT_VALID))
        if round_.phase.endswith("again"):
            yield from _not_twice(round_)
    yield from (f"no rows were made in {why}" for why in evidence.unfilled)


def differing(proof: Proof) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    """Give the differences of each round that has any, under its title."""
    for round_ in proof.evidence.rounds:
        if round_.differences:
            yield TITLES[round_.phase], round_.differences


def difference_lines(difference: Difference) -> list[str]:
    """Write a difference with both definitions; of long ones only what differs."""
    before, after = difference.before, difference.after
    if before is not None and after is not None and ("\n" in before + after or len(before + after) > LONGEST):
        return [str(difference), *(f"  {line}" for line in _diff(before, after))]
    sides = [f"  {sign} {text}" for sign, text in (("-", before), ("+", after)) if text is not None]
    return [str(difference), *[line for side in sides for line in _short(side)]]


def observed(evidence: Evidence) -> Iterator[tuple[str, list[str]]]:
    """Give what each observed file locked, rewrote and dropped, under its title."""
    for round_ in evidence.rounds:
        if round_.report is not None:
            drops = [f"  {one.where}: drops {', '.join(one.drops)}" for one in round_.report.statements if one.drops]
            later = [f"  {one}" for one in round_.leftovers if one.kind == NOT_VALID]
            yield TITLES[round_.phase], [*list(lines_of(round_.report))[1:], *drops, *later]


def place_of(proof: Proof) -> Place:
    """Find where to look first: the statement that failed, or else the file that is not right."""
    evidence = proof.evidence
    for round_ in evidence.rounds:
        if round_.failure is not None and round_.failure.place is not None and not round_.phase.endswith("again"):
            return round_.failure.place
    wrong_back = proof.verdict in ("differs", "lossy") or proof.sides == ("rollback not idempotent",)
    return Place(evidence.rollback_path if wrong_back and evidence.rollback_path else evidence.path, 1)


def milliseconds(proof: Proof) -> float:
    """Sum the time that the statements of the migration took, the first time."""
    forward = proof.evidence.round("forward")
    return forward.report.milliseconds if forward and forward.report else 0.0


def _not_twice(round_: Round) -> Iterator[str]:
    """Say why a file cannot be run twice."""
    if round_.failure is not None:
        yield f"{TITLES[round_.phase]}, fails: {round_.failure}"
    elif not round_.is_as_expected:
        what = [str(difference) for difference in round_.differences] + [str(loss) for loss in round_.losses]
        more = f" and {len(what) - 3} more" if len(what) > 3 else ""
        yield f"{TITLES[round_.phase]}, changes: {', '.join(what[:3])}{more}"


def _diff(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _short(side: str) -> list[str]:
    lines = side.splitlines() or [side]
    return [lines[0][:LONGEST], *(f"    {line}" for line in lines[1:12]), *(["    …"] if len(lines) > 12 else [])]
