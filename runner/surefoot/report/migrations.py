"""Each migration, folded: what the manifest says of it, its checks, proof and locks, its SQL with the findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from surefoot.checks import expected_words
from surefoot.html.elements import Element, Node, h
from surefoot.html.page import Entry, Section
from surefoot.operations.status import StatusLine
from surefoot.report.files import LEVELS, Files, Located
from surefoot.report.listing import Shown, listing
from surefoot.report.parts import (
    Tone,
    anchor_of,
    badge,
    box,
    code,
    error_box,
    facts,
    link_to,
    moment,
    said,
    table,
)
from surefoot.report.proof import measured_parts, proof_parts, verdict_of
from surefoot_lint.counting import counted
from surefoot_lint.errors import SurefootError
from surefoot_lint.finding import Finding, Level
from surefoot_lint.manifest import Check, Guard
from surefoot_lint.project import Level as RollbackLevel
from surefoot_lint.project import Migration
from surefoot_lint.report.words import count_levels, notes

TONES: dict[Level, Tone] = {Level.ERROR: "bad", Level.WARNING: "warn", Level.INFORMATION: "note"}
STATES: dict[str, Tone] = {"applied": "good", "pending": "warn", "unfinished": "bad", "edited": "bad", "unknown": "bad"}
TITLES: dict[RollbackLevel, str] = {
    "schema": "Rollback",
    "data": "Rollback of the data",
    "feature": "Rollback of the feature",
}


def migrations_section(files: Files, states: Mapping[int, StatusLine]) -> Section:
    """Write all migrations, in the order of their application; `states` are what a database says of them."""
    entries = tuple(_entry(files, one, states.get(one.number)) for one in files.project.migrations)
    order = h("p", "In the order of their application. Those of the branch are open.") if files.changed else None
    return Section("migrations", "Migrations", order, entries, str(len(entries)))


def _entry(files: Files, migration: Migration, state: StatusLine | None) -> Entry:
    parts: list[Node] = [_facts(files, migration, state), *_checks(migration), *proof_parts(files, migration.number)]
    parts += [*_files(files, migration), *measured_parts(files, migration.number)]
    is_changed = migration.number in files.changed
    badges: list[Node] = [[" ", one] for one in _badges(files, migration, state)]
    title: list[Node] = [h("b", migration.name), badges]
    return Entry(anchor_of(migration.number), title, parts, migration.name, is_open=is_changed)


def _badges(files: Files, migration: Migration, state: StatusLine | None) -> Iterator[Element]:
    entry = migration.entry
    if migration.number in files.changed:
        yield badge("of this branch")
    if entry.phase:
        yield badge(entry.phase)
    if state:
        yield badge(state.state, STATES[state.state])
    if verdict := verdict_of(files, migration.number):
        yield verdict
    if not entry.transaction:
        yield badge("no transaction", "warn")
    if entry.irreversible:
        yield badge("irreversible", "warn")
    found = _findings(files, migration)
    if found:
        yield badge(count_levels(one.finding for one in found), TONES[max(one.finding.level for one in found)])


def _findings(files: Files, migration: Migration) -> list[Located]:
    paths = [files.rollback_path(migration, level) for level in LEVELS]
    return files.findings_in(migration.source.shown, *paths)


def _facts(files: Files, migration: Migration, state: StatusLine | None) -> Element:
    entry = migration.entry
    settings = entry.settings.over(files.project.manifest.settings)._asdict()
    limits = ", ".join(f"{name} {value}" for name, value in settings.items() if value is not None)
    rollback = files.rollback_path(migration) or (f"none: {said(entry.irreversible)}" if entry.irreversible else "none")
    how = "one transaction" if entry.transaction else "statement by statement, outside of a transaction"
    applied = state.applied if state else None
    return facts(
        [
            ("file", code(migration.source.shown)),
            ("rollback", code(rollback)),
            ("loses", said(entry.lossy) if entry.lossy else None),
            ("runs as", how),
            ("limits", limits),
            ("requires", [[_required(files, file), " "] for file in entry.requires] or None),
            ("applied", [moment(applied.applied_at), f" UTC by {applied.role}"] if applied else None),
            ("from commit", code(applied.git_commit) if applied else None),
            ("applied with", code(applied.checksum) if applied and state and state.state == "edited" else None),
            ("checksum", code(migration.source.checksum) if migration.source.text is not None else None),
        ]
    )


def _required(files: Files, file: str) -> Node:
    found = next((one for one in files.project.migrations if one.entry.file == file), None)
    return link_to(found.number, found.name) if found else file


def _checks(migration: Migration) -> Iterator[Node]:
    if migration.entry.checks:
        yield h("h4", "Checks")
        head = ("check", "when", "role", "must answer", "SQL")
        yield table(head, map(_check, migration.entry.checks))
    if migration.entry.guards:
        yield h("h4", "Queries that must not become slow")
        yield table(("query", "slower by at most", "otherwise", "SQL"), map(_guard, migration.entry.guards))


def _check(check: Check) -> tuple[Node, ...]:
    return check.name, check.when, check.role or "", code(expected_words(check)), code(check.sql or check.sql_file)


def _guard(guard: Guard) -> tuple[Node, ...]:
    return guard.name, f"{guard.max_slowdown:.0%}", guard.on_breach, code(guard.sql)


def _files(files: Files, migration: Migration) -> Iterator[Node]:
    yield from _file(files, migration.source.shown, "Migration")
    for level in LEVELS:
        if path := files.rollback_path(migration, level):
            yield from _file(files, path, TITLES[level])


def _file(files: Files, path: str, title: str) -> Iterator[Node]:
    """Write a file with its findings below their lines; what is said of no line, or of one not shown, comes last."""
    text = files.texts.get(path)
    yield h("h4", title, " ", h("small", path))
    if text is None:
        yield box("bad", h("p", f"{path} is not there."))
    elif isinstance(text, SurefootError):
        yield error_box(text, f"{path} cannot be read")
    else:
        yield _listed(files, text)


def _listed(files: Files, text: Shown) -> list[Node]:
    below: dict[int, list[Node]] = defaultdict(list)
    for one in files.findings_in(text.path):
        below[one.finding.place.line or 0].append(finding_box(one))
    first = below.pop(0, [])
    left_out = h("p", text.left_out, class_="muted") if text.left_out else None
    return [first, listing(text.text, below), left_out]


def finding_box(one: Located) -> Element:
    """Write a finding where it belongs."""
    finding = one.finding
    head = h("p", h("b", f"{finding.level.word} {finding.code} {finding.name}"), f" {_column(finding)}")
    told = [h("p", h("small", f"{name}: "), said(text)) for name, text in notes(finding)]
    return box(TONES[finding.level], head, h("p", said(finding.message)), told, anchor=one.anchor)


def _column(finding: Finding) -> str:
    place = finding.place
    if place.line is None:
        return ""
    return f"line {place.line}" + (f", column {place.column}" if place.column else "")


def findings_section(files: Files) -> Section:
    """List all findings, the worst first, each a link to where it stands; those of no migration are told here."""
    listed = {path for one in files.project.migrations for path in _paths(files, one)}
    found = sorted(files.findings, key=lambda one: -one.finding.level)
    rows = [_row(one, one.path in listed) for one in found]
    rest = [finding_box(one) for one in found if one.path not in listed]
    suppressed = files.report.suppressed
    parts: list[Node] = [] if found else [h("p", "The linter finds nothing.")]
    if found:
        head = h("tr", [h("th", name) for name in ("level", "rule", "where", "what")])
        parts.append(h("div", h("table", h("thead", head), h("tbody", rows)), class_="scroll", tabindex=0))
    if rest:
        parts += [h("h3", "Of the project as a whole"), *rest]
    if suppressed:
        parts += [h("h3", f"Not counted: {counted(len(suppressed), 'finding')}"), _allowed(files)]
    return Section("findings", "Findings", parts, count=count_levels(one.finding for one in found))


def _paths(files: Files, migration: Migration) -> Iterator[str]:
    for path in (migration.source.shown, *(files.rollback_path(migration, level) for level in LEVELS)):
        if path in files.texts:
            yield str(path)


def _row(one: Located, is_listed: bool) -> Element:
    finding = one.finding
    place = f"{one.path}:{finding.place.line}" if finding.place.line else one.path
    name = h("a", place, href=f"#{one.anchor}")
    cells = (badge(finding.level.word, TONES[finding.level]), f"{finding.code} {finding.name}", name)
    what = said(finding.message) if is_listed else ""
    return h("tr", [h("td", cell) for cell in (*cells, what)], data_entry=True)


def _allowed(files: Files) -> Element:
    rows = [
        (
            f"{one.finding.code} {one.finding.name}",
            _from_project(files, one.finding),
            "a comment" if one.silence == "allowed" else "the baseline",
            said(one.reason or ""),
        )
        for one in files.report.suppressed
    ]
    return table(("rule", "where", "allowed by", "reason"), rows)


def _from_project(files: Files, finding: Finding) -> str:
    path = Path(finding.place.path).absolute()
    shown = path.relative_to(files.project.folder) if path.is_relative_to(files.project.folder) else path
    return f"{shown.as_posix()}:{finding.place.line}" if finding.place.line else shown.as_posix()
