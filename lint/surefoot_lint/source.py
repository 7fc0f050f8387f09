"""One SQL file: its text with line ends as LF, and the checksum of that text."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot_lint.errors import Place, SourceError

if TYPE_CHECKING:
    from queue import Queue
    from threading import Thread

CHUNK_BYTES = 1 << 18
KEPT_IN_MEMORY_BYTES = 1 << 20
PIECES_IN_HAND = 32  # read, and not yet hashed
# The embeddings, overrides and isolates of Unicode TR9: they show a reader other SQL than the server runs.
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(slots=True)
class Source:
    """A SQL file as it was when it was looked at.

    `shown` is the path that people see, from the project's folder, with slashes. `text` is kept for small files
    alone; use `chunks()`. A large file is looked at when it is first read to its end, or asked for its checksum.
    """

    path: Path
    shown: str
    text: str | None
    looked: tuple[int, str] | None = None

    @property
    def size(self) -> int:
        """Count its characters. Raises SourceError."""
        return self._look()[0]

    @property
    def checksum(self) -> str:
        """Give the algorithm's name and the digest over the UTF-8 text with each CRLF as LF: `sha256:…`.

        Raises SourceError.
        """
        return self._look()[1]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it."""
        return self.text == ""

    def chunks(self) -> Iterator[str]:
        """Give the text in pieces, the very text that the checksum is of.

        Raises SourceError when a large file was changed since it was looked at; the last piece is then withheld.
        """
        if self.text is not None:
            yield self.text
            return
        held, size = "", 0
        with _Digest() as digest:
            for chunk in _checked_chunks(self.path, self.shown, digest.update):
                yield held
                held = chunk
                size += len(chunk)
        found = size, digest.checksum()
        if self.looked is None:
            self.looked = found
        elif self.looked != found:
            raise SourceError(
                "the file was changed while it was being run",
                where=Place(self.shown),
                next_step="save it, look at it, and run the command again",
            )
        yield held

    def read(self) -> str:
        """Give the whole text."""
        return "".join(self.chunks())

    def _look(self) -> tuple[int, str]:
        if self.looked is None:
            for _ in self.chunks():
                pass
        assert self.looked
        return self.looked


def read_source(path: Path, shown: str) -> Source:
    """Look at a file: check its encoding, and compute its checksum; at a large one, when that is wanted.

    Raises SourceError for a file that is missing, unreadable, not UTF-8, or holds a byte order mark, a bidi
    control, or a carriage return that is not part of a line end.
    """
    kept: list[str] = []
    size = 0
    with _Digest() as digest:
        for chunk in _checked_chunks(path, shown, digest.update):
            size += len(chunk)
            kept.append(chunk)
            if size > KEPT_IN_MEMORY_BYTES:
                return Source(path, shown, None)
    return Source(path, shown, "".join(kept), (size, digest.checksum()))


def leads_out_of(folder: Path, path: Path) -> bool:
    """Tell whether a file, or the folder it is in, is a link that leads out of a folder."""
    return (path.is_symlink() or path.parent.is_symlink()) and not path.resolve().is_relative_to(folder.resolve())


def source_of(text: str, shown: str) -> Source:
    """Make a source of a text that is no file, with line ends as LF; `shown` says where it comes from."""
    return Source(Path(), shown, text, (len(text), checksum_of(text)))


def checksum_of(text: str) -> str:
    """Compute the checksum of a text whose line ends are LF already."""
    digest = _Digest()
    digest.update(text.encode())
    return digest.checksum()


class _Digest:
    """The checksum of pieces; in a block, those of a large file are hashed by a thread, while others are read.

    Hashing a piece of more than 2 KiB leaves the interpreter to other threads (Python manual: hashlib).
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._size = 0
        self._pieces: Queue[bytes | None] | None = None
        self._thread: Thread | None = None

    def update(self, piece: bytes) -> None:
        """Add a piece."""
        self._size += len(piece)
        if self._size <= KEPT_IN_MEMORY_BYTES:
            self._hash.update(piece)
            return
        if self._pieces is None:
            self._start()
        assert self._pieces
        self._pieces.put(piece)

    def checksum(self) -> str:
        """Give the checksum of all pieces."""
        self._end()
        return f"sha256:{self._hash.hexdigest()}"

    def __enter__(self) -> _Digest:
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread, if there is one."""
        self._end()

    def _end(self) -> None:
        if self._pieces is not None and self._thread is not None:
            self._pieces.put(None)
            self._thread.join()
        self._pieces = self._thread = None

    def _start(self) -> None:
        from queue import Queue
        from threading import Thread

        pieces: Queue[bytes | None] = Queue(PIECES_IN_HAND)

        def work() -> None:
            while (piece := pieces.get()) is not None:
                self._hash.update(piece)

        self._pieces, self._thread = pieces, Thread(target=work, name="surefoot-checksum", daemon=True)
        self._thread.start()


def _checked_chunks(path: Path, shown: str, hashed: Callable[[bytes], None]) -> Iterator[str]:
    """Read a file in pieces with line ends as LF, and refuse what no SQL file should hold."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0  # characters before the text at hand
    for raw in _raw_chunks(path, shown):
        data = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
        try:
            text = decoder.decode(data, final=not raw)
        except UnicodeDecodeError as error:
            where = _place(path, shown, read + len(error.object[: error.start].decode()))
            raise SourceError("this byte is not UTF-8", where=where, next_step="save the file as UTF-8") from error
        hashed(data)
        if odd := _odd_character(text, is_start=read == 0):
            position, what, advice = odd
            raise SourceError(what, where=_place(path, shown, read + position), next_step=advice)
        read += len(text)
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


def _odd_character(text: str, *, is_start: bool) -> tuple[int, str, str] | None:
    """Find a character that no SQL file should hold: its position, what it is, and what to do about it."""
    if is_start and text.startswith("\ufeff"):
        return 0, "the file begins with a byte order mark", "save it as UTF-8 without BOM"
    if "\r" in text:
        return text.index("\r"), "a carriage return stands alone here", "write E'\\r' in SQL"
    if not text.isascii() and (match := BIDI_CONTROLS.search(text)):
        what = f"an invisible bidi control (U+{ord(match.group()):04X}) stands here"
        return match.start(), what, "remove it, or write U&'\\…' in SQL"
    return None


def _place(path: Path, shown: str, position: int) -> Place:
    """Find the line and column of a character by reading the file again: only a refusal wants them."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    line = column = 1
    for raw in _raw_chunks(path, shown):
        text = decoder.decode(raw.replace(b"\r\n", b"\n"), final=not raw)[:position]
        lines = text.count("\n")
        line += lines
        column = len(text) - text.rfind("\n") if lines else column + len(text)
        position -= len(text)
        if position == 0:
            break
    return Place(shown, line, column)
