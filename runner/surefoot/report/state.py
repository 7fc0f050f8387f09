"""What is to be done, and whether a database is as it must be: the sections on the plan, the checks, the drift."""

from __future__ import annotations

from dataclasses import replace

from surefoot.checks import Answer, expected_words
from surefoot.compare import Difference
from surefoot.concealment import concealed
from surefoot.drift import Drift
from surefoot.html.elements import Node, h
from surefoot.html.page import Entry, Section
from surefoot.operations.verify import Verification
from surefoot.planner import Plan
from surefoot.proving.report.words import difference_lines
from surefoot.report.files import Files
from surefoot.report.listing import listing, plain
from surefoot.report.live import Live, Unread
from surefoot.report.parts import Tone, badge, box, code, error_box, facts, link_to, said, table
from surefoot.report.proof import verdict_of
from surefoot.runbook.affected import report_of, rows
from surefoot_lint.counting import counted
from surefoot_lint.errors import SurefootError
from surefoot_lint.manifest import Check
from surefoot_lint.project import Migration
from surefoot_lint.secret import masked

MOST_ROWS = 100
NO_DATABASE = "No database was asked: give --database-url, set DATABASE_URL, or ask for the embedded one by --embedded."


def plan_section(files: Files, live: Live | Unread | None) -> Section:
    """Write what `migrate` would do, or why it would refuse."""
    if isinstance(live, Unread):
        return Section("plan", "Plan", error_box(live.error, "It cannot be told what is applied"))
    if live is None:
        count = counted(len(files.project.migrations), "migration")
        told = h("p", f"On an empty database surefoot migrate would apply {count}, in the order below.")
        return Section("plan", "Plan", [told, h("p", NO_DATABASE, class_="muted")])
    if isinstance(live.plan, SurefootError):
        return Section("plan", "Plan", error_box(live.plan, "surefoot migrate would refuse"), count="refused")
    if not live.plan.pending:
        text = f"Nothing is pending: {counted(len(live.plan.applied), 'migration')} applied, none to apply."
        return Section("plan", "Plan", box("good", h("p", text)))
    return Section("plan", "Plan", _pending(files, live, live.plan), count=f"{len(live.plan.pending)} pending")


def _pending(files: Files, live: Live, planned: Plan) -> list[Node]:
    count = counted(len(planned.pending), "migration")
    ledger = "make its ledger and " if not live.status.ledger.version else ""
    head = ("what", "migration", "phase", "runs as", "checks", "proof", "who waits")
    body = [_planned(files, one, is_resumed=one.number in planned.resumed) for one in planned.pending]
    return [h("p", f"surefoot migrate would {ledger}apply {count}; {len(planned.applied)} applied."), table(head, body)]


def _planned(files: Files, one: Migration, *, is_resumed: bool) -> tuple[Node, ...]:
    what = badge("resume", "bad") if is_resumed else badge("apply", "warn")
    how = "one transaction" if one.entry.transaction else "statement by statement"
    checks = str(len(one.entry.checks)) if one.entry.checks else ""
    waiting = [f"{relation}: {waits}" for relation, _, waits, _ in rows(files.proofs, one.number, "forward")]
    if report_of(files.proofs, one.number, "forward") is None:
        waiting = ["not measured"]
    told = ", ".join(waiting[:3]) + (f" and {len(waiting) - 3} more" if len(waiting) > 3 else "")
    verdict = verdict_of(files, one.number)
    return what, link_to(one.number, one.name), one.entry.phase or "", how, checks, verdict, told or "nobody"


def checks_section(files: Files, live: Live | Unread | None) -> Section:
    """Write the invariants of the whole database, with their answers where one was asked."""
    checks = files.project.manifest.checks
    if isinstance(live, Live) and isinstance(live.verification, Verification):
        return _answered(files, live.verification)
    parts: list[Node] = []
    if isinstance(live, Live) and isinstance(live.verification, SurefootError):
        parts.append(error_box(live.verification, "surefoot verify cannot ask"))
    text = (
        "surefoot verify asks these of a database." if checks else "The manifest has no checks of the whole database."
    )
    parts.append(h("p", text))
    entries = tuple(_entry(files, check, place) for place, check in enumerate(checks, 1))
    return Section("checks", "Checks", parts, entries, str(len(checks)) if checks else "")


