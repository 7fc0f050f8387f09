from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from surefoot_lint.errors import SourceError
from surefoot_lint.show import render
from surefoot_lint.source import CHUNK_BYTES, KEPT_IN_MEMORY_BYTES, checksum_of, leads_out_of, read_source, source_of

LARGE = "SELECT 'é';\n" * (KEPT_IN_MEMORY_BYTES // 10)


def write(folder: Path, content: bytes) -> Path:
    path = folder / "001.sql"
    path.write_bytes(content)
    return path


def sha256(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


# -- The text and its checksum ----------------------------------------------------------------------------------------

TEXTS = [
    (b"", ""),
    (b"SELECT 1;\n", "SELECT 1;\n"),
    (b"SELECT 1;\r\nSELECT 2;\r\n", "SELECT 1;\nSELECT 2;\n"),
    (b"SELECT 1;\r\nSELECT 2;\n", "SELECT 1;\nSELECT 2;\n"),
    (b"\n\r\n\n", "\n\n\n"),
    ("SELECT 'é猫\U0001f408';".encode(), "SELECT 'é猫\U0001f408';"),
    (b"SELECT '\xef\xbb\xbf';", "SELECT '\ufeff';"),
    (b"a\0b", "a\0b"),
]


@pytest.mark.parametrize(("content", "text"), TEXTS)
def test_text_has_line_ends_as_lf(content: bytes, text: str, tmp_path: Path) -> None:
    source = read_source(write(tmp_path, content), "001.sql")
    assert (source.read(), source.size, source.checksum) == (text, len(text), sha256(text))
    assert source.checksum == checksum_of(text)


def test_line_ends_do_not_change_the_checksum(tmp_path: Path) -> None:
    unix = read_source(write(tmp_path, b"SELECT 1;\nSELECT 2;\n"), "001.sql")
    windows = read_source(write(tmp_path, b"SELECT 1;\r\nSELECT 2;\r\n"), "001.sql")
    assert unix.checksum == windows.checksum


@pytest.mark.parametrize("change", [b" ", b"\n", b";", b"\xc2\xa0"])
def test_anything_else_changes_the_checksum(change: bytes, tmp_path: Path) -> None:
    before = read_source(write(tmp_path, b"SELECT 1;"), "001.sql").checksum
    assert read_source(write(tmp_path, b"SELECT 1;" + change), "001.sql").checksum != before


@pytest.mark.parametrize("split_at", range(-3, 4))
def test_character_and_line_end_across_chunks(split_at: int, tmp_path: Path) -> None:
    text = "x" * (CHUNK_BYTES + split_at - 2) + "\n猫\n" + "y" * CHUNK_BYTES
    source = read_source(write(tmp_path, text.replace("\n", "\r\n").encode()), "001.sql")
    assert (source.read(), source.checksum) == (text, sha256(text))


def test_characters_of_several_bytes(tmp_path: Path) -> None:
    """Large in bytes, and small in characters."""
    text = "é" * (KEPT_IN_MEMORY_BYTES - CHUNK_BYTES)
    source = read_source(write(tmp_path, text.encode()), "001.sql")
    assert (source.text, source.checksum) == (text, sha256(text))


@pytest.mark.parametrize("length", [KEPT_IN_MEMORY_BYTES - 1, KEPT_IN_MEMORY_BYTES, 3 * KEPT_IN_MEMORY_BYTES])
def test_large_text_that_is_no_file(length: int) -> None:
    assert checksum_of("x" * length) == sha256("x" * length)


def test_text_that_is_no_file() -> None:
    source = source_of("SELECT 1;\n", "ledger")
    assert (source.shown, source.read(), source.checksum) == ("ledger", "SELECT 1;\n", sha256("SELECT 1;\n"))


# -- Large files ------------------------------------------------------------------------------------------------------


def test_large_file_is_not_kept(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, LARGE.encode()), "001.sql")
    assert source.text is None
    assert source.size == len(LARGE)
    assert source.checksum == sha256(LARGE)
    assert max(map(len, source.chunks())) <= CHUNK_BYTES
    assert source.read() == LARGE


def test_large_file_is_looked_at_when_it_is_first_read(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, b"--\n" + LARGE.encode()), "001.sql")
    write(tmp_path, LARGE.encode())
    assert source.read() == LARGE
    assert (source.size, source.checksum) == (len(LARGE), sha256(LARGE))
    write(tmp_path, LARGE.encode() + b"--")
    assert source.checksum == sha256(LARGE)
    with pytest.raises(SourceError, match="the file was changed"):
        source.read()


def test_large_file_that_was_not_read_to_its_end_was_not_looked_at(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, LARGE.encode()), "001.sql")
    assert next(source.chunks()) == ""
    assert source.looked is None
    assert source.checksum == sha256(LARGE)


@pytest.mark.parametrize("odd", [b"\xff", b"\r ", "\u202e".encode()])
def test_large_file_with_odd_characters_is_refused(odd: bytes, tmp_path: Path) -> None:
    source = read_source(write(tmp_path, LARGE.encode() + b"--" + odd), "001.sql")
    line = LARGE.count("\n") + 1
    with pytest.raises(SourceError, match=f"^001.sql:{line}:3: "):
        source.checksum  # noqa: B018


