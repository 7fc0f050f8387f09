r"""PostgreSQL's lexical rules, as far as psql needs them to cut statements (psqlscan.l, scan.l).

A *run* swallows all that cannot end a statement: words, whole strings, whole comments, balanced parentheses.
It stops before what needs thought: a semicolon, a dollar sign, a backslash, a string that a further line may
continue, and whatever is not complete in the text at hand. Every repetition is possessive: nothing backtracks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, takewhile
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Literal, NamedTuple, cast

Kind = Literal["word", "identifier", "string", "dollar_string", "number", "parameter", "symbol"]

SPACE = " \t\n\r\f\v"  # the server's white space; Unicode's other spaces are letters of identifiers
# Letters are A to Z, _ and all beyond ASCII; said by what they are not, which compiles and matches faster.
_NOT_LETTER = r"\x00-@\[-^`{-\x7f"
_LETTER = rf"[^{_NOT_LETTER}]"
_NOT_PART = r"\x00-#%-/:-@\[-^`{-\x7f"
_PART = rf"[^{_NOT_PART}]"
_TAG_PART = rf"[^${_NOT_PART}]"
_ESCAPED = r"[^'\\]*+(?:(?:(?s:\\.)|'')[^'\\]*+)*+"  # the inside of E'…'
_GAP = rf"(?:[{SPACE}]++|--[^\n\r]*+)*+"
_WHOLE_COMMENT = r"--[^\n\r]*+[\n\r]|/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"  # none inside another
_LEAD = rf"[{SPACE};]*+(?:(?:{_WHOLE_COMMENT})[{SPACE};]*+)*+"
_PLAIN = r"""[^'"$();\\/\-]*+"""
_OTHER = r"\x00-!#%&*-,.0-:<-@\[\]^`{-\x7f"  # ASCII without letters and what _PLAIN leaves out
_NO_BLOCK = rf"(?:(?!(?ai:begin|case|end)(?!{_PART})){_LETTER}{_TAG_PART}*+)"
_PLAIN_NO_BLOCK = rf"(?:[{_OTHER}]++|{_NO_BLOCK})*+"

LEAD = re.compile(_LEAD)
ESCAPED = re.compile(_ESCAPED)
GAP = re.compile(_GAP)
LINE_COMMENT = re.compile(r"--[^\n\r]*+")
WORD = re.compile(rf"{_LETTER}{_PART}*+")
WORD_REST = re.compile(rf"{_PART}*+")
DOLLAR_QUOTE = re.compile(rf"\$(?:{_LETTER}{_TAG_PART}*+)?\$")
META_COMMAND = re.compile(rf"\\(?:;|[^\\;{SPACE}]*+)")
_COMMENT_MARK = re.compile(r"/\*|\*/")
_ASCII_PARTS = frozenset(ascii_letters + digits + "_$")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)

_TOKEN = re.compile(
    rf"""[{SPACE}]++ | --[^\n\r]*+ | (?P<comment>/\*)
    | (?P<string>[eE]'{_ESCAPED}'(?:(?:[ \t\f\v]++|--[^\n\r]*+)*+[\n\r]{_GAP}'{_ESCAPED}')*+
        | (?:[bBxXnN]|[uU]&)?'[^']*+(?:''[^']*+)*+')
    | (?P<identifier>(?:[uU]&)?"[^"]*+(?:""[^"]*+)*+")
    | (?P<word>{_LETTER}{_PART}*+)
    | (?P<number>0[xXoObB][0-9A-Fa-f_]++
        | (?:\d[\d_]*+(?:\.(?!\.)[\d_]*+)?|\.\d[\d_]*+)(?:[eE][+-]?\d[\d_]*+)?)
    | (?P<parameter>\$\d++)
    | (?P<dollar_string>{DOLLAR_QUOTE.pattern})
    | (?P<symbol>(?s:.))""",
    re.ASCII | re.VERBOSE,
)


