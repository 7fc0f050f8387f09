"""What a dump is found to be, before anything reads it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from surefoot.proving.dumps import Dump, look_at
from surefoot_lint.errors import UsageError

HEAD = b"--\n-- PostgreSQL database dump\n--\n\n\\restrict key\n\n"
TAIL = b"--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict key\n\n"

ACCEPTED = [
    (b"PGDMP\x01\x0e\x00\x04", False, False),
    (b"toc.dat".ljust(257, b"\0") + b"ustar\x0000", False, False),
    (HEAD + TAIL, True, False),
    (HEAD + b"CREATE TABLE x ();\n", True, True),
    (b"CREATE TABLE written_by_hand ();\n", True, False),
    (HEAD + b"COPY x FROM stdin;\n\\\\connect home\n\\N\n\\.\n" + TAIL, True, False),
]
REFUSED = [
    (b"", "is empty", "give a dump that pg_dump has made, or postgresql://…"),
    (gzip.compress(HEAD + TAIL), "is packed", "gunzip it first"),
    (b"\x7fELF\x02\x01\x01\0\0", "is no dump", "give a dump that pg_dump has made, or postgresql://…"),
    (
        HEAD + b"CREATE DATABASE shop;\n\\connect shop\n" + TAIL,
        "names the databases that it is for",
        "give a dump of one database: pg_dump --format=custom --file=copy.dump DATABASE",
    ),
]


@pytest.mark.parametrize(("content", "is_plain", "is_cut"), ACCEPTED)
def test_what_is_a_dump(tmp_path: Path, content: bytes, is_plain: bool, is_cut: bool) -> None:
    path = tmp_path / "dump"
    path.write_bytes(content)
    assert look_at(path) == Dump(path, is_plain, is_cut)


@pytest.mark.parametrize(("content", "what", "advice"), REFUSED)
def test_what_is_none(tmp_path: Path, content: bytes, what: str, advice: str) -> None:
    path = tmp_path / "dump"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        look_at(path)
    assert caught.value.what == f"{path} {what}"
    assert caught.value.next_step == advice


def test_the_line_that_leads_elsewhere_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(HEAD + b"\\connect shop\n")
    with pytest.raises(UsageError) as caught:
        look_at(path)
    assert caught.value.why is not None
    assert caught.value.why.startswith("line 7 is \\connect shop: ")


def test_a_folder_is_one_if_pg_dump_wrote_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no dump"):
        look_at(tmp_path)
    (tmp_path / "toc.dat").touch()
    assert look_at(tmp_path) == Dump(tmp_path, is_plain=False)


def test_a_pipe_is_none(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(UsageError, match="is no file"):
        look_at(path)


def test_what_cannot_be_read_is_none() -> None:
    with pytest.raises(UsageError, match=r"^/proc/self/mem cannot be read: Input/output error$"):
        look_at(Path("/proc/self/mem"))  # refused even to root