@pytest.mark.parametrize("change", [LARGE + "DROP TABLE cat;", LARGE[:-1], LARGE.replace("é", "è")])
def test_large_file_that_changed_since_is_refused(change: str, tmp_path: Path) -> None:
    source = read_source(write(tmp_path, LARGE.encode()), "001.sql")
    assert source.checksum == sha256(LARGE)
    write(tmp_path, change.encode())
    given: list[str] = []
    with pytest.raises(SourceError) as caught:
        given.extend(source.chunks())
    assert "".join(given) != change
    assert render(caught.value) == (
        "001.sql: error: the file was changed while it was being run\n"
        "next: save it, look at it, and run the command again"
    )


def test_large_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, LARGE.encode()), "001.sql")
    assert source.checksum == sha256(LARGE)
    chunks = source.chunks()
    next(chunks)
    with source.path.open("ab") as file:
        file.write(b"DROP TABLE cat;")
    given: list[str] = []
    with pytest.raises(SourceError, match="the file was changed"):
        given.extend(chunks)
    assert "DROP" not in "".join(given)


# -- Refused ----------------------------------------------------------------------------------------------------------

REFUSED = [
    (
        b"\xef\xbb\xbfSELECT 1;",
        "001.sql:1:1: error: the file begins with a byte order mark",
        "save it as UTF-8 without BOM",
    ),
    (b"SELECT 1;\n  '\xff'", "001.sql:2:4: error: this byte is not UTF-8", "save the file as UTF-8"),
    ("SELECT 'é\xe9';".encode() + b"\xe9", "001.sql:1:13: error: this byte is not UTF-8", "save the file as UTF-8"),
    (b"SELECT '\xe7\x8c", "001.sql:1:9: error: this byte is not UTF-8", "save the file as UTF-8"),
    (b"\xff\xfeS\0", "001.sql:1:1: error: this byte is not UTF-8", "save the file as UTF-8"),
    (b"\xed\xa0\x80", "001.sql:1:1: error: this byte is not UTF-8", "save the file as UTF-8"),
    (b"a\r\n\rb", "001.sql:2:1: error: a carriage return stands alone here", "write E'\\r' in SQL"),
    (b"a\rb\rc", "001.sql:1:2: error: a carriage return stands alone here", "write E'\\r' in SQL"),
    (b"a\n\r\r\n", "001.sql:2:1: error: a carriage return stands alone here", "write E'\\r' in SQL"),
    (b"ab\r", "001.sql:1:3: error: a carriage return stands alone here", "write E'\\r' in SQL"),
    (
        "SELECT 1;\n-- \u202e".encode(),
        "001.sql:2:4: error: an invisible bidi control (U+202E) stands here",
        "remove it, or write U&'\\…' in SQL",
    ),
    (
        "\u2066".encode(),
        "001.sql:1:1: error: an invisible bidi control (U+2066) stands here",
        "remove it, or write U&'\\…' in SQL",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "first", "advice"), REFUSED)
def test_content_is_refused(content: bytes, first: str, advice: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(write(tmp_path, content), "001.sql")
    assert render(caught.value) == f"{first}\nnext: {advice}"


@pytest.mark.parametrize("before", [CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 7])
@pytest.mark.parametrize("odd", [b"\xff", b"\xe7\x8c", b"\r ", "\u202e".encode()])
def test_column_in_a_long_line(before: int, odd: bytes, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(write(tmp_path, b"\n" + b"x" * before + odd), "001.sql")
    assert str(caught.value.where) == f"001.sql:2:{before + 1}"


def test_byte_order_mark_is_text_further_on(tmp_path: Path) -> None:
    text = "x" * CHUNK_BYTES + "\ufeff"
    assert read_source(write(tmp_path, text.encode()), "001.sql").read() == text


def test_place_in_a_later_chunk(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^001\.sql:40002:3: this byte"):
        read_source(write(tmp_path, b"SELECT 1;\n" * 40_001 + b"--\xff"), "001.sql")


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path / "001.sql", "migrations/001.sql")
    assert render(caught.value) == (
        "migrations/001.sql: error: there is no such file\n"
        "next: restore it (git checkout -- migrations/001.sql), or correct the manifest"
    )


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path, "migrations")
    assert render(caught.value) == "migrations: error: this is a folder, not a SQL file"


def test_file_that_the_system_refuses(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path / ("x" * 300), "x")
    assert render(caught.value) == "x: error: the file cannot be read: File name too long"


# -- Links ------------------------------------------------------------------------------------------------------------


def test_link_that_leads_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "project", tmp_path / "outside.sql"
    inside.mkdir()
    outside.touch()
    (inside / "own.sql").touch()
    (inside / "to_own.sql").symlink_to("own.sql")
    (inside / "to_outside.sql").symlink_to(outside)
    assert not leads_out_of(inside, inside / "own.sql")
    assert not leads_out_of(inside, inside / "to_own.sql")
    assert leads_out_of(inside, inside / "to_outside.sql")
