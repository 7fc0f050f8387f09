"""The fingerprint of a finding: what stays the same when lines move, and wherever the linter is run from."""

from __future__ import annotations

import hashlib
import json
import math
import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from surefoot_lint.errors import Place
from surefoot_lint.fileset import FileSet, SqlFile
from surefoot_lint.finding import Finding
from surefoot_lint.lexer import tokens
from surefoot_lint.paths import absolute
from surefoot_lint.pieces import Statement

HASHED_CHARACTERS = 10_000
HEX_DIGITS = 32


def with_fingerprints(findings: Iterable[Finding], fileset: FileSet) -> list[Finding]:
    """Give each finding its fingerprint, and sort them by place.

    It is the start of the SHA-256 of a JSON array: the project's name, the code, the path from the project's folder,
    the object, the statement without comments and white space (or the line, where there is no statement; nothing
    for an object that the manifest lists), and the number of this finding among those that are the same in all that.
    """
    project = fileset.manifest.name if fileset.manifest else fileset.folder.name
    texts = _Texts({file.shown: file for unit in fileset.units for file in unit.files})
    seen: Counter[tuple[str, ...]] = Counter()
    marked: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        path, named = path_in_project(fileset, finding.place.path), object_in_project(fileset, finding)
        parts = (project, finding.code, path, named or "", texts.of(finding))
        seen[parts] += 1
        marked.append(replace(finding, fingerprint=_digest([*parts, seen[parts]])))
    return marked


def path_in_project(fileset: FileSet, shown: str) -> str:
    """Write a path, given as people see it, from the project's folder."""
    return Path(os.path.relpath(absolute(Path(shown)), fileset.folder)).as_posix()


def object_in_project(fileset: FileSet, finding: Finding) -> str | None:
    """Name the object of a finding; one that is a file by its path from the project's folder."""
    named = finding.object
    is_path = named is not None and (named in fileset.files or named == finding.place.path)
    return path_in_project(fileset, named) if is_path and named else named or None


class _Texts:
    """The texts that findings are about; the statements of a file are listed once."""

    def __init__(self, files: Mapping[str, SqlFile]) -> None:
        self._files = files
        self._statements: dict[str, list[Statement]] = {}

    def of(self, finding: Finding) -> str:
        """Give the statement that a finding is in, else its line, with all white space made the same.

        A line of the manifest changes for other reasons: where its finding has an object, that says enough.
        """
        place = finding.place
        if place.path not in self._files and finding.object:
            return ""
        statement = self._statement(place)
        if statement is None:
            return " ".join((place.excerpt or "").split())
        return " ".join(token.word or token.text for token in tokens(statement.text[:HASHED_CHARACTERS]))

    def _statement(self, place: Place) -> Statement | None:
        if place.line is None or place.path not in self._files:
            return None
        if place.path not in self._statements:
            self._statements[place.path] = list(self._files[place.path].statements)
        statements = self._statements[place.path]
        where = place.line, place.column or math.inf
        last = bisect_right(statements, where, key=lambda statement: (statement.line, statement.column))
        found = statements[last - 1] if last else None
        return found if found and place.line <= found.line + found.text.count("\n") else None


def _digest(parts: list[str | int]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:HEX_DIGITS]
