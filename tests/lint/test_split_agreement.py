"""The cuts of scripts made by chance and of real files: the round trip, and PostgreSQL's own parser."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fix_split import WHEEL, first_token, raw, statements
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot_lint.errors import SplitError
from surefoot_lint.pieces import CopyData, MetaCommand, Piece, Statement
from surefoot_lint.split import split

postgast: Any = importlib.import_module("postgast")  # mypy cannot read its stubs
REPOSITORY = Path(__file__).parents[2]
SETTINGS = settings(deadline=None, max_examples=400)

# Scripts that PostgreSQL's grammar accepts, of the nastiest fragments; and rubble that it does not.

GAPS = [" ", "\n", "\t", " /* ; */ ", "/* ' /* \" ; */ $$ */", " -- ; ' $$ /* (\n", "\n--\n\n", "/**/", " /*/ ; -- */ "]
EXPRESSIONS = [
    *["1", "1.5e+3", "0", "a", "é", "a$b", "a$b$", '"a;""b"', '"begin"', "NULL", "- 1", "+ 2", "$1"],
    *[
        "'a'",
        "''",
        "';'",
        "'a;''b'",
        "'\\'",
        "'$$'",
        "'/*'",
        "'--'",
        "E'\\''",
        "E'\\\\'",
        "e';''\\';'",
        "B'01'",
        "X'ff'",
    ],
    *[
        "U&'\\0061;'",
        "N'a;'",
        "date'2020-01-01'",
        "$$;$$",
        "$a$;$$;$a$",
        "$é$ ' $é$",
        "$x$ $y$ ; $x$",
        "$$'$$",
        "$$\\$$",
    ],
    *["'a'\n'b;'", "E'a'\n'b\\';'", "E'a' -- ;'\n 'b\\';'", "E';'\n\n'\\''\n';\\''", "'a\\'\n';'"],
    *[
        "(1)",
        "((a))",
        "f(a, ';')",
        "(SELECT ';')",
        "CASE WHEN a THEN b ELSE ';' END",
        "a::text",
        "a [ 1:2 ]",
        "ARRAY[1]",
    ],
    *["1 - -1", "a ~ '('", "a ->> ';'", "a #>> '{;}'", "a @> b", "2 * 3 / 4", "2 */* ; */3", "2 +-- ;\n 3", "a <-> b"],
]
HEADS = ["SELECT", "INSERT INTO t SELECT", "EXPLAIN SELECT", "VALUES (1), (", "CREATE TABLE x AS SELECT"]
gaps = st.sampled_from(GAPS)
expressions = st.sampled_from(EXPRESSIONS)


@st.composite
def selects(draw: st.DrawFn) -> str:
    values = [draw(expressions) for _ in range(draw(st.integers(1, 4)))]
    head = draw(st.sampled_from(HEADS))
    end = ")" if head.endswith("(") else ""
    return head + draw(gaps) + f"{draw(gaps)},{draw(gaps)}".join(values) + draw(gaps) + end


@st.composite
def routines(draw: st.DrawFn) -> str:
    gap, replace = draw(gaps), draw(st.sampled_from(["", "OR REPLACE"]))
    kind = draw(st.sampled_from(["FUNCTION f() RETURNS int", "PROCEDURE p(a int, b text = ';')"]))
    head = gap.join(["CREATE", replace, *kind.split(" ", 1)])
    if draw(st.booleans()):
        return f"{head}{gap}LANGUAGE sql AS $f$ BEGIN; {draw(st.sampled_from(EXPRESSIONS))}; $f$"
    body = [draw(selects().filter(lambda text: "EXPLAIN" not in text and "CREATE" not in text)) for _ in range(2)]
    return f"{head}{gap}BEGIN{gap}ATOMIC{gap}{f';{gap}'.join(body)};{gap}END"


@st.composite
def rules(draw: st.DrawFn) -> str:
    gap = draw(gaps)
    body = f"{gap};{gap}".join(f"DELETE FROM t WHERE a = {draw(expressions)}" for _ in range(2))
    return f"CREATE RULE r AS ON{gap}INSERT TO t DO ALSO{gap}({body}{gap})"


scripts = st.lists(st.tuples(gaps, selects() | selects() | routines() | rules(), gaps), max_size=4).map(
    lambda parts: ";".join(before + text + after for before, text, after in parts)
)
RUBBLE = [
    *";;;''\"\"$$()()\\\n \t-/*E:a1é",
    "--",
    "/*",
    "*/",
    "$a$",
    "E'",
    "U&'",
    "\\.\n",
    "\\x\n",
    "BEGIN ",
    "END ",
    "CASE ",
]
RUBBLE += ["CREATE FUNCTION ", "COPY t FROM STDIN;\n", "SET standard_conforming_strings = off;", "RESET ALL;", "a\n"]
rubble = st.lists(st.sampled_from(RUBBLE) | expressions, max_size=20).map("".join)


def outcome(chunks: Iterable[str]) -> tuple[list[tuple[str, Piece | str]], tuple[object, ...] | None]:
    """What comes of it: the pieces, those of one COPY's data joined, and the error, if any."""
    pieces: list[tuple[str, Piece | str]] = []
    try:
        for piece in split(chunks, "f.sql"):
            if isinstance(piece, CopyData) and pieces and pieces[-1][0] == "CopyData":
                pieces[-1] = ("CopyData", str(pieces[-1][1]) + piece.text)
            else:
                pieces.append((type(piece).__name__, piece.text if isinstance(piece, CopyData) else piece))
    except SplitError as error:
        return pieces, (error.what, error.where, error.why, error.next_step)
    return pieces, None


