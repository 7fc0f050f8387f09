"""SQL files, cut and read: from the cache where that has them, else by two processes when there are many."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from surefoot_lint.cache import Cache, freeze, thaw, version_key
from surefoot_lint.errors import SourceError, SplitError
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import SqlFile
from surefoot_lint.paths import shown_path
from surefoot_lint.pieces import MetaCommand, Statement, Tail
from surefoot_lint.source import read_source
from surefoot_lint.split import split

PAYS_FROM = 150  # files: below, a second process takes longer to begin than it saves
CACHED_BYTES = 1024 * 1024  # larger files are data, and are read anew

Content = tuple[tuple[Statement | MetaCommand, ...], Tail | None, tuple[Facts, ...]]


class Intake:
    """The files of one run; those that are read ahead are read once."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.cache = cache
        self.ahead: dict[Path, Content] = {}

    def read_ahead(self, paths: Iterable[Path]) -> None:
        """Read files that will be wanted; one that cannot be read, or not be cut, is left for `read` to tell of."""
        keys = {path: key for path in paths if (key := _key(path))}
        known = self.cache.get(keys.values()) if self.cache else {}
        found = {path: content for path, key in keys.items() if key in known and (content := thaw(known[key]))}
        missing = [path for path in keys if path not in found]
        if self.cache or len(missing) >= PAYS_FROM:
            fresh = _read_many(missing)
            if self.cache:
                self.cache.put({keys[path]: freeze(content) for path, content in fresh.items()})
            found |= fresh
        self.ahead |= found

    def read(self, path: Path) -> SqlFile:
        """Read a file, as far as it can be read and cut."""
        shown = shown_path(path)
        if path in self.ahead:
            pieces, tail, facts = self.ahead[path]
            file = SqlFile(path, shown, pieces, None, tail)
            file.__dict__["facts"] = facts
            return file
        return read_file(path, shown)


def read_file(path: Path, shown: str) -> SqlFile:
    """Read a file and cut it; what is wrong with it becomes its error."""
    pieces: list[Statement | MetaCommand] = []
    tail: Tail | None = None
    try:
        for piece in split(read_source(path, shown).chunks(), shown):
            if isinstance(piece, Statement | MetaCommand):
                pieces.append(piece)
            elif isinstance(piece, Tail):
                tail = piece
    except (SourceError, SplitError) as error:
        return SqlFile(path, shown, tuple(pieces), error)
    return SqlFile(path, shown, tuple(pieces), None, tail)


def _key(path: Path) -> str | None:
    """Name a file's content as this version of the linter reads it; None for one that is large or not there."""
    try:
        content = path.read_bytes() if path.stat().st_size <= CACHED_BYTES else None
    except OSError:
        return None
    return None if content is None else f"facts:{version_key()}:{hashlib.sha256(content).hexdigest()}"


def _read_many(paths: list[Path]) -> dict[Path, Content]:
    """Read files in this process, or half of them in another."""
    if len(paths) < PAYS_FROM or sys.platform != "linux":
        return _contents(paths)
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    half = len(paths) // 2
    other = context.Process(target=_send_contents, args=(paths[half:], sender), daemon=True)
    other.start()
    sender.close()
    found = _contents(paths[:half])
    try:
        found |= pickle.loads(receiver.recv_bytes())  # noqa: S301 - from our own child
    except EOFError:
        found |= _contents(paths[half:])
    other.join()
    return found


def _send_contents(paths: list[Path], sender: Connection) -> None:
    sender.send_bytes(pickle.dumps(_contents(paths), pickle.HIGHEST_PROTOCOL))
    sender.close()


def _contents(paths: list[Path]) -> dict[Path, Content]:
    """Read files, without those that have an error."""
    files = {path: read_file(path, "") for path in paths}
    return {path: (file.pieces, file.tail, file.facts) for path, file in files.items() if not file.error}
