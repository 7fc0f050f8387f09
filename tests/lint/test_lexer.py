"""The tokens of a text."""

from __future__ import annotations

from surefoot_lint.lexer import tokens


def test_tokens() -> None:
    text = """SELECT a."B""c", (E'x\\'' -- it's
        'y\\'' || U&'z' 'q''') , $1 $t$ ; $t$ /* /* */ */ 1.5e-3 0x1F .5 1 ::é$1"""
    found = list(tokens(text))
    assert [(token.kind, token.text) for token in found if token.kind != "symbol"] == [
        ("word", "SELECT"),
        ("word", "a"),
        ("identifier", '"B""c"'),
        ("string", "E'x\\'' -- it's\n        'y\\''"),
        ("string", "U&'z'"),
        ("string", "'q'''"),
        ("parameter", "$1"),
        ("dollar_string", "$t$ ; $t$"),
        ("number", "1.5e-3"),
        ("number", "0x1F"),
        ("number", ".5"),
        ("number", "1"),
        ("word", "é$1"),
    ]
    assert "".join(token.text for token in found if token.kind == "symbol") == ".,(||),::"
    assert all(text.startswith(token.text, token.offset) for token in found)
    assert [token.text for token in found if token.depth] == [
        "E'x\\'' -- it's\n        'y\\''",
        "|",
        "|",
        "U&'z'",
        "'q'''",
    ]
    assert [token.word for token in found][:3] == ["select", "a", ""]
