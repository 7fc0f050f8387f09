"""Verdicts for a comment on a pull request: a table, then each that is not proven, to be unfolded."""

from __future__ import annotations

from surefoot.proving.proof import Proof
from surefoot.proving.proofs import Proofs
from surefoot.proving.report.text import lines
from surefoot.proving.report.words import milliseconds, title
from surefoot_lint.report.markdown import KEPT_FREE, MOST_CHARACTERS, escaped, fenced, fitting, size


def render(proofs: Proofs) -> str:
    """Write the verdicts as GitHub's Markdown, always below 65,000 characters; what has no room is counted."""
    head = [f"### surefoot prove: {escaped(proofs.summary)}", escaped(f"On {proofs.server}.")]
    head += [escaped(f"Warning: {proofs.warning}.")] if proofs.warning else []
    told = [proof for proof in proofs.proofs if proof not in proofs.failing and (proof.sides or proof.reasons)]
    rows = [_row(proof) for proof in (*proofs.failing, *told)]
    head += ["\n".join(["| migration | verdict | time |", "|---|---|---|", *rows])] if rows else []
    shown = list(fitting(map(_details, proofs.failing), MOST_CHARACTERS - KEPT_FREE - size(head)))
    left = len(proofs.failing) - len(shown)
    return "\n\n".join([*head, *shown, *([f"… and {left} more."] if left else [])])


def _row(proof: Proof) -> str:
    name = escaped(proof.evidence.name).replace("|", "&#124;")
    return f"| <code>{name}</code> | {escaped(title(proof))} | {milliseconds(proof):,.0f} ms |"


def _details(proof: Proof) -> str:
    summary = f"<b>{escaped(title(proof))}</b> <code>{escaped(proof.evidence.path)}</code>"
    body = fenced("\n".join(line.removeprefix("      ") for line in list(lines(proof))[1:]))
    return "\n".join(["<details>", f"<summary>{summary}</summary>", "", body, "", "</details>"])
