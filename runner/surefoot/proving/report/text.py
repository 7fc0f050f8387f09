"""Verdicts for people: a line for each migration, and below it what is not as it must be."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.proving.proof import Proof
from surefoot.proving.proofs import Proofs
from surefoot.proving.report.words import difference_lines, differing, observed, sentences, title

WIDTH = 12


def render(proofs: Proofs) -> str:
    """Write all verdicts, and what they come to."""
    warning = [f"warning: {proofs.warning}"] if proofs.warning else []
    return "\n".join([*warning, *(line for proof in proofs.proofs for line in lines(proof)), proofs.summary])


def lines(proof: Proof, *, is_detailed: bool = False) -> Iterator[str]:
    """Write one verdict; with details, also what each file locked, rewrote and dropped."""
    cached = " (known)" if proof.is_cached else ""
    yield f"  {title(proof):<{WIDTH}} {proof.evidence.name}{cached}"
    for sentence in sentences(proof):
        yield from (f"      {line}" for line in sentence.splitlines())
    for what, differences in differing(proof):
        yield f"      {what}:"
        for difference in differences:
            yield from (f"        {line}" for line in difference_lines(difference))
    if is_detailed:
        for what, effects in observed(proof.evidence):
            yield from [f"      {what}:", *(f"      {effect}" for effect in effects)] if effects else ()
