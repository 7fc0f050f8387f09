"""A dump as it lies on the disk: of which kind it is, whether it is whole, and why it cannot be restored here."""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

from surefoot_lint.errors import UsageError

CUSTOM = b"PGDMP"
TABLE_OF_CONTENTS = "toc.dat"
PACKED = {
    b"\x1f\x8b": "gunzip",
    b"\xfd7zXZ": "unxz",
    b"(\xb5/\xfd": "unzstd",
    b"BZh": "bunzip2",
    b"PK\x03\x04": "unzip",
}
LOOKED_AT = 8192
# COPY's rows never begin so: it escapes by \b \f \n \r \t \v \N \\ alone (manual: sql-copy, File Formats).
ELSEWHERE = re.compile(rb"^\\c(?:onnect)?[ \t][^\r\n]*", re.MULTILINE)
FIRST_WORDS, LAST_WORDS = b"-- PostgreSQL database dump\n", b"-- PostgreSQL database dump complete"
MAKE_ONE = "give a dump that pg_dump has made, or postgresql://…"


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump that can be restored; a plain one is SQL for psql, all others are for pg_restore."""

    path: Path
    is_plain: bool
    is_cut: bool = False
    """The end that pg_dump writes is missing, so that it is not known how much else is."""


def look_at(path: Path) -> Dump:
    """Find out of which kind a dump is. Raises UsageError for what is none, and for one of more than one database."""
    try:
        return _folder(path) if path.is_dir() else _file(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", next_step=MAKE_ONE) from error


def _folder(path: Path) -> Dump:
    if not (path / TABLE_OF_CONTENTS).exists():
        raise UsageError(
            f"the folder {path} is no dump",
            why=f"it holds no {TABLE_OF_CONTENTS}, which pg_dump --format=directory writes",
            next_step=MAKE_ONE,
        )
    return Dump(path, is_plain=False)


def _file(path: Path) -> Dump:
    if not path.is_file():
        raise UsageError(
            f"{path} is no file", why="a dump is read more than once", next_step="write it to a file first"
        )
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
    if not start:
        raise UsageError(f"{path} is empty", why="the dump was not written", next_step=MAKE_ONE)
    if start.startswith(CUSTOM) or start[257:262] == b"ustar":  # POSIX: ustar interchange format
        return Dump(path, is_plain=False)
    if b"\0" in start or any(start.startswith(mark) for mark in PACKED):
        raise _binary(path, start)
    return _plain(path, start)


def _binary(path: Path, start: bytes) -> UsageError:
    unpack = next((program for mark, program in PACKED.items() if start.startswith(mark)), None)
    if unpack is None:
        return UsageError(
            f"{path} is no dump", why="it holds neither text nor an archive of pg_dump", next_step=MAKE_ONE
        )
    return UsageError(
        f"{path} is packed", why="it is neither text nor an archive of pg_dump", next_step=f"{unpack} it first"
    )


def _plain(path: Path, start: bytes) -> Dump:
    """Look through the text: psql would follow it to another database, and that may be one that somebody needs."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        elsewhere = ELSEWHERE.search(text)
        if elsewhere is not None:
            line = text[: elsewhere.start()].count(b"\n") + 1
            raise UsageError(
                f"{path} names the databases that it is for",
                why=f"line {line} is {elsewhere[0].decode(errors='replace').strip()}: pg_dump --create and pg_dumpall "
                "write that, and it would leave the scratch database",
                next_step="give a dump of one database: pg_dump --format=custom --file=copy.dump DATABASE",
            )
        end = text[-LOOKED_AT:]
    return Dump(path, is_plain=True, is_cut=FIRST_WORDS in start and LAST_WORDS not in end)
