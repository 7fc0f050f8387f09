"""The baseline: findings that were there before the linter, frozen in a file of JSON lines that may only shrink."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from surefoot_lint.errors import ManifestError, Place, UsageError
from surefoot_lint.fileset import FileSet
from surefoot_lint.finding import Finding, Stale, Suppressed
from surefoot_lint.fingerprint import object_in_project, path_in_project
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.rule import find_rule
from surefoot_lint.source import read_source

FORMAT_VERSION = 1
HEAD = {"surefoot_baseline": FORMAT_VERSION}
DEFAULT_NAME = "lint-baseline.jsonl"
CONFLICT_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")


class Entry(NamedTuple):
    """One frozen finding; `path` starts from the project's folder, `reason` says why a later one was accepted."""

    path: str
    code: str
    object: str | None
    reason: str | None
    fingerprint: str

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """Order entries by file, code and object."""
        return self.path, self.code, self.object or "", self.fingerprint


class Sorted(NamedTuple):
    """Findings sorted by a baseline: new ones, frozen ones, and the entries that froze nothing."""

    new: list[Finding]
    frozen: list[Suppressed]
    stale: tuple[Stale, ...]


Baseline = Mapping[Entry, int]
OPTIONAL = {"object", "reason"}


def sort_findings(findings: Iterable[Finding], fileset: FileSet, judged: Collection[str]) -> Sorted:
    """Part new findings from frozen ones.

    `judged` are the codes of the rules that looked at the whole set: only their entries can be found stale. Raises
    ManifestError for a baseline that is not there or not as it must be.
    """
    if fileset.settings.baseline is None:
        return Sorted(list(findings), [], ())
    entries = read_baseline(fileset)
    known = {entry.fingerprint: entry for entry in entries}
    new, frozen, found = [], [], set()
    for finding in findings:
        entry = known.get(finding.fingerprint)
        if entry is None:
            new.append(finding)
        else:
            frozen.append(Suppressed(finding, "frozen", entry.reason))
            found.add(entry)
    lines = tuple(line for entry, line in entries.items() if entry not in found and entry.code in judged)
    stale = (Stale(baseline_path(fileset), lines, shrink_command(fileset)),) if lines else ()
    return Sorted(new, frozen, stale)


def baseline_path(fileset: FileSet) -> str:
    """Write the path of the project's baseline as people see it."""
    return fileset.shown(fileset.settings.baseline or DEFAULT_NAME)


def shrink_command(fileset: FileSet) -> str:
    """Write the command that takes stale entries out."""
    manifest = fileset.settings.place.path
    return "surefoot-lint baseline" + ("" if manifest == MANIFEST_NAME else f" --manifest {shlex.quote(manifest)}")


def entry_of(finding: Finding, fileset: FileSet, reason: str | None) -> Entry:
    """Make the entry that freezes a finding."""
    path = path_in_project(fileset, finding.place.path)
    return Entry(path, finding.code, object_in_project(fileset, finding), reason, finding.fingerprint)


def baseline_text(entries: Iterable[Entry]) -> str:
    """Write a baseline: a line that names the format, then an entry a line, sorted."""
    rows: list[dict[str, Any]] = [HEAD, *(entry._asdict() for entry in sorted(entries, key=lambda e: e.sort_key))]
    return "".join(f"{_line(row)}\n" for row in rows)


def read_baseline(fileset: FileSet) -> Baseline:
    """Read the project's baseline: its entries with their lines."""
    shown = baseline_path(fileset)
    path = fileset.folder / (fileset.settings.baseline or DEFAULT_NAME)
    if not path.is_file():
        raise ManifestError(
            f"lint.baseline names {shown}, which is not there",
            where=fileset.settings.place,
            next_step=f"{shrink_command(fileset)} writes it",
        )
    lines = read_source(path, shown).read().split("\n")
    _read_head(lines[0], Place(shown, 1, 1, lines[0]))
    entries: dict[Entry, int] = {}
    by_fingerprint: dict[str, int] = {}
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            where = Place(shown, number, 1, line)
            entry = _read_entry(line, where)
            if entry.fingerprint in by_fingerprint:
                first = by_fingerprint[entry.fingerprint]
                raise ManifestError(
                    f"this finding is frozen already, in line {first}", where=where, next_step="remove one of the two"
                )
            entries[entry] = by_fingerprint[entry.fingerprint] = number
    return entries


def _line(row: dict[str, Any]) -> str:
    """Write a line of JSON in which everything can be seen."""
    text = json.dumps(row, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(row)


def _read_head(line: str, where: Place) -> None:
    if _value(line, where) != HEAD:
        version = json.dumps(HEAD)
        raise ManifestError(f"the first line of a baseline must be {version}", where=where)


def _read_entry(line: str, where: Place) -> Entry:
    value = _value(line, where)
    if not isinstance(value, dict) or set(value) != set(Entry._fields):
        raise ManifestError(f"an entry is an object of {', '.join(Entry._fields)}", where=where)
    for name, held in value.items():
        if not (isinstance(held, str) and held) and not (held is None and name in OPTIONAL):
            raise ManifestError(f"{name} must be a text{' or null' if name in OPTIONAL else ''}", where=where)
    entry = Entry(**value)
    try:
        find_rule(entry.code)
    except UsageError as error:
        raise ManifestError(error.what, where=where, next_step=error.next_step) from error
    return entry


def _value(line: str, where: Place) -> Any:
    if line.startswith(CONFLICT_MARKS):
        raise ManifestError(
            "this is the mark of a merge conflict",
            where=where,
            next_step="keep the lines that stand on both sides: the baseline may only shrink",
        )
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        place = Place(where.path, where.line, error.colno, where.excerpt)
        raise ManifestError(f"this line is not JSON: {error.msg}", where=place) from error