def cut(script: str, sizes: list[int]) -> Iterator[str]:
    start = 0
    for size in sizes:
        yield script[start : start + size]
        start += size
    yield script[start:]


@SETTINGS
@given(scripts | rubble, st.lists(st.integers(0, 12), max_size=40))
def test_chunks_and_the_round_trip(script: str, sizes: list[int]) -> None:
    pieces, error = outcome([script])
    assert outcome(cut(script, sizes)) == (pieces, error)
    assert outcome(script) == (pieces, error)
    if not error:
        whole = list(split([script]))
        assert "".join(map(raw, whole)) == script
        for piece in whole:
            lead = len(piece.lead) if isinstance(piece, Statement | MetaCommand) else 0
            assert script.startswith(raw(piece), piece.offset - lead)
            assert piece.line == script.count("\n", 0, piece.offset) + 1
            if isinstance(piece, Statement):
                assert piece.column == piece.offset - script.rfind("\n", 0, piece.offset)


def parsed(script: str) -> list[str] | None:
    try:
        return [first_token(text) for text in postgast.split(script, method="parser")]
    except postgast.PgQueryError:
        return None


@SETTINGS
@given(scripts)
def test_agrees_with_the_parser(script: str) -> None:
    expected = parsed(script)
    if expected is not None:
        assert [text.strip() for text in statements(script)] == expected


def test_the_parser_accepts_most_scripts() -> None:
    # Else the comparison above would compare nothing.
    taken = [f"SELECT {expression}{gap};" for expression in EXPRESSIONS for gap in GAPS]
    assert sum(parsed(script) is not None for script in taken) > 0.95 * len(taken)


def test_real_files() -> None:
    extensions = sorted((WHEEL / "pginstall/share/extension").glob("*.sql"))
    ours = sorted([*REPOSITORY.glob("migrations/**/*.sql"), *REPOSITORY.glob("rollbacks/**/*.sql")])
    assert len(extensions) > 100
    compared = 0
    for file in [*extensions, *ours]:
        script = file.read_text(encoding="utf-8")
        assert "".join(map(raw, split([script]))) == script
        expected = parsed(re.sub(r"^\\.*$", "", script, flags=re.MULTILINE))
        if expected is not None:
            compared += 1
            assert [text.strip() for text in statements(script)] == expected, file
    assert compared > 100
