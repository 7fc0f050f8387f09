"""Sqitch: a plan, and for each change of it the scripts deploy/NAME.sql, revert/NAME.sql, verify/NAME.sql."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot.layouts.found import Found, Layout, name_of, part_of
from surefoot_lint.errors import Place, UsageError
from surefoot_lint.paths import shown_path
from surefoot_lint.pieces import MetaCommand, Statement
from surefoot_lint.split import split
from surefoot_lint.transaction import controls_transaction

PLAN = "sqitch.plan"
LINE = re.compile(r"\+?(?P<name>[^\s\[@#%:!-][^\s\[@#]*)\s*(?:\[(?P<requires>[^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class _Change:
    """A line of the plan; `script` is the name of its scripts, with a tag where the change was reworked later."""

    name: str
    script: str
    requires: tuple[str, ...]


def is_sqitch(folder: Path) -> bool:
    """Tell whether a folder has a plan."""
    return (folder / PLAN).is_file()


def read(folder: Path) -> Layout:
    """Read the plan of a folder, and its scripts. Raises UsageError for a change without its script, SourceError."""
    changes = _changes((folder / PLAN).read_text(encoding="utf-8").splitlines())
    width = max(3, len(str(len(changes))))
    names: dict[str, str] = {}
    migrations = []
    remarks = []
    for number, change in enumerate(changes, 1):
        name = name_of(str(number).zfill(width), change.name.replace("/", "_"))
        requires = tuple(names[one] for one in change.requires if one in names)
        queries, left = _queries(folder / "verify" / f"{change.script}.sql")
        migrations.append(_found(folder, change, name, requires, queries))
        remarks += [f"verify/{change.script}.sql: {text}" for text in left]
        names[change.name] = name
    return Layout("Sqitch", tuple(migrations), tuple(remarks))


def _found(folder: Path, change: _Change, name: str, requires: tuple[str, ...], queries: tuple[str, ...]) -> Found:
    deploy, revert = (folder / kind / f"{change.script}.sql" for kind in ("deploy", "revert"))
    if not deploy.is_file():
        raise UsageError(
            f"the plan lists {change.name}, and there is no {shown_path(deploy)}",
            where=Place(shown_path(folder / PLAN)),
            next_step="restore the file, or take the change out of the plan",
        )
    backward = part_of(revert) if revert.is_file() else None
    return Found(name, part_of(deploy), backward, requires=requires, queries=queries)


def _changes(lines: list[str]) -> list[_Change]:
    """Read the changes of a plan; the scripts of one that was reworked carry the tag that came after it."""
    changes: list[_Change] = []
    untagged: list[int] = []
    tags: dict[int, str] = {}
    for line in lines:
        if line.startswith("@"):
            tags |= dict.fromkeys(untagged, line.split()[0])
            untagged.clear()
        elif not line.startswith(("%", "#")) and (match := LINE.match(line.strip())):
            untagged.append(len(changes))
            requires = [word.partition("@")[0] for word in (match["requires"] or "").split() if word[0] not in "!@"]
            changes.append(_Change(match["name"], match["name"], tuple(requires)))
    last = {change.name: position for position, change in enumerate(changes)}
    return [
        change if last[change.name] == position else replace(change, script=f"{change.name}{tags.get(position, '')}")
        for position, change in enumerate(changes)
    ]


def _queries(path: Path) -> tuple[tuple[str, ...], list[str]]:
    """Take the queries out of a verify script, and say what of it cannot be a check."""
    if not path.is_file():
        return (), []
    queries, left = [], []
    for piece in split([part_of(path).text], shown_path(path)):
        if isinstance(piece, MetaCommand):
            left.append(f"\\{piece.name} of psql in line {piece.line} is left out")
        elif isinstance(piece, Statement) and not controls_transaction(piece):
            if piece.words[:1] in (("select",), ("with",), ("values",)):
                queries.append(piece.text)
            else:
                left.append(f"the statement in line {piece.line} is no query, and so no check")
    return tuple(queries), left
