"""The measured locks as text: the page of all, and those that a rule speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

from surefoot_lint.locks.measured import CONFLICTS, Touched, Work, blocked_by, read_measured
from surefoot_lint.locks.statements import Group, Kind, read_statements
from surefoot_lint.rule import Rule, find_rule

ORIGIN = "<!-- Made by `make locks` from what servers did, and by `make docs` from the data. -->"
WORKS: dict[Work, str] = {
    "rewritten": "written anew",
    "emptied": "thrown away",
    "dropped": "dropped",
    "read": "all read",
    "none": "",
}
TAKERS = {
    "ACCESS SHARE": "SELECT, COPY … TO",
    "ROW SHARE": "SELECT … FOR UPDATE, the lookups of foreign keys",
    "ROW EXCLUSIVE": "INSERT, UPDATE, DELETE, MERGE, COPY … FROM",
    "SHARE UPDATE EXCLUSIVE": "VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT",
    "SHARE": "CREATE INDEX",
    "SHARE ROW EXCLUSIVE": "CREATE TRIGGER, ADD FOREIGN KEY",
    "EXCLUSIVE": "REFRESH MATERIALIZED VIEW CONCURRENTLY",
    "ACCESS EXCLUSIVE": "nearly every ALTER TABLE, DROP, TRUNCATE, VACUUM FULL",
}
TEXT = """\
# The locks that statements take

{origin}

{count} kinds of statements, each run on PostgreSQL {versions}, on tables of 1,000 rows. Where versions differ
it is said. `make locks` measures them again on every PostgreSQL that it finds, from 15 on; tests compare this page
with servers, and with what the linter says of each statement.

How it was measured:

- **Lock**: the strongest that the statement takes on a table, view or sequence that was there before, from `pg_locks`
  of its own session, in a transaction that was rolled back. What runs in no transaction was run while another session
  held one of the tables in a weaker mode, to see for which lock it waits. An index is named where more befalls it than
  its table. A lock is held to the end of the transaction.
- **Rows**: *written anew* if the table has another file afterwards, *all read* if as many of its pages were fetched as
  it has. Both take as long as the table is large; what is empty here takes an instant, however large it is.
- **Waits**: who must wait until the lock is gone. An instant will do to stop a site: the statement waits for all that
  hold a lock that conflicts with its own, and those who come after it wait behind it. So set a `lock_timeout`.
- **See**: the rules that find the statement stand in bold; the others tell when to use it. No rule means that it does
  no harm, or that there is no other way.
"""


def locks_page() -> str:
    """Write the page: how to read it, the modes, and the kinds of statements group by group."""
    statements, measured = read_statements(), read_measured()
    versions = " and ".join(one.version for one in measured)
    head = TEXT.format(origin=ORIGIN, count=len(statements.kinds), versions=versions)
    world = f"## The tables\n\nThis is there before each of the statements.\n\n```sql\n{dedent(statements.world)}```"
    return "\n".join([head, _modes(), "", *(f"{_section(group)}\n" for group in statements.groups), world, ""])


def _modes() -> str:
    rows = [
        f"| {mode} | {blocked_by(mode) or '—'} | {_conflicting(conflicts)} | {TAKERS[mode]} |"
        for mode, conflicts in CONFLICTS.items()
    ]
    head = ["| mode | who waits | which modes wait | taken by |", "|---|---|---|---|"]
    return "\n".join(["## The modes, from the weakest to the strongest", "", *head, *rows])


def _conflicting(conflicts: tuple[str, ...]) -> str:
    return "all" if len(conflicts) == len(CONFLICTS) else ", ".join(conflicts)


def _section(group: Group) -> str:
    head = ["| statement | on | lock | rows | waits | see |", "|---|---|---|---|---|---|"]
    text = [group.text, ""] if group.text else []
    return "\n".join([f"## {group.title}", "", *text, *head, *(row for kind in group.kinds for row in _rows(kind))])


def _rows(kind: Kind) -> Iterator[str]:
    for majors, touched in _versions(kind):
        names, locks = _lines(one.name for one in touched), _lines(one.mode for one in touched)
        works, waits = _lines(WORKS[one.work] for one in touched), _lines(one.blocks or "—" for one in touched)
        cells = [_statement(kind, majors), names, locks or "none", works, waits, _see(kind)]
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _versions(kind: Kind) -> Iterator[tuple[list[int], tuple[Touched, ...]]]:
    """Give what was seen, with the major versions on which it was just that."""
    seen: dict[tuple[Touched, ...], list[int]] = {}
    for measured in read_measured():
        if kind.name in measured.kinds:
            seen.setdefault(measured.kinds[kind.name], []).append(measured.major)
    return ((majors, touched) for touched, majors in seen.items())


def _statement(kind: Kind, majors: list[int]) -> str:
    return f"{kind.name}{_on(kind, majors)}<br>`{' '.join(kind.sql.split())}`"


def _on(kind: Kind, majors: list[int]) -> str:
    """Say on which versions it is so, where it is not so on all."""
    if majors == [measured.major for measured in read_measured()]:
        return ""
    known = [measured.major for measured in read_measured() if kind.name in measured.kinds]
    return f" (from {kind.since} on)" if majors == known else f" (PostgreSQL {', '.join(map(str, majors))})"


def _lines(texts: Iterator[str]) -> str:
    return "<br>".join(texts)


def _see(kind: Kind) -> str:
    finding = [f"**{_link(find_rule(code))}**" for code in kind.rules]
    links = ", ".join([*finding, *(_link(find_rule(code)) for code in kind.also)])
    return "<br>".join(part for part in (links, kind.instead) if part)


def _link(rule: Rule) -> str:
    return f"[{rule.code}](rules.md#{rule.code.lower()}-{rule.name})"


def measured_for(rule: Rule) -> list[str]:
    """Write a line for each kind of statement that a rule finds or speaks of: its locks, and what they block."""
    kinds = (kind for kind in read_statements().kinds if rule.code in (*kind.rules, *kind.also))
    return [line for kind in kinds for line in _sentences(kind)]


def _sentences(kind: Kind) -> Iterator[str]:
    for majors, touched in _versions(kind):
        yield f"{kind.name}{_on(kind, majors)}: {', '.join(map(_said, touched)) or 'no lock'}"


def _said(touched: Touched) -> str:
    parts = [f"blocks {touched.blocks}" if touched.blocks else "", WORKS[touched.work]]
    told = "; ".join(part for part in parts if part)
    return f"{touched.mode} on {touched.name}{f' ({told})' if told else ''}"
