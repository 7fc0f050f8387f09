"""Verdicts as annotations of a GitHub workflow run, in the words of the linter's."""

from __future__ import annotations

from surefoot.proving.proof import Proof
from surefoot.proving.proofs import Proofs
from surefoot.proving.report.words import place_of, sentences, title
from surefoot_lint.report.github import command


def render(proofs: Proofs) -> str:
    """Write one workflow command for each migration that is not proven, the failing first, and one for the sum."""
    noted = [proof for proof in proofs.proofs if proof not in proofs.failing and (proof.sides or proof.reasons)]
    warning = [command("warning", proofs.warning, title="surefoot prove")] if proofs.warning else []
    total = command("notice", proofs.summary, title="surefoot prove")
    errors = [_annotation("error", proof) for proof in proofs.failing]
    return "\n".join([*errors, *warning, total, *(_annotation("notice", proof) for proof in noted)])


def _annotation(word: str, proof: Proof) -> str:
    place = place_of(proof)
    lines = [*sentences(proof), *(str(one) for round_ in proof.evidence.rounds for one in round_.differences)]
    named = f"{proof.evidence.name}: {title(proof)}"
    return command(word, "\n".join(lines), file=place.path, line=place.line, col=place.column, title=named)