def _answered(files: Files, found: Verification) -> Section:
    held = sum(answer.is_expected for answer in found.answers)
    problems = [box("bad", h("p", said(problem))) for problem in found.problems]
    tone: Tone = "good" if found.holds else "bad"
    text = f"{held} of {counted(len(found.answers), 'check')} hold; {counted(len(found.problems), 'other problem')}."
    entries = [_answer(files, answer, place) for place, answer in enumerate(found.answers, 1)]
    lead: list[Node] = [box(tone, h("p", text)), problems]
    return Section("checks", "Checks", lead, tuple(entries), f"{held} of {len(found.answers)} hold")


def _answer(files: Files, answer: Answer, place: int) -> Entry:
    """Write an answer, open where it is not as expected; of a list that should be empty, what is in it."""
    state = badge("holds", "good") if answer.is_expected else badge("failed", "bad")
    is_list = answer.check.expect == () and bool(answer.rows)
    entry = _entry(files, answer.check, place, _rows(answer) if is_list else code(answer.got))
    return replace(entry, title=[state, " ", entry.title], is_open=not answer.is_expected)


def _rows(answer: Answer) -> Node:
    rows = [", ".join("NULL" if value is None else value for value in row) for row in answer.rows[:MOST_ROWS]]
    more = [f"and {len(answer.rows) - MOST_ROWS} more"] if len(answer.rows) > MOST_ROWS else []
    return plain("\n".join([*rows, *more]))


def _entry(files: Files, check: Check, place: int, answered: Node = None) -> Entry:
    """Write a check as the manifest has it, and what it answered where it was asked."""
    pairs: list[tuple[str, Node]] = [
        ("must answer", code(expected_words(check))),
        ("answered", answered),
        ("asked by", check.role),
        ("written in", code(str(check.place))),
    ]
    try:
        query: Node = listing(masked(files.project.sql_of(check)))
    except SurefootError as error:
        query = error_box(error, "Its query cannot be read")
    return Entry(f"check-{place}", check.name, [facts(pairs), query])


def drift_section(live: Live | Unread) -> Section:
    """Write what was changed outside of migrations."""
    drift = live.drift if isinstance(live, Live) else None
    if isinstance(drift, SurefootError):
        return Section("drift", "Drift", error_box(drift, "It cannot be told"))
    if drift is None:
        is_as_left = live.status.is_as_left if isinstance(live, Live) else None
        return Section("drift", "Drift", [_as_left(is_as_left), h("p", "surefoot report --drift compares.")])
    remarks = [h("p", said(remark), class_="muted") for remark in drift.remarks]
    if not drift.differences:
        lead: list[Node] = [box("good", h("p", "The schema is as the files build it.")), remarks]
        return Section("drift", "Drift", lead, count="none")
    lead = [box("warn", h("p", str(one))) for one in drift.unfinished]
    words = "Missing and extra are said of the database; - is what the files make, + what it is now."
    entries = [_difference(drift, one, place) for place, one in enumerate(drift.differences, 1)]
    if drift.draft is not None:
        entries.append(
            Entry("drift-draft", "A draft of the way back, to be read by a person", listing(concealed(drift.draft)))
        )
    count = counted(len(drift.differences), "object")
    return Section("drift", "Drift", [*lead, h("p", words), remarks], tuple(entries), count)


def _difference(drift: Drift, one: Difference, place: int) -> Entry:
    half = drift.half_of(one)
    mark: list[Node] = [" ", badge(f"of {half}, unfinished", "warn")] if half else []
    title: list[Node] = [badge(one.change, "bad"), f" {one.kind} ", h("code", one.identity), mark]
    return Entry(f"drift-{place}", title, _definitions(one))


def _definitions(one: Difference) -> Node:
    """Write how a changed object differs, or the definition of one that is missing or extra."""
    if one.change == "changed":
        return plain("\n".join(difference_lines(one)[1:]))
    text = one.before or one.after or ""
    return listing(concealed(text)) if text.strip() else h("p", "Its parts are told by themselves.", class_="muted")


def _as_left(is_as_left: bool | None) -> Node:
    if is_as_left is None:
        return h("p", "Whether the schema was changed outside of migrations was not asked.")
    if is_as_left:
        return box("good", h("p", "The schema is what the last run left."))
    return box("warn", h("p", h("b", "The schema is not what the last run left."), " Objects were changed by hand."))
