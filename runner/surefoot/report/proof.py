"""What the prover found of a migration, as parts of the page, and the section that sums it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from surefoot.dryrun_report import MigrationReport, StatementReport
from surefoot.html.elements import Element, Node, h
from surefoot.html.page import Section
from surefoot.proving.evidence import Phase
from surefoot.proving.proof import Proof
from surefoot.proving.report.words import TITLES, difference_lines, differing, sentences, title
from surefoot.report.files import Files
from surefoot.report.listing import plain
from surefoot.report.parts import Tone, badge, box, lasting, link_to, said, table
from surefoot.runbook.affected import report_of, rows

VERDICTS: dict[str, Tone] = {"proven": "good", "lossy": "warn", "differs": "bad", "fails": "bad", "not reached": "warn"}
MOST_STATEMENTS = 50
HOW = "surefoot report --prove runs what is not proven yet, on a scratch server."
MEASURED: tuple[Phase, ...] = ("forward", "back")


def verdict_of(files: Files, number: int) -> Element | None:
    """Write the verdict on a migration as a badge, nothing where there is none."""
    if proof := files.proofs.get(number):
        return badge(title(proof), "good" if proof.is_passed and not proof.sides else _tone(proof))
    if verdict := files.verdicts.get(number):
        return badge(verdict.verdict, VERDICTS.get(verdict.verdict, "note"))
    return None


def proof_parts(files: Files, number: int) -> Iterator[Node]:
    """Write the verdict on a migration, its reasons, and what differs."""
    proof = files.proofs.get(number)
    if proof is None:
        yield from _noted(files, number)
        return
    reasons = [h("p", said(sentence)) for sentence in sentences(proof)]
    yield box(_tone(proof), h("p", h("b", f"Proof: {title(proof)}"), f", by {proof.evidence.method}"), reasons)
    for what, differences in differing(proof):
        yield h("h4", f"After {what}: what is not as it must be")
        yield plain("\n".join(line for one in differences for line in difference_lines(one)))


def measured_parts(files: Files, number: int) -> Iterator[Node]:
    """Write what a migration and its rollback locked, and the time of each statement, each folded."""
    for phase in MEASURED:
        if report := report_of(files.proofs, number, phase):
            title = f"Measured: {TITLES[phase]}, {lasting(report.milliseconds)} on small tables"
            yield h("details", h("summary", title), _measured(files, number, phase, report))


def proof_section(files: Files) -> Section:
    """Sum up the verdicts, and link to those that are not as they must be."""
    counts = Counter[str](proof.verdict for proof in files.proofs.values())
    counts.update(verdict.verdict for number, verdict in files.verdicts.items() if number not in files.proofs)
    known = sum(counts.values())
    missing = len(files.project.migrations) - known
    words = ", ".join(f"{counts[word]} {word}" for word in VERDICTS if counts[word])
    parts: list[Node] = [h("p", words or "No migration has been proven in this state of the files.", ".")]
    if missing:
        parts.append(h("p", f"Not proven yet: {missing} of {len(files.project.migrations)}. ", HOW))
    wrong = [m for m in files.project.migrations if (p := files.proofs.get(m.number)) and not p.is_passed]
    if wrong:
        reasons = ([said(sentence) for sentence in files.proofs[one.number].reasons] for one in wrong)
        shown = zip(wrong, reasons, strict=True)
        body = [(link_to(one.number, one.name), verdict_of(files, one.number), "; ".join(why)) for one, why in shown]
        parts.append(table(("migration", "verdict", "why"), body))
    return Section("proof", "Proof", parts, count=f"{known} of {len(files.project.migrations)}")


def _tone(proof: Proof) -> Tone:
    if proof.is_passed:
        return "warn" if proof.sides else "good"
    return VERDICTS[proof.verdict]


def _noted(files: Files, number: int) -> Iterator[Node]:
    if verdict := files.verdicts.get(number):
        reasons = [h("p", said(reason)) for reason in verdict.reasons]
        yield box(VERDICTS.get(verdict.verdict, "note"), h("p", h("b", f"Proof: {verdict.verdict}")), reasons)
        yield h("p", "Locks and times of that run were not kept. ", HOW, class_="muted")
    else:
        yield h("p", "Not proven in this state of the files. ", HOW, class_="muted")


def _measured(files: Files, number: int, phase: Phase, report: MigrationReport) -> Iterator[Node]:
    locks = list(rows(files.proofs, number, phase))
    if locks:
        head = ("relation", "lock", "who waits", "and")
        width = len(head) if any(row[-1] for row in locks) else len(head) - 1
        yield table(head[:width], [row[:width] for row in locks])
    else:
        yield h("p", "Nobody who reads or writes a table that was there before has to wait.", class_="muted")
    by_time = sorted(range(len(report.statements)), key=lambda place: -report.statements[place].milliseconds)
    shown = [report.statements[place] for place in sorted(by_time[:MOST_STATEMENTS])]
    yield table(("line", "statement", "time", "effect"), [_statement(one) for one in shown], numbers=(0, 2), short=(1,))
    if len(shown) < len(report.statements):
        yield h("p", f"The slowest {len(shown)} of {len(report.statements):,} statements.", class_="muted")


def _statement(one: StatementReport) -> tuple[Node, ...]:
    effects = [f"{lock.relation.name}: {lock.mode}" for lock in one.footprint.locks]
    effects += [str(rewrite) for rewrite in one.footprint.rewrites]
    effects += [f"drops {drop}" for drop in one.drops]
    told = ", ".join(effects[:6]) + (f" and {len(effects) - 6} more" if len(effects) > 6 else "")
    if one.not_run is not None:
        return str(one.line), "not run", "", one.not_run
    return str(one.line), one.tag or "", lasting(one.milliseconds), told