class Token(NamedTuple):
    """One token; `offset` counts from the text's start, `depth` the parentheses open around it."""

    kind: Kind
    text: str
    offset: int
    depth: int

    @property
    def word(self) -> str:
        """Fold a bare word as the server does (A to Z only); empty for all other kinds."""
        return self.text.translate(_LOWER) if self.kind == "word" else ""


def _strings(standard: bool) -> str:
    # In a standard string, '' is the end of one and the start of the next: the extent is the same.
    escaped = rf"{_ESCAPED}'(?!{_GAP}(?:'|\Z))"
    if standard:
        return rf"'(?<![eE]')[^']*+'|'(?<=[{_NOT_PART}][eE]'){escaped}"
    return rf"'(?<![bBxX&]'){escaped}"


def _run(standard: bool, plain: str) -> str:
    step = rf"""{_strings(standard)}|"[^"]*+"|-(?!-)|/(?!\*)|{_WHOLE_COMMENT}"""
    group = rf"\({_PLAIN}(?:(?:{step}){_PLAIN})*+\)"
    for _ in range(2):  # deeper parentheses are counted one by one
        group = rf"\({_PLAIN}(?:(?:{step}|{group}){_PLAIN})*+\)"
    return rf"{plain}(?:(?:{step}|{group}){plain})*+"


@cache
def run(standard: bool) -> re.Pattern[str]:
    """Match what cannot end a statement; `standard` means standard_conforming_strings."""
    return re.compile(_run(standard, _PLAIN))


@cache
def block_run(standard: bool) -> re.Pattern[str]:
    """Match as `run` does, but stop before a bare BEGIN, CASE or END outside parentheses."""
    return re.compile(_run(standard, _PLAIN_NO_BLOCK))


@cache
def simple_statement(standard: bool) -> re.Pattern[str]:
    """Match (lead)(statement); in one go, if nothing in it needs thought.

    Left out are COPY, which data may follow; SET, RESET and DISCARD, which may change the syntax of strings;
    and CREATE, if the next word is not plainly something else than OR, FUNCTION or PROCEDURE.
    """
    create = rf"create(?![{SPACE}]++(?!or|function|procedure)[a-z])"
    careful = rf"(?=[cCsSrRdD])(?ai:copy|set|reset|discard|{create})"
    return re.compile(rf"({_LEAD})((?!{careful}){_run(standard, _PLAIN)});")


def comment_end(text: str, start: int) -> int:
    """Find where the block comment at `start` ends, comments inside it counted; -1 if it does not."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, start):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return -1


def word_before(text: str, floor: int, pos: int) -> str:
    """Find the word that ends at `pos`, empty if none does; what stands before `floor` is of other tokens."""
    start = pos
    while start > floor and (text[start - 1] in _ASCII_PARTS or text[start - 1] > "\x7f"):
        start -= 1
    return text[start:pos].lstrip(digits)


def _token_end(match: re.Match[str]) -> int:
    text, end = match.string, match.end()
    if match.lastgroup == "comment":
        end = comment_end(text, match.start())
    elif match.lastgroup == "dollar_string":
        end = text.find(match[0], end) + len(match[0])
    return end if end >= match.end() else len(text)


def tokens(text: str) -> Iterator[Token]:
    """Lex one statement that `split` has cut; comments and white space are left out.

    A symbol is one character, an operator therefore one or more symbols. A string is whole, with its prefix;
    continuations on further lines belong to it only if it is E'…'. Plain strings are taken as standard ones.
    """
    at = depth = 0
    while match := _TOKEN.match(text, at):
        start, at, kind = at, _token_end(match), match.lastgroup
        if kind is None or kind == "comment":
            continue
        depth -= match[0] == ")" and depth > 0
        yield Token(cast(Kind, kind), text[start:at], start, depth)
        depth += match[0] == "("


def leading_words(text: str) -> tuple[str, ...]:
    """List the first 8 bare words, folded; a token of another kind (quoted name, symbol, …) ends them."""
    bare = takewhile(lambda token: token.kind == "word", tokens(text))
    return tuple(token.word for token in islice(bare, 8))
