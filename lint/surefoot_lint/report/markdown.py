"""Findings for a comment on a pull request: a table, then each finding to be unfolded, the worst first.

All texts that come from files stand in code blocks, or in HTML, where no Markdown is read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape

from surefoot_lint.finding import Finding, Report
from surefoot_lint.report.words import by_level, count_levels, notes, stale_words, summary
from surefoot_lint.show import excerpt

MOST_CHARACTERS = 65_000  # GitHub takes 65,536 in a comment
KEPT_FREE = 500  # for what stands after the findings
LONGEST_TEXT = 1_000


def render(report: Report) -> str:
    """Write the report as GitHub's Markdown, always below 65,000 characters; what has no room is counted."""
    head = [f"### surefoot-lint: {escaped(summary(report))}", *_table(report)]
    foot = [f"<p>{escaped(f'{stale.path}: {stale_words(stale)}.')}</p>" for stale in report.stale]
    findings = by_level(report.findings)
    shown = list(fitting(map(_finding, findings), MOST_CHARACTERS - KEPT_FREE - size([*head, *foot])))
    more = [f"… and {len(findings) - len(shown)} more."] if len(shown) < len(findings) else []
    return "\n\n".join([*head, *shown, *more, *foot])


def _table(report: Report) -> Iterator[str]:
    """Count the findings of each rule."""
    rules: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in by_level(report.findings):
        rules[finding.code, finding.name].append(finding)
    rows = [f"| {code} {name} | {count_levels(findings)} |" for (code, name), findings in rules.items()]
    if rows:
        yield "\n".join(["| rule | found |", "|---|---|", *rows])


def _finding(finding: Finding) -> str:
    place = f"<code>{escaped(str(finding.place))}</code>"
    title = f"<b>{finding.level.word} {finding.code} {finding.name}</b> {place}<br>{escaped(finding.message)}"
    parts = [f"{name}: {escaped(text)}" for name, text in notes(finding)]
    lines = excerpt(finding.place)
    block = ["", fenced("\n".join(lines)), ""] if lines else []
    notes_block = ["<p>", "<br>\n".join(parts), "</p>"]
    return "\n".join(["<details>", f"<summary>{title}</summary>", *block, *notes_block, "</details>"])


def fenced(text: str) -> str:
    """Put a text between fences that are longer than any row of backticks in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def escaped(text: str) -> str:
    """Write a text so that GitHub reads no HTML, no Markdown and no name of a user in it; a long one is cut."""
    cut = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    return "<br>".join(escape(" ".join(cut.split("\r")), quote=False).split("\n")).replace("@", "@<!-- -->")


def fitting(blocks: Iterable[str], room: int) -> Iterator[str]:
    """Give the blocks that have room, up to the first that has not."""
    for block in blocks:
        room -= size([block])
        if room < 0:
            return
        yield block


def size(blocks: Iterable[str]) -> int:
    """Count the characters of blocks and of the empty lines between them."""
    return sum(len(block) + 2 for block in blocks)
