"""What the prover has found of exactly the present files: stronger evidence than a reading of them.

`surefoot prove` writes `.surefoot/proved.json`; the linter reads it, and a verdict on other files counts for
nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding, Level

FILE = Path(".surefoot/proved.json")
FORMAT_VERSION = 1
# What a round trip that restored the schema refutes, and what a file that ran twice does; all of these are readings.
ROUND_TRIP = frozenset({"RB103", "RB104", "RB105", "RB106", "RB108", "AN107"})
RUN_TWICE = frozenset({"ID101", "ID102", "ID103", "ID104", "ID106", "ID107", "ID108", "ID110", "ID111", "ID202"})
UNDONE_TWICE = frozenset({"RB110"})
WRONG = ("differs", "fails")
RULES = {"differs": ("RB108", "definition-not-restored"), "fails": ("RB106", "rollback-order")}


class Subject(NamedTuple):
    """A migration and its rollback, as files."""

    name: str
    migration: Path
    rollback: Path | None
    transaction: bool


class Verdict(NamedTuple):
    """What was found of a migration: its verdict with the reasons, and whether its files could be run twice."""

    verdict: str
    reasons: tuple[str, ...]
    is_repeatable: bool
    is_rollback_repeatable: bool


def keys_of(subjects: Iterable[Subject]) -> dict[str, str]:
    """Compute for each migration, by its name, the hash of all files that its verdict is about: those up to it too."""
    chain, found = "", {}
    for name, migration, rollback, transaction in subjects:
        chain = _hashed(chain, name, _content(migration), transaction)
        found[name] = _hashed(chain, _content(rollback) if rollback else "")
    return found


def _hashed(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    except OSError:
        return ""


def keep_verdicts(folder: Path, subjects: Iterable[Subject], verdicts: Mapping[str, Verdict]) -> None:
    """Write verdicts down, by the names of the migrations, beside those that are still about the present files.

    Where nothing can be written they are not kept.
    """
    keys = keys_of(subjects)
    entries = {name: entry for name, entry in _entries(folder).items() if entry["key"] == keys.get(name)}
    entries |= {name: {"key": keys[name], **verdict._asdict()} for name, verdict in verdicts.items()}
    path = folder / FILE
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / ".gitignore").write_text("*\n")
        number, unfinished = tempfile.mkstemp(prefix="unfinished-", dir=path.parent)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump({"version": FORMAT_VERSION, "migrations": entries}, file, ensure_ascii=False)
        Path(unfinished).replace(path)


def _entries(folder: Path) -> dict[str, dict[str, object]]:
    try:
        document = json.loads((folder / FILE).read_bytes())
        entries = document["migrations"] if document["version"] == FORMAT_VERSION else {}
        return {name: entry for name, entry in entries.items() if "key" in entry}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def read_verdicts(fileset: FileSet) -> dict[str, Verdict]:
    """Find the verdicts that are about the present files, by the names of the migrations."""
    entries = _entries(fileset.folder)
    if not entries:
        return {}
    keys = keys_of(map(_subject, fileset.units))
    found = {}
    for name, entry in entries.items():
        if entry["key"] == keys.get(name):
            with suppress(KeyError, TypeError):
                reasons = tuple(map(str, entry["reasons"]))  # type: ignore[call-overload]
                twice = bool(entry["is_repeatable"]), bool(entry["is_rollback_repeatable"])
                found[name] = Verdict(str(entry["verdict"]), reasons, *twice)
    return found


def _subject(unit: Unit) -> Subject:
    migration = unit.migration.path if unit.migration else Path(unit.shown)
    return Subject(unit.name, migration, unit.rollback.path if unit.rollback else None, unit.transaction)


def weighed(findings: Iterable[Finding], fileset: FileSet, units: Iterable[Unit], ran: Iterable[str]) -> list[Finding]:
    """Leave out the readings that a proof refutes, mark those that it confirms, and add what only it has found.

    `ran` are the codes of the rules that were asked.
    """
    verdicts = read_verdicts(fileset)
    by_file = {
        file.shown: verdicts[unit.name] for unit in fileset.units for file in unit.files if unit.name in verdicts
    }
    found = [_marked(one, by_file.get(one.place.path)) for one in findings]
    left = [one for one in found if one is not None]
    asked = set(ran)
    for unit in units:
        if unit.name in verdicts and unit.rollback:
            left += [one for one in _proved(unit, verdicts[unit.name], left) if one.code in asked]
    return left


def _marked(finding: Finding, verdict: Verdict | None) -> Finding | None:
    if verdict is None:
        return finding
    if verdict.verdict in WRONG:
        return replace(finding, evidence="proved") if finding.code in ROUND_TRIP else finding
    refuted = verdict.verdict in ("proven", "lossy") and (
        finding.code in ROUND_TRIP
        or (finding.code in RUN_TWICE and verdict.is_repeatable)
        or (finding.code in UNDONE_TWICE and verdict.is_rollback_repeatable)
    )
    return None if refuted else finding


def _proved(unit: Unit, verdict: Verdict, findings: list[Finding]) -> Iterator[Finding]:
    """Tell of a rollback that is wrong, where no reading of it has."""
    files = {file.shown for file in unit.files}
    if verdict.verdict not in WRONG or any(one.code in ROUND_TRIP and one.place.path in files for one in findings):
        return
    file = unit.rollback.shown if unit.rollback else unit.shown
    advice = f"surefoot prove {unit.number} names each object"
    for reason in verdict.reasons:
        code, name = RULES[verdict.verdict]
        if reason.startswith("the rollback"):
            yield Finding(code, name, Level.ERROR, Place(file, 1, 1), reason, file, advice, evidence="proved")
