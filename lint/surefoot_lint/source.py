"""One SQL file: its text with line ends as LF, and the checksum of that text."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot_lint.errors import Place, SourceError

CHUNK_BYTES = 1 << 18
KEPT_IN_MEMORY_BYTES = 1 << 20
# The embeddings, overrides and isolates of Unicode TR9: they show a reader other SQL than the server runs.
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Source:
    """A SQL file as it was when it was looked at.

    `shown` is the path that people see, from the project's folder, with slashes. `checksum` is the algorithm's
    name and the hexadecimal digest over the UTF-8 text with each CRLF as LF: `sha256:…`. `text` is kept for
    small files alone; use `chunks()`.
    """

    path: Path
    shown: str
    size: int
    checksum: str
    text: str | None

    def chunks(self) -> Iterator[str]:
        """Give the text in pieces, the very text that the checksum is of.

        Raises SourceError when a large file was changed since it was looked at; the last piece is then withheld.
        """
        if self.text is not None:
            yield self.text
            return
        digest = hashlib.sha256()
        held = ""
        for chunk in _checked_chunks(self.path, self.shown, digest.update):
            yield held
            held = chunk
        if _checksum(digest.hexdigest()) != self.checksum:
            raise SourceError(
                "the file was changed while it was being run",
                where=Place(self.shown),
                next_step="save it, look at it, and run the command again",
            )
        yield held

    def read(self) -> str:
        """Give the whole text."""
        return "".join(self.chunks())


def read_source(path: Path, shown: str) -> Source:
    """Look at a file once: check its encoding, and compute its checksum.

    Raises SourceError for a file that is missing, unreadable, not UTF-8, or holds a byte order mark, a bidi
    control, or a carriage return that is not part of a line end.
    """
    digest = hashlib.sha256()
    kept: list[str] | None = []
    size = 0
    for chunk in _checked_chunks(path, shown, digest.update):
        size += len(chunk)
        if kept is not None:
            kept.append(chunk)
            if size > KEPT_IN_MEMORY_BYTES:
                kept = None
    text = "".join(kept) if kept is not None else None
    return Source(path, shown, size, _checksum(digest.hexdigest()), text)


def leads_out_of(folder: Path, path: Path) -> bool:
    """Tell whether a file, or the folder it is in, is a link that leads out of a folder."""
    return (path.is_symlink() or path.parent.is_symlink()) and not path.resolve().is_relative_to(folder.resolve())


def source_of(text: str, shown: str) -> Source:
    """Make a source of a text that is no file, with line ends as LF; `shown` says where it comes from."""
    return Source(Path(), shown, len(text), checksum_of(text), text)


def checksum_of(text: str) -> str:
    """Compute the checksum of a text whose line ends are LF already."""
    return _checksum(hashlib.sha256(text.encode()).hexdigest())


def _checksum(digest: str) -> str:
    return f"sha256:{digest}"


def _checked_chunks(path: Path, shown: str, hashed: Callable[[bytes], None]) -> Iterator[str]:
    """Read a file in pieces with line ends as LF, and refuse what no SQL file should hold."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    start = (1, 1)  # line and column where the text at hand begins
    for raw in _raw_chunks(path, shown):
        data = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
        try:
            text = decoder.decode(data, final=not raw)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode()
            raise _refused(shown, start, before, "this byte is not UTF-8", "save the file as UTF-8") from error
        hashed(data)
        _refuse_odd_characters(text, shown, start)
        start = _end(start, text)
        if text:
            yield text


def _raw_chunks(path: Path, shown: str) -> Iterator[bytes]:
    """Read a file in pieces that never end between CR and LF; an empty piece comes last."""
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(CHUNK_BYTES):
                while chunk.endswith(b"\r") and (more := file.read(1)):
                    chunk += more
                yield chunk
    except IsADirectoryError as error:
        raise SourceError("this is a folder, not a SQL file", where=Place(shown)) from error
    except FileNotFoundError as error:
        raise SourceError(
            "there is no such file",
            where=Place(shown),
            next_step=f"restore it (git checkout -- {shown}), or correct the manifest",
        ) from error
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}", where=Place(shown)) from error
    yield b""


def _refuse_odd_characters(text: str, shown: str, start: tuple[int, int]) -> None:
    if start == (1, 1) and text.startswith("\ufeff"):
        raise _refused(shown, start, "", "the file begins with a byte order mark", "save it as UTF-8 without BOM")
    if "\r" in text:
        before = text[: text.index("\r")]
        raise _refused(shown, start, before, "a carriage return stands alone here", "write E'\\r' in SQL")
    if not text.isascii() and (match := BIDI_CONTROLS.search(text)):
        what = f"an invisible bidi control (U+{ord(match.group()):04X}) stands here"
        raise _refused(shown, start, text[: match.start()], what, "remove it, or write U&'\\…' in SQL")


def _refused(shown: str, start: tuple[int, int], before: str, what: str, advice: str) -> SourceError:
    return SourceError(what, where=Place(shown, *_end(start, before)), next_step=advice)


def _end(start: tuple[int, int], text: str) -> tuple[int, int]:
    """Say at which line and column a text ends that begins at another."""
    line, column = start
    lines = text.count("\n")
    return line + lines, len(text) - text.rfind("\n") if lines else column + len(text)
