"""The ledger as a time line: who did what, when, for how long, from which commit; what is unfinished or broken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from surefoot.html.elements import Element, Node, h
from surefoot.html.page import Section
from surefoot.report.live import Live, Unfinished, Unread
from surefoot.report.parts import (
    Tone,
    badge,
    bar,
    box,
    code,
    error_box,
    lasting,
    link_to,
    moment,
    said,
    table,
)
from surefoot_lint.counting import counted
from surefoot_lint.project import Project

MOST_ROWS = 1_000
TONES: dict[str, Tone] = {
    "applied": "good",
    "failed": "bad",
    "rolled_back": "warn",
    "data_rolled_back": "warn",
    "feature_rolled_back": "warn",
}


def ledger_section(project: Project, live: Live | Unread) -> Section:
    """Write what was done to a database, the newest first."""
    if isinstance(live, Unread):
        return Section("ledger", "Ledger", error_box(live.error, "The ledger cannot be read"))
    if not live.status.ledger.version:
        return Section("ledger", "Ledger", h("p", "This database has no ledger yet: surefoot migrate makes it."))
    unfinished = [_unfinished(project, one) for one in live.unfinished]
    parts: list[Node] = [*_state(live), *unfinished, _time_line(project, live)]
    return Section("ledger", "Ledger", parts, count=counted(len(live.rows), "row"))


def _state(live: Live) -> Iterator[Element]:
    broken = live.status.ledger.broken
    rows = counted(len(live.rows), "row")
    if broken is None:
        yield box("good", h("p", f"The chain of hashes is intact, over {rows}."))
    else:
        where = h("a", f"row {broken}", href=f"#row-{broken}")
        yield box(
            "bad", h("p", h("b", "The chain is broken: "), where, " was changed by hand. Nothing after it is sure.")
        )
    if live.status.is_as_left is False:
        advice = "surefoot drift names what was changed."
        yield box("warn", h("p", h("b", "The schema is not what the last run left. "), advice))


def _unfinished(project: Project, one: Unfinished) -> Element:
    migration = project.named(one.number)
    name = link_to(one.number, migration.name) if migration else f"migration {one.number}"
    doing = "the rollback of " if one.action != "applied" else ""
    rows = [
        (str(part.position), str(part.line), "done" if part.is_done else badge("in doubt", "bad"), code(part.statement))
        for part in one.progress
    ]
    what = h("p", h("b", "Unfinished: "), doing, name, ". The next run goes on where it stopped.")
    return box("bad", what, table(("statement", "line", "state", "SQL"), rows, numbers=(0, 1)))


def _time_line(project: Project, live: Live) -> list[Node]:
    rows = live.rows[::-1][:MOST_ROWS]
    longest = max((row["duration_ms"] or 0 for row in rows), default=0)
    parts: list[Node] = []
    for day, of_day in groupby(rows, key=lambda row: f"{row['finished_at']:%Y-%m-%d}"):
        listed = [_row(project, live, row, longest) for row in of_day]
        parts.append(h("div", h("h3", f"{day} UTC"), h("ol", listed, class_="line"), data_group=True))
    if len(rows) < len(live.rows):
        parts.append(h("p", f"The newest {len(rows):,} of {len(live.rows):,} rows; surefoot history shows all."))
    return parts or [h("p", "It is empty.")]


def _row(project: Project, live: Live, row: dict[str, Any], longest: int) -> Element:
    tone = TONES.get(row["action"], "note")
    number, milliseconds = int(row["number"]), row["duration_ms"] or 0
    name = link_to(number, row["name"]) if project.named(number) else row["name"]
    who = f"{row['role']} ({row['os_user']}@{row['host']})" if row["os_user"] else row["role"]
    commit = [", commit ", code(row["git_commit"][:12])] if row["git_commit"] else None
    tool = f", surefoot {row['tool_version']}" if row["tool_version"] else None
    is_broken = live.status.ledger.broken == row["id"]
    first = h(
        "p",
        [moment(row["finished_at"], "%H:%M:%S"), " ", badge(row["action"].replace("_", " "), tone), " ", name, " "],
        badge("the chain breaks here", "bad") if is_broken else None,
    )
    took = h("p", bar(milliseconds / longest if longest else 0, tone), " ", lasting(milliseconds), class_="took")
    by = h("p", f"row {row['id']}, by {said(who)}", commit, tool, class_="muted wide")
    reason = h("p", said(row["reason"]), class_="wide") if row["reason"] else None
    return h("li", first, took, by, reason, id=f"row-{row['id']}", class_=tone, data_entry=True)
