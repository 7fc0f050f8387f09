"""Verdicts for programs: one JSON object, the same keys always there."""

from __future__ import annotations

import json
from typing import Any

from surefoot.proving.proof import Proof
from surefoot.proving.proofs import Proofs
from surefoot.proving.values import plain

FORMAT_VERSION = 1


def render(proofs: Proofs) -> str:
    """Write the verdicts as JSON."""
    return json.dumps(document(proofs), indent=2, ensure_ascii=False)


def document(proofs: Proofs) -> dict[str, Any]:
    """Describe the verdicts in values that JSON has."""
    return {
        "version": FORMAT_VERSION,
        "server": proofs.server,
        "warning": proofs.warning,
        "failing": len(proofs.failing),
        "proofs": [_proof(proofs, proof) for proof in proofs.proofs],
    }


def _proof(proofs: Proofs, proof: Proof) -> dict[str, Any]:
    verdict = {
        "verdict": proof.verdict,
        "is_passed": proofs.is_passed(proof),
        "sides": list(proof.sides),
        "reasons": list(proof.reasons),
        "is_cached": proof.is_cached,
    }
    evidence: dict[str, Any] = plain(proof.evidence)
    return verdict | evidence
