"""SQL for a page: numbered lines, lightly coloured, with what is said of a line below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from surefoot.concealment import concealed
from surefoot.html.elements import Element, Node, h
from surefoot_lint.errors import SplitError
from surefoot_lint.lexer import tokens
from surefoot_lint.pieces import CopyData, Statement
from surefoot_lint.secret import masked
from surefoot_lint.source import Source
from surefoot_lint.split import split

MOST_CHARACTERS = 100_000
MOST_LINES = 2_000
COMMENT = re.compile(r"(--[^\n]*|/\*.*?\*/)", re.DOTALL)
KEYWORDS = frozenset(
    """
    add after all alter always and any as asc before begin between bigint boolean by bytea call cascade case cast
    check coalesce collate column comment commit concurrently conflict constraint copy create current_date
    current_timestamp current_user cycle data database date declare default deferrable deferred delete desc disable
    distinct do domain drop each else elsif enable end enum except exception execute exists extension false fetch
    for force foreign from full function generated grant group having identity if ilike immutable in index inherits
    initially inner insert instead integer intersect interval into is join json jsonb key language lateral left like
    limit lock loop materialized merge natural no not nothing notify null numeric of offset on only operator or
    order outer owned owner parallel partition perform policy primary privileges procedure publication raise range
    reassign references refresh reindex rename replace reset restrict return returning returns revoke right role
    rollback row rows rule savepoint schema security select sequence serial set setof smallint stable start
    statement statistics stdin strict table tablespace temp temporary text then time timestamp timestamptz to
    transaction trigger true truncate type union unique unlogged update using uuid vacuum valid validate values
    varchar view volatile when where while window with without zone
    """.split()  # noqa: SIM905 - a list would be as long as the words are many
)


class Shown(NamedTuple):
    """The text of a file as a page shows it, without secrets; `left_out` says of a long one how much is not there."""

    path: str
    text: str
    left_out: str | None = None


class Part(NamedTuple):
    """A part of a text, with the element that colours it: b for a keyword, s a string, u a number, i a comment."""

    tag: str | None
    text: str


def shown(source: Source) -> Shown:
    """Read a file, of a long one the beginning alone. Raises SourceError."""
    text = ""
    for chunk in source.chunks():
        text += chunk
        if len(text) > MOST_CHARACTERS:
            break
    lines = text[:MOST_CHARACTERS].splitlines(keepends=True)[:MOST_LINES]
    begun = "".join(lines)
    left_out = None
    if len(begun) < len(text):
        left_out = f"Only the first {len(lines):,} lines are shown: the file has {source.path.stat().st_size:,} bytes."
    return Shown(source.shown, masked(begun), left_out)


def listing(text: str, below: Mapping[int, Node] | None = None, *, is_sql: bool = True) -> Element:
    """Write a text line by line; `below` stands under lines, by their numbers from 1, or at the end."""
    below, out = dict(below or {}), list[Node]()
    lines = _lines(_parts(text) if is_sql else [Part(None, text)])
    for number, line in enumerate(lines, 1):
        out.append(h("span", line, "\n"))
        out.append(below.pop(number, None))
    return h("div", out, [*below.values()], class_="sql", tabindex=0)


def plain(text: str) -> Element:
    """Write a text with its lines as they are, without secrets; those of a difference are coloured by their signs."""
    lines = [h("span", f"{line}\n", class_=_sign(line)) for line in concealed(text).splitlines()]
    return h("pre", lines, class_="lines")


def _sign(line: str) -> str | None:
    return {"+": "plus", "-": "minus"}.get(line.strip()[:1])


def _lines(parts: Iterator[Part] | list[Part]) -> Iterator[list[Node]]:
    """Cut parts where lines end; an empty last line is none."""
    line: list[Node] = []
    for tag, text in parts:
        first, *more = text.split("\n")
        line += _node(tag, first)
        for other in more:
            yield line
            line = [*_node(tag, other)]
    if line:
        yield line


def _node(tag: str | None, text: str) -> list[Node]:
    if not text:
        return []
    return [h(tag, text)] if tag else [text]


def _parts(text: str) -> Iterator[Part]:
    """Tell comments, keywords, strings and numbers of a file apart; what cannot be cut is left as it is."""
    at = 0
    try:
        for piece in split([text]):
            if isinstance(piece, Statement | CopyData):
                yield from _between(text[at : piece.offset])
                yield from _statement(piece.text) if isinstance(piece, Statement) else [Part(None, piece.text)]
                at = piece.offset + len(piece.text)
    except SplitError:
        pass
    yield from _between(text[at:])


def _statement(text: str) -> Iterator[Part]:
    at = 0
    for token in tokens(text):
        yield from _between(text[at : token.offset])
        at = token.offset + len(token.text)
        if token.kind == "dollar_string" and "\n" in token.text:
            quote = token.text[: token.text.index("$", 1) + 1]
            yield Part("s", quote)
            yield from _statement(token.text[len(quote) : -len(quote)])
            yield Part("s", quote)
        else:
            yield Part(_tag(token.kind, token.word), token.text)
    yield from _between(text[at:])


def _tag(kind: str, word: str) -> str | None:
    if kind == "word":
        return "b" if word in KEYWORDS else None
    return {"string": "s", "dollar_string": "s", "number": "u"}.get(kind)


def _between(text: str) -> Iterator[Part]:
    """Write what stands between tokens: comments, white space, semicolons; or what is not known."""
    for place, part in enumerate(COMMENT.split(text)):
        yield Part("i" if place % 2 else None, part)
