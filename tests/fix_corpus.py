"""The labelled corpus: reads its cases, has Surefoot judge them, and weighs what was found against the labels.

A case is one file of `lint/corpus`, in sections: a header, then the files of a small project.

    -- expect: LK101@6 RB103 never LK203     what must be found, each at a line of the case's own file or at no line
    -- why: one sentence                     in particular, and what must not; `nothing`: no warning and no error
    -- project: {postgres: 18}               keys of the manifest, where it is not 15
    -- fails: 2BP01                          the SQLSTATE, if PostgreSQL refuses the migration or its rollback
    -- file: 001_before.sql                  earlier migrations: history
    -- file: 002_it.sql {transaction: false} the last one is judged; its further keys in the manifest
    -- file: rollback_002.sql

Labels come from what PostgreSQL does, never from what a linter says. A finding counts anywhere in the labelled
statement, for linters differ in where they point.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from surefoot_lint.finding import Level
from surefoot_lint.linter import lint
from surefoot_lint.pieces import Statement
from surefoot_lint.split import split

FOLDER = Path(__file__).parent / "lint" / "corpus"
CATEGORIES = ("dangerous", "safe", "context")
MISSES = FOLDER / "misses.yaml"
NUMBERS = {
    "RB": "101 102 103 104 105 106 107 108 109 110 111 201 202 203",
    "ID": "101 102 103 104 105 106 107 108 109 110 111 201 202",
    "TX": "101 102 103 104 105 106 107 108 109 110 111 301",
    "LK": "101 102 103 104 105 106 107 108 109 201 202 203 204 205 206 207 208 209 "
    "301 302 303 304 305 306 307 308 309 401 402 403",
    "DL": "101 102 103 104 105 106 201",
    "DM": "101 102 103 301 302",
    "BC": "101 102 103 202 203 204 205 301 302 307 308 309",
    "SE": "101 102 103 104 105 106 107 108 109 110 201 202 203 204 205 206 207",
    "TY": "101 102 103 104 105 106 107",
    "SD": "101 102 103 104 105 106 107",
    "NM": "101 102 103 201",
    "AN": "101 102 103 104 105 106 107 108",
    "SU": "101 102 103 104 105",
}
VOCABULARY = frozenset(family + number for family, numbers in NUMBERS.items() for number in numbers.split())
HEADER = re.compile(r"-- (expect|why|project|fails): (.+)")
FILE = re.compile(r"-- file: (\S+\.sql)(?: (\{.*\}))?")


class Label(NamedTuple):
    """What must be found: a code, and the line of the case's file if it is about one statement."""

    code: str
    line: int | None

    def __str__(self) -> str:
        """Write the label as the corpus does."""
        return self.code if self.line is None else f"{self.code}@{self.line}"


@dataclass(frozen=True, slots=True)
class Section:
    """A file of the case's project; `line` is where its text begins in the case's file."""

    name: str
    keys: dict[str, Any]
    line: int
    text: str

    @property
    def is_rollback(self) -> bool:
        """Tell whether it is the rollback of the judged migration."""
        return self.name.startswith("rollback_")

    @property
    def extents(self) -> Iterator[range]:
        """Give the lines of each statement, in the case's file."""
        for piece in split([self.text], self.name):
            if isinstance(piece, Statement):
                first = self.line + piece.line - 1
                yield range(first, first + piece.text.count("\n") + 1)


