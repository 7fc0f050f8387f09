"""What a whole run of the prover found: frozen data for the reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from surefoot.proving.proof import Proof, Verdict


@dataclass(frozen=True, slots=True)
class Proofs:
    """All verdicts of a run, in the order of application; `server` says where they were found.

    `require_idempotent` makes a file that cannot be run twice a failure.
    """

    proofs: tuple[Proof, ...]
    server: str
    warning: str | None = None
    require_idempotent: bool = False

    def is_passed(self, proof: Proof) -> bool:
        """Tell whether a migration is as this run demands."""
        return proof.is_passed and not (self.require_idempotent and proof.sides)

    @property
    def failing(self) -> tuple[Proof, ...]:
        """Give those that are not as this run demands."""
        return tuple(proof for proof in self.proofs if not self.is_passed(proof))

    def counts(self) -> list[tuple[Verdict, int]]:
        """Count the verdicts, the best first."""
        order: tuple[Verdict, ...] = ("proven", "lossy", "differs", "fails", "not reached")
        found = Counter(proof.verdict for proof in self.proofs)
        return [(verdict, found[verdict]) for verdict in order if found[verdict]]

    @property
    def summary(self) -> str:
        """Say in a line what it comes to."""
        if not self.proofs:
            return "there is nothing to prove"
        counts = ", ".join(f"{number} {verdict}" for verdict, number in self.counts())
        twice = sum(bool(proof.sides) for proof in self.proofs)
        cached = sum(proof.is_cached for proof in self.proofs)
        notes = [f"{twice} cannot be run twice"] * bool(twice) + [f"{cached} known from an earlier run"] * bool(cached)
        return "; ".join([counts, *notes])
