"""What the prover has found of exactly these files, where others find it: one about other files counts for nothing."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

FILE = Path(".surefoot/proved.json")
FORMAT_VERSION = 2


class Subject(NamedTuple):
    """A migration and its rollback, as files."""

    name: str
    migration: Path
    rollback: Path | None
    transaction: bool


class Seen(NamedTuple):
    """A statement that was run, by the line where it begins, and the tables of before that it wrote anew.

    `rewritten` is None where it may do other things elsewhere, since it asks for rows: all but ALTER TABLE.
    """

    is_rollback: bool
    line: int
    rewritten: tuple[str, ...] | None


class Verdict(NamedTuple):
    """What was found of a migration: its verdict with the reasons, and whether its files could be run twice.

    `seen` are the statements that were observed, in their order, on a server of the manifest's version.
    """

    verdict: str
    reasons: tuple[str, ...]
    is_repeatable: bool
    is_rollback_repeatable: bool
    seen: tuple[Seen, ...] = ()

    def rewritten(self, line: int, *, is_rollback: bool) -> tuple[str, ...] | None:
        """Name the tables that the statement at a line of a file wrote anew; None where that is not known."""
        before = [one for one in self.seen if one.is_rollback == is_rollback and one.line <= line]
        at_once = [one.rewritten for one in before if one.line == before[-1].line]
        if not at_once or None in at_once:
            return None
        return tuple(table for tables in at_once for table in tables or ())


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


def kept_verdicts(folder: Path, subjects: Iterable[Subject]) -> dict[str, Verdict]:
    """Find the verdicts below a folder that are about these files as they are now, by the names of the migrations."""
    entries = _entries(folder)
    if not entries:
        return {}
    keys = keys_of(subjects)
    found = {}
    for name, entry in entries.items():
        if entry["key"] == keys.get(name):
            with suppress(KeyError, TypeError, ValueError):
                reasons = tuple(map(str, entry["reasons"]))  # type: ignore[call-overload]
                twice = bool(entry["is_repeatable"]), bool(entry["is_rollback_repeatable"])
                seen = tuple(_seen(*one) for one in entry["seen"])  # type: ignore[attr-defined]
                found[name] = Verdict(str(entry["verdict"]), reasons, *twice, seen)
    return found


def _seen(is_rollback: object, line: object, rewritten: Iterable[object] | None) -> Seen:
    return Seen(bool(is_rollback), int(str(line)), None if rewritten is None else tuple(map(str, rewritten)))