@dataclass(frozen=True, slots=True)
class Case:
    """A small project, and what must be found in its last migration."""

    name: str
    labels: tuple[Label, ...]
    never: frozenset[str]
    project: dict[str, Any]
    fails: str | None
    why: str | None
    sections: tuple[Section, ...]

    @property
    def category(self) -> str:
        """Name the folder of the case."""
        return self.name.partition("/")[0]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing at all must be found."""
        return not self.labels and not self.never

    @property
    def judged(self) -> Section:
        """Give the migration that is judged."""
        return [section for section in self.sections if not section.is_rollback][-1]

    @property
    def history(self) -> tuple[Section, ...]:
        """Give the migrations before it."""
        return self.sections[: self.sections.index(self.judged)]

    @property
    def rollback(self) -> Section | None:
        """Give its rollback."""
        return next((section for section in self.sections if section.is_rollback), None)

    def extent(self, line: int) -> range | None:
        """Give the lines of the statement that a line belongs to."""
        sections = (self.judged, *([self.rollback] if self.rollback else []))
        return next((lines for section in sections for lines in section.extents if line in lines), None)

    def write(self, folder: Path) -> Path:
        """Write the project into a folder, and give the path of the judged migration."""
        for below in ("migrations", "rollbacks"):
            (folder / below).mkdir(parents=True)
        for section in self.sections:
            (folder / ("rollbacks" if section.is_rollback else "migrations") / section.name).write_text(section.text)
        manifest = {"surefoot": 1, "name": "corpus", "postgres": 15, "settings": {"lock_timeout": "5s"}}
        entries = {"migrations": [*map(self._entry, (*self.history, self.judged))]}
        (folder / "manifest.yaml").write_text(yaml.safe_dump({**manifest, **self.project, **entries}, sort_keys=False))
        return folder / "migrations" / self.judged.name

    def _entry(self, section: Section) -> dict[str, Any]:
        if section is not self.judged:
            return {"file": section.name, "irreversible": "history", **section.keys}
        rollback = {"rollback": self.rollback.name} if self.rollback else {}
        return {"file": section.name, **rollback, **section.keys}


class Hit(NamedTuple):
    """A finding, of whatever linter: the codes of ours that it stands for, and its line in the case's file.

    `is_warning` tells it from mere information, which is never a false alarm.
    """

    codes: frozenset[str]
    line: int | None
    is_warning: bool
    text: str


class Weighed(NamedTuple):
    """What a linter made of a case."""

    found: tuple[Label, ...]
    missed: tuple[Label, ...]
    false_alarms: tuple[Hit, ...]


def parse(name: str, text: str) -> Case:
    """Read a case. Raises ValueError for anything that the header of this module does not describe."""
    header: dict[str, str] = {}
    sections: list[Section] = []
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if begins := FILE.fullmatch(line.rstrip("\n")):
            sections.append(Section(begins[1], yaml.safe_load(begins[2] or "{}"), number + 1, ""))
        elif sections:
            last = sections.pop()
            sections.append(Section(last.name, last.keys, last.line, last.text + line))
        elif (key := HEADER.fullmatch(line.rstrip("\n"))) and (number == 1) == (key[1] == "expect"):
            header[key[1]] = key[2]
        else:
            raise ValueError(f"{name}.sql:{number}: this is no line of a header: {line}")
    must, _, never = header["expect"].removeprefix("nothing").partition("never")
    labels = tuple(_label(f"{name}.sql", word) for word in must.split())
    project = yaml.safe_load(header.get("project", "{}"))
    case = Case(
        name, labels, frozenset(never.split()), project, header.get("fails"), header.get("why"), tuple(sections)
    )
    if unknown := {*case.never, *(label.code for label in labels)} - VOCABULARY:
        raise ValueError(f"{name}.sql: there is no rule {', '.join(sorted(unknown))}")
    return case


def _label(file: str, word: str) -> Label:
    parts = re.fullmatch(r"([A-Z]{2}\d{3})(?:@(\d+))?", word)
    if parts is None:
        raise ValueError(f"{file}: {word} is no label")
    return Label(parts[1], int(parts[2]) if parts[2] else None)


@cache
def cases() -> tuple[Case, ...]:
    """Read the whole corpus."""
    files = (file for category in CATEGORIES for file in sorted((FOLDER / category).glob("*.sql")))
    return tuple(parse(file.relative_to(FOLDER).with_suffix("").as_posix(), file.read_text("utf-8")) for file in files)


@cache
def misses() -> dict[tuple[str, str], str]:
    """Read what Surefoot is known to get wrong, missed labels and false alarms: (case, code) → reason."""
    rows = yaml.safe_load(MISSES.read_text("utf-8")) or []
    return {(row["case"], row["code"]): row["reason"] for row in rows}


def surefoot(case: Case, folder: Path) -> list[Hit]:
    """Write the case's project into a folder and have its last migration judged."""
    lines = {section.name: section.line for section in case.sections}
    hits = []
    for finding in lint([case.write(folder)]).findings:
        begins = lines.get(Path(finding.place.path).name)
        line = None if begins is None or finding.place.line is None else begins + finding.place.line - 1
        text = f"{finding.code} {finding.name}: {finding.message}"
        hits.append(Hit(frozenset({finding.code}), line, finding.level >= Level.WARNING, text))
    return hits


def weigh(case: Case, hits: Iterable[Hit], *, any_code: bool = False) -> Weighed:
    """Weigh what a linter found against the labels; with `any_code`, whatever it says of a statement will do."""
    hits = tuple(hits)

    def is_found(label: Label) -> bool:
        lines = None if label.line is None else case.extent(label.line)
        return any(
            (label.code in hit.codes or (any_code and lines is not None)) and (lines is None or hit.line in lines)
            for hit in hits
        )

    found = tuple(filter(is_found, case.labels))
    missed = tuple(label for label in case.labels if label not in found)
    is_false: Callable[[Hit], bool] = lambda hit: case.is_clean or bool(hit.codes & case.never)  # noqa: E731
    return Weighed(found, missed, tuple(hit for hit in hits if hit.is_warning and is_false(hit)))
