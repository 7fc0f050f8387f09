"""Verdicts as JUnit XML: one suite, a case a migration."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from surefoot.proving.proof import Proof
from surefoot.proving.proofs import Proofs
from surefoot.proving.report.text import lines
from surefoot.proving.report.words import milliseconds, place_of, title
from surefoot_lint.report.junit import count, legal


def render(proofs: Proofs) -> str:
    """Write the verdicts as JUnit XML: what is not as the run demands is a failure, or skipped if not reached."""
    suite = Element("testsuite", name="surefoot prove")
    suite.extend(_case(proofs, proof) for proof in proofs.proofs)
    count(suite, suite.iter("testcase"))
    SubElement(suite, "system-out").text = legal(f"{proofs.server}\n{proofs.summary}")
    root = Element("testsuites", name="surefoot prove")
    root.append(suite)
    count(root, suite.iter("testcase"))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'


def _case(proofs: Proofs, proof: Proof) -> Element:
    place = place_of(proof)
    case = Element("testcase", name=proof.evidence.name, classname="prove", file=place.path)
    case.set("line", str(place.line or 1))
    case.set("time", f"{milliseconds(proof) / 1000:.3f}")
    told = legal("\n".join(lines(proof)))
    if proof.verdict == "not reached":
        SubElement(case, "skipped", message=legal(proof.reasons[0]))
    elif not proofs.is_passed(proof):
        SubElement(case, "failure", message=legal(title(proof)), type=proof.verdict).text = told
    else:
        SubElement(case, "system-out").text = told
    return case
