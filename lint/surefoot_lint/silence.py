"""Comments that allow a finding: `-- surefoot: allow NAME, NAME: reason until 2027-01-31`.

They stand right before a statement, inside it, or behind it on its last line, and are about that statement. At the
top of the file, with an empty line after them, or as `allow-file` anywhere, they are about the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from surefoot_lint.errors import Place
from surefoot_lint.fileset import SqlFile
from surefoot_lint.finding import Finding
from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import Statement

MARK = "surefoot:"
ALLOWANCE = re.compile(
    r"--[ \t]*surefoot:[ \t]*allow(?P<file>-file)?\b[ \t]*"
    r"(?P<rules>[^:\r\n]*?)[ \t]*(?::(?P<reason>[^\r\n]*?))?(?=[ \t]+--|[\r\n]|\Z)"
)
UNTIL = re.compile(r"[\s,;(]*\buntil\s+(\S+?)\)?\s*$")
EVERYTHING = frozenset({"all", "*"})


class Allowance(NamedTuple):
    """One comment that allows findings of some rules, as written.

    `first` and `last` are the lines that it is about; `until` is text where it is no date.
    """

    place: Place
    rules: tuple[str, ...]
    reason: str
    until: date | str | None
    first: int
    last: int

    @property
    def is_blanket(self) -> bool:
        """Tell whether it allows whatever there is."""
        return bool(EVERYTHING & set(self.rules))

    def is_expired(self, today: date) -> bool:
        """Tell whether its time is over, or no date."""
        return self.until is not None and (isinstance(self.until, str) or self.until < today)


END = 1 << 40  # a line beyond the last one of any file


def read_allowances(file: SqlFile) -> Iterator[Allowance]:
    """Find the allowances of a file, in their order."""
    statements = list(file.statements)
    for index, statement in enumerate(statements):
        if MARK in statement.lead:
            before = statements[index - 1] if index else None
            yield from _in_lead(file, statement, before)
        if MARK in statement.text:
            yield from _in_text(file, statement)
    if file.tail and MARK in file.tail.text:
        last = statements[-1] if statements else None
        for match in ALLOWANCE.finditer(file.tail.text):
            line = file.tail.line + file.tail.text.count("\n", 0, match.start())
            yield _allowance(file, match, line, *_behind(last, line))


def _in_lead(file: SqlFile, statement: Statement, before: Statement | None) -> Iterator[Allowance]:
    first = statement.line - statement.lead.count("\n")
    for match in ALLOWANCE.finditer(statement.lead):
        line = first + statement.lead.count("\n", 0, match.start())
        rest = statement.lead[match.end() :]
        if before and line == last_line(before):
            lines = (before.line, last_line(before))
        elif before is None and re.search(r"\n[ \t\r]*\n", rest):
            lines = (0, END)
        else:
            lines = (line, last_line(statement))
        yield _allowance(file, match, line, *lines)


def _in_text(file: SqlFile, statement: Statement) -> Iterator[Allowance]:
    inside = [(token.offset, token.offset + len(token.text)) for token in tokens(statement.text)]
    for match in ALLOWANCE.finditer(statement.text):
        if not any(start < match.start() < end for start, end in inside):
            line, _ = statement.locate(match.start() + 1)
            yield _allowance(file, match, line, statement.line, last_line(statement))


def _behind(last: Statement | None, line: int) -> tuple[int, int]:
    return (last.line, line) if last and last_line(last) == line else (line, line)


def last_line(statement: Statement) -> int:
    """Say on which line a statement ends."""
    return statement.line + statement.text.count("\n") + statement.terminator.rstrip("\r\n").count("\n")


def _allowance(file: SqlFile, match: re.Match[str], line: int, first: int, last: int) -> Allowance:
    if match["file"]:
        first, last = 0, END
    reason, until = (match["reason"] or "").strip(), None
    if found := UNTIL.search(reason):
        reason, until = reason[: found.start()].strip(), _date(found[1])
    rules = tuple(filter(None, (name.strip().lower() for name in match["rules"].split(","))))
    return Allowance(Place(file.shown, line), rules, reason, until, first, last)


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Allowances:
    """All allowances of the files that were judged, and those of them that allowed something.

    `known` are the names and codes of all rules, in lower case; `ran` those of the rules that were used.
    """

    all: tuple[Allowance, ...]
    used: frozenset[Allowance]
    known: frozenset[str]
    ran: frozenset[str]
    today: date

    def found_nothing(self, allowance: Allowance) -> bool:
        """Tell whether an allowance is good and all its rules ran, and nothing was there to allow."""
        names = set(allowance.rules)
        is_sure = bool(names) and (allowance.is_blanket or (names <= self.known and names <= self.ran))
        return (
            is_sure and bool(allowance.reason) and not allowance.is_expired(self.today) and allowance not in self.used
        )


def silenced(
    findings: Iterable[Finding], allowances: Iterable[Allowance], today: date
) -> tuple[list[Finding], list[tuple[Finding, Allowance]]]:
    """Part the findings from those that are allowed, and say by what; two allowances may share one.

    One without a reason, or out of date, allows nothing.
    """
    by_path: dict[str, list[Allowance]] = {}
    for allowance in allowances:
        if allowance.reason and not allowance.is_expired(today):
            by_path.setdefault(allowance.place.path, []).append(allowance)
    left, allowed = [], []
    for finding in findings:
        pairs = [(finding, one) for one in by_path.get(finding.place.path, ()) if _allows(one, finding)]
        allowed += pairs
        if not pairs:
            left.append(finding)
    return left, allowed


def _allows(allowance: Allowance, finding: Finding) -> bool:
    names = {finding.code.lower(), finding.name}
    line = finding.place.line or 1
    return allowance.first <= line <= allowance.last and (allowance.is_blanket or bool(names & set(allowance.rules)))
