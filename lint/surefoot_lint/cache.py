"""What was found out before, by the hash of what it was found out from: one SQLite file below `.surefoot/cache`.

It may be shared by two runs, and removed at any time; one that is broken, or cannot be written, is done without.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = ".surefoot"
FILE = "cache/lint.sqlite"
LAYOUT = 1
KEPT_ENTRIES = 50_000
OURS = "surefoot_lint."
PLAIN = {("datetime", "date"), ("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("builtins", "frozenset")}
WAIT_SECONDS = 2.0


class Cache:
    """A table of blobs by their keys; all methods do nothing where the file cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / FILE

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Find the values of keys that are there."""
        wanted = list(keys)
        found: dict[str, bytes] = {}
        if not self.path.is_file():
            return found
        try:
            with closing(self._open()) as connection:
                query = "SELECT key, value FROM entry WHERE key IN (SELECT value FROM json_each(?))"
                found |= dict(connection.execute(query, (json.dumps(wanted),)))
        except sqlite3.Error:
            self._remove()
            return {}
        return found

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Keep values; the oldest go when there are too many."""
        if not entries:
            return
        try:
            self._make_folder()
            with closing(self._open()) as connection, connection:
                connection.execute("CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
                connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", entries.items())
                connection.execute(
                    "DELETE FROM entry WHERE rowid <= (SELECT max(rowid) FROM entry) - ?", (KEPT_ENTRIES,)
                )
        except sqlite3.OperationalError:
            return  # locked, or no right to write: the next run may have more luck
        except sqlite3.Error:
            self._remove()
        except OSError:
            return

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    def _make_folder(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            folder.mkdir(parents=True)
            ignored = folder.parent / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n")

    def _remove(self) -> None:
        with suppress(OSError):
            self.path.unlink()


@cache
def version_key() -> str:
    """Name this very version of the linter: the hash of its own code, so that an edit of a rule is a new one."""
    digest = hashlib.sha256(str(LAYOUT).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class _OwnUnpickler(pickle.Unpickler):
    """A reader of pickles that makes nothing but what the linter itself writes."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(OURS) or (module, name) in PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not of the linter")


def freeze(value: object) -> bytes:
    """Write a value of the linter's own types."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def thaw(blob: bytes) -> Any:
    """Read such a value; None where it is none."""
    try:
        return _OwnUnpickler(io.BytesIO(blob)).load()
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError):
        return None
