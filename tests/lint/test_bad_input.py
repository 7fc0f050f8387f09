"""Files that nobody would write, and that some program makes: a finding or silence, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from surefoot_lint.cli import main
from surefoot_lint.linter import lint

MANY = 2_000
FILES: dict[str, tuple[bytes, set[str]]] = {
    "nothing": (b"", {"FS305"}),
    "a NUL": (b"SELECT 1;\0 SELECT 2;", {"AN102"}),
    "no UTF-8": (b"COMMENT ON SCHEMA public IS 'caf\xe9';", {"FS306"}),
    "an open string": (b"COMMENT ON SCHEMA public IS 'open;\nSELECT 1;", {"AN102"}),
    "an open comment": (b"/* SELECT 1;\n", {"AN102"}),
    "many parentheses": (b"SELECT " + b"(" * 3_000 + b"1" + b")" * 3_000 + b";", set()),
    "more parentheses than the grammar takes": (b"SELECT " + b"(" * 100_000 + b"1" + b")" * 100_000 + b";", {"AN102"}),
    "a long sum": (b"ALTER TABLE cat ALTER COLUMN a SET DEFAULT " + b"+".join([b"1"] * 20_000) + b";", {"TX301"}),
    "a deep view": (b"CREATE OR REPLACE VIEW v AS SELECT " + b"+".join([b"1"] * 20_000) + b" AS x;", set()),
    "a deep CASE": (b"SELECT " + b"CASE WHEN true THEN " * 3_000 + b"1" + b" END" * 3_000 + b";", {"AN102"}),
    "a deep block": (b"DO $$ BEGIN " + b"IF true THEN " * 400 + b"NULL; " + b"END IF; " * 400 + b"END $$;", {"AN101"}),
    "a long EXECUTE": (b"DO $$ BEGIN EXECUTE " + b"||".join([b"''"] * 3_000) + b"; END $$;", {"AN101"}),
    "one long INSERT": (
        b"INSERT INTO cat VALUES " + b",".join(b"(%d, 'Tom')" % n for n in range(50_000)) + b" ON CONFLICT DO NOTHING;",
        set(),
    ),
    "many statements": (
        b"".join(b"CREATE TABLE IF NOT EXISTS t%d (id bigint PRIMARY KEY);\n" % n for n in range(MANY)),
        set(),
    ),
    "only what is no statement": (b";;;\n--\n;;/**/;;", {"FS305"}),
    "Windows' line ends": (b"CREATE TABLE IF NOT EXISTS dog (\r\n    id bigint PRIMARY KEY\r\n);\r\n", set()),
}


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_file_is_judged(content: bytes, expected: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("001_x.sql").write_bytes(content)
    found = {finding.code for finding in lint([Path()], ignore=["RB101"]).findings}
    assert found >= expected
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("content", [content for content, _ in FILES.values()], ids=FILES)
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "markdown"])
def test_report_is_written(
    content: bytes, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("001_x.sql").write_bytes(content)
    assert main(["--format", form]) == 1
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
