"""Findings as JUnit XML: a suite a file, a case a finding; a file without findings is one case that passes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from surefoot_lint.finding import Finding, Report, Suppressed
from surefoot_lint.report.words import SILENCES, notes, summary
from surefoot_lint.show import excerpt

# What XML 1.0 cannot hold, not even escaped (W3C: "Extensible Markup Language (XML) 1.0", 2.2 Characters).
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """Write the report as JUnit XML; only findings that make the run fail are failures."""
    root = Element("testsuites", name="surefoot-lint")
    cases: dict[str, list[Element]] = defaultdict(list)
    for finding in report.findings:
        cases[finding.place.path].append(_case(finding))
    for suppressed in report.suppressed:
        cases[suppressed.finding.place.path].append(_skipped(suppressed))
    for path in sorted({*report.paths, *cases}):
        root.append(_suite(path, cases[path] or [Element("testcase", name="nothing found", classname=legal(path))]))
    count(root, root.iter("testcase"))
    SubElement(root, "system-out").text = legal(summary(report))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'


def _suite(path: str, cases: list[Element]) -> Element:
    suite = Element("testsuite", name=legal(path))
    suite.extend(cases)
    count(suite, cases)
    return suite


def count(element: Element, cases: Iterable[Element]) -> None:
    """Write into an element how many cases it has, and how many of each outcome."""
    counted = list(cases)
    element.set("tests", str(len(counted)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in counted)))


def _case(finding: Finding) -> Element:
    case = _empty_case(finding)
    if finding.fails:
        failure = SubElement(case, "failure", message=legal(finding.message), type=finding.level.word)
        failure.text = legal(_story(finding))
    else:
        SubElement(case, "system-out").text = legal(f"{finding.level.word}: {_story(finding)}")
    return case


def _skipped(suppressed: Suppressed) -> Element:
    case = _empty_case(suppressed.finding)
    words = ": ".join(filter(None, (SILENCES[suppressed.silence], suppressed.reason)))
    SubElement(case, "skipped", message=legal(words))
    return case


def _empty_case(finding: Finding) -> Element:
    place = finding.place
    where = ":".join(str(part) for part in (place.line, place.column) if part)
    name = f"{finding.code} {finding.name}{f' at {where}' if where else ''}"
    case = Element("testcase", name=name, classname=legal(place.path), file=legal(place.path))
    if place.line:
        case.set("line", str(place.line))
    return case


def _story(finding: Finding) -> str:
    lines = [f"{finding.place}: {finding.message}", *excerpt(finding.place)]
    return "\n".join([*lines, *(f"{name}: {text}" for name, text in notes(finding))])


def legal(text: str) -> str:
    """Replace what XML cannot hold."""
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
