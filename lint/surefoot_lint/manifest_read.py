"""manifest.yaml → a frozen Manifest."""

from __future__ import annotations

from pathlib import Path

import yaml
from yaml.nodes import Node
from yaml.reader import ReaderError

from surefoot_lint.document import Reader
from surefoot_lint.errors import ManifestError, Place
from surefoot_lint.manifest import Manifest
from surefoot_lint.manifest_keys import DOCUMENT
from surefoot_lint.paths import MANIFEST_NAME
from surefoot_lint.source import read_source


def _compose(text: str, reader: Reader) -> Node:
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except ReaderError as error:
        before = text.encode()[: error.position].decode().split("\n")
        where = Place(reader.path, len(before), len(before[-1]) + 1, text.split("\n")[len(before) - 1])
        raise ManifestError(f"this is not YAML: {error.reason}", where=where) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        excerpt = reader.lines[line] if line < len(reader.lines) else None
        where = Place(reader.path, line + 1, column + 1, excerpt)
        raise ManifestError(f"this is not YAML: {error.problem or error.context}", where=where) from error
    if root is None:
        raise ManifestError("the manifest is empty", where=Place(reader.path), next_step="surefoot init shows one")
    return root


def _refuse_contradictions(manifest: Manifest) -> None:
    """Refuse what each key allows by itself, but not together."""
    for entry in manifest.migrations:
        for path in (entry.file, entry.rollback, entry.data_rollback, entry.feature_rollback):
            _refuse_escape(path, entry.place)
        if entry.irreversible and entry.rollback:
            raise ManifestError(
                f"{entry.file} is called irreversible and has a rollback",
                where=entry.place,
                next_step="remove one of the two keys",
            )
    for path in (manifest.folders.migrations, manifest.folders.rollbacks, *manifest.seeds):
        _refuse_escape(path, manifest.place)
    _refuse_escape(manifest.lint.baseline, manifest.lint.place)
    for check in (*manifest.checks, *(check for entry in manifest.migrations for check in entry.checks)):
        _refuse_escape(check.sql_file, check.place)
        if (check.sql is None) == (check.sql_file is None):
            raise ManifestError(f"the check {check.name!r} needs either sql or sql_file", where=check.place)


def _refuse_escape(path: str | None, place: Place) -> None:
    """Refuse a path that leaves the project's folder."""
    if path is None:
        return
    if path.startswith("/") or ".." in path.split("/") or "\\" in path:
        raise ManifestError(
            f"the path {path} leaves the project's folder",
            where=place,
            why="a manifest names only files below it, with forward slashes",
        )


def parse_manifest(text: str, shown: str) -> Manifest:
    """Read the text of a manifest; `shown` says where it comes from. Raises ManifestError."""
    reader = Reader(shown, text.splitlines())
    root = _compose(text, reader)
    manifest: Manifest = DOCUMENT.read(root, reader)
    _refuse_contradictions(manifest)
    return manifest


def load_manifest(path: Path, shown: str = MANIFEST_NAME) -> Manifest:
    """Read the manifest.

    Raises ManifestError, with line and column, for anything that is not as declared, and SourceError for a
    file that is not plain UTF-8.
    """
    if not path.is_file():
        raise ManifestError(
            "there is no manifest",
            where=Place(shown),
            next_step="surefoot init makes one; --manifest FILE names another",
        )
    return parse_manifest(read_source(path, shown).read(), shown)
