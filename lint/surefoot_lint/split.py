r"""Text to statements, cut where psql cuts them, streaming.

Read psql's manual, "Entering SQL Commands", and psqlscan.l of PostgreSQL 14 to 18. Nothing is interpolated:
`:name` is plain text. The text of all pieces, with leads and terminators, joined gives the file back.
Where psql and the server lex differently the server is followed, for it gets the text:
E'…' continued on a further line stays an escape string, and `:` does not make a variable of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surefoot_lint import lexer
from surefoot_lint.errors import Place, SplitError
from surefoot_lint.lexer import SPACE, Token, tokens

__all__ = ["CopyData", "CopyEnd", "MetaCommand", "Piece", "Statement", "Tail", "Token", "split", "tokens"]

# What pg_dump writes around a dump since the security releases of August 2025; it means nothing to a server.
IGNORED_COMMANDS = frozenset({"restrict", "unrestrict"})
_EXCERPT = 400  # characters; an error further to the right shows no excerpt
_COPY_PIECE = 256 * 1024

_GUC = "standard_conforming_strings"
_SET = re.compile(rf"""(?:^set (?:(?:session|local) )?"?{_GUC}"? (?:=|to)|\bset_config \( '{_GUC}' ,) (\S+)""")
_RESET = re.compile(rf'(?:reset (?:all|"?{_GUC}"?)|discard all)$')
_OFF = frozenset({"off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"})
_BLOCK_INITIALS = frozenset("bBcCeE")  # of BEGIN, CASE and END

_UNCLOSED = {
    "'": ("a string is not closed", "Close it with ', and write a quote inside it twice: ''."),
    '"': ("a quoted name is not closed", 'Close it with ", and write a quote inside it twice: "".'),
    "$": ("a dollar-quoted string is not closed", "Close it with the same dollar quote, tag and case alike."),
    "/": ("a comment is not closed", "Close it with */, once for each /* inside it."),
    "(": ("a parenthesis is not closed", "Close it with )."),
    "b": ("a BEGIN block is not closed", 'Close it with END, or quote the name: "begin".'),
    "c": ("a CASE in a BEGIN block is not closed", 'Close it with END, or quote the name: "case".'),
}


class Statement(NamedTuple):
    """One statement, from its first token to just before the semicolon or the last token of the file.

    `line` and `column` count from 1, `offset` from 0 in the whole stream, all in characters.
    `lead` stands before it: white space, comments, and the semicolons of empty statements.
    `terminator` is `;`, or empty at the end of the file; COPY … FROM STDIN has the rest of its line in it.
    """

    text: str
    line: int
    column: int
    offset: int
    lead: str
    terminator: str

    @property
    def words(self) -> tuple[str, ...]:
        """List the first 8 bare words, folded; a token of another kind (quoted name, symbol, …) ends them."""
        return lexer.leading_words(self.text)

    @property
    def copies_from_stdin(self) -> bool:
        """Tell whether CopyData and CopyEnd follow; STDOUT after FROM is the same to the server."""
        if self.text[:4].lower() != "copy":
            return False
        outer = (token for token in tokens(self.text) if not token.depth)
        return any(token.word == "from" and next(outer, token).word in ("stdin", "stdout") for token in outer)

    @property
    def standard_strings(self) -> bool | None:
        """Say what it sets standard_conforming_strings to, None if it leaves it alone."""
        folded = self.text[:8].lower()
        if not folded.startswith(("set", "select", "reset", "discard")):
            return None
        if folded.startswith("se") and _GUC not in self.text.lower():
            return None
        plain = " ".join(token.text.lower() for token in tokens(self.text))
        if found := _SET.search(plain):
            return found[1].lstrip("e").strip("'\"") not in _OFF
        return True if _RESET.match(plain) else None

    @property
    def changes_string_syntax(self) -> bool:
        """Tell whether it must end a batch: the server lexes a batch whole, before it executes any of it."""
        return self.standard_strings is not None

    def locate(self, position: int) -> tuple[int, int]:
        """Turn a position in `text`, from 1 as servers report it, into line and column of the file."""
        before = self.text[: position - 1]
        newlines = before.count("\n")
        return self.line + newlines, len(before) - before.rfind("\n") + (0 if newlines else self.column - 1)


class _Span(NamedTuple):
    text: str
    line: int
    offset: int


class CopyData(_Span):
    """A part of the data of the COPY before it: whole lines, 256 KiB at most unless one line is longer."""

    __slots__ = ()


class CopyEnd(_Span):
    r"""The end of COPY's data, always given: the line `\.`, or empty where the file ends without one."""

    __slots__ = ()


class Tail(_Span):
    """What stands after the last piece: white space and comments; given if there is any."""

    __slots__ = ()


class MetaCommand(NamedTuple):
    r"""A line that is a psql meta-command: `name` without the backslash, `text` up to the line's end."""

    name: str
    text: str
    line: int
    column: int
    offset: int
    lead: str


Piece = Statement | CopyData | CopyEnd | MetaCommand | Tail


def _end(pattern: re.Pattern[str], text: str, pos: int) -> int:
    """Find the end of a match that cannot fail, though it may be empty."""
    match = pattern.match(text, pos)
    assert match
    return match.end()


def _is_routine(text: str) -> bool:
    words = lexer.leading_words(text)
    named = words[3:4] if words[1:3] == ("or", "replace") else words[1:2]
    return words[:1] == ("create",) and named in (("function",), ("procedure",))


class _Splitter:
    """The part of the stream in memory, and a place in it.

    `text` always ends after a newline or a semicolon, or at the end of the stream: a token is in it wholly
    or, if it may hold one of these, recognisably open. All positions are relative to `text`, which starts at
    the offset `base` of the stream. `pos` is the end of the piece before, on the line `line` at `line_start`.
    """

    def __init__(self, chunks: Iterable[str], path: str) -> None:
        self.chunks = self._before_nul(chunks)
        self.path = path
        self.nul = False
        self.held: list[str] = []  # read, but not yet ended by a newline or a semicolon
        self.text = ""
        self.base = self.pos = self.line_start = 0
        self.line = 1
        self.standard = True

    # reading

    def _before_nul(self, chunks: Iterable[str]) -> Iterator[str]:
        for chunk in chunks:
            before, nul, _ = chunk.partition("\0")
            yield before
            if nul:
                self.nul = True
                return

    def _read(self) -> bool:
        """Append half as much again, so that copying stays linear; False at the end of the stream."""
        parts, wanted = [self.text], len(self.text) // 2
        for chunk in self.chunks:
            cut = chunk.rfind("\n") + 1 or chunk.rfind(";") + 1
            if not cut:
                self.held.append(chunk)
                continue
            parts += [*self.held, chunk[:cut]]
            self.held = [chunk[cut:]]
            wanted -= cut
            if wanted <= 0:
                break
        else:
            parts += self.held
            self.held = []
        length = len(self.text)
        self.text = "".join(parts)
        return len(self.text) > length

    def _more(self) -> bool:
        if self._read():
            return True
        if self.nul:
            why = "PostgreSQL's text has no NUL, and would end there."
            raise self._error(len(self.text), "a NUL character", why, "Remove it.")
        return False

    def _trim(self) -> None:
        """Forget what lies behind, if it is more than half: so forgetting costs no more than reading did."""
        gone = self.pos - _EXCERPT
        if gone > len(self.text) // 2:
            self.text = self.text[gone:]
            self.base += gone
            self.pos -= gone
            self.line_start -= gone

    def _advance(self, to: int) -> None:
        self.line += self.text.count("\n", self.pos, to)
        self.line_start = self._line_start(to)
        self.pos = to

    def _line_start(self, pos: int) -> int:
        return self.text.rfind("\n", self.pos, pos) + 1 or self.line_start

    def _line_end(self, pos: int) -> int:
        while (end := self.text.find("\n", pos)) < 0:
            if not self._more():
                return len(self.text)
        return end

    # errors

    def _place(self, pos: int) -> Place:
        start, line = self._line_start(pos), self.line + self.text.count("\n", self.pos, pos)
        while self.text.find("\n", pos) < 0 and len(self.text) - start < _EXCERPT and self._read():
            pass
        near = self.text[start : start + _EXCERPT].partition("\n")[0] if pos - start < _EXCERPT else None
        return Place(self.path, line, pos - start + 1, near)

    def _error(self, pos: int, what: str, why: str, next_step: str) -> SplitError:
        return SplitError(what, where=self._place(pos), why=why, next_step=next_step)

    def _unclosed(self, pos: int) -> SplitError:
        what, next_step = _UNCLOSED[self.text[pos].lower()]
        return self._error(pos, what, "It begins here, and the file ends inside it.", next_step)

    def _misplaced(self, pos: int) -> SplitError:
        self._line_end(pos)
        command = self.text[pos : _end(lexer.META_COMMAND, self.text, pos)]
        why = "Meta-commands are psql's own; the server does not know them."
        ends = command in (r"\;", r"\g", r"\gx")
        step = "Write ; in its place." if ends else "Remove it; to run SQL that SQL makes, write a DO block."
        return self._error(pos, f"the psql meta-command {command} in a line of SQL", why, step)

    # stepping over what a run does not swallow

    def _find(self, closer: str, begin: int, after: int) -> int:
        while (at := self.text.find(closer, after)) < 0:
            after = max(after, len(self.text) - len(closer) + 1)
            if not self._more():
                raise self._unclosed(begin)
        return at + len(closer)

    def _past(self, pos: int, floor: int) -> int:
        """Step over the quote, comment or lone `$` at `pos`; `floor` is the end of the last such step."""
        match self.text[pos]:
            case "'" if self._has_escapes(pos, floor):
                return self._past_escape_string(pos)
            case "'" | '"' as quote:
                return self._find(quote, pos, pos + 1)
            case "$":
                return self._past_dollar(pos, floor)
            case "-":
                return self._past_line_comment(pos)
            case "/":
                return self._past_comment(pos)
            case _:
                raise self._misplaced(pos)

    def _has_escapes(self, pos: int, floor: int) -> bool:
        unicode = self.text.startswith("&", pos - 1, pos)
        prefix = lexer.word_before(self.text, floor, pos - unicode).lower() + "&" * unicode
        return prefix == "e" or (not self.standard and prefix not in ("b", "x", "u&"))

    def _past_escape_string(self, begin: int) -> int:
        pos = begin + 1
        while True:
            pos = _end(lexer.ESCAPED, self.text, pos)
            if not self.text.startswith("'", pos):  # the end of the text, perhaps after a lone backslash
                if not self._more():
                    raise self._unclosed(begin)
                continue
            gap = lexer.GAP.match(self.text, pos + 1)
            assert gap
            if gap.end() == len(self.text):
                if self._more():
                    continue
                return pos + 1
            if self.text[gap.end()] != "'" or not {"\n", "\r"} & set(gap[0]):
                return pos + 1
            pos = gap.end() + 1

    def _past_dollar(self, pos: int, floor: int) -> int:
        if lexer.word_before(self.text, floor, pos):
            return _end(lexer.WORD_REST, self.text, pos)
        if quote := lexer.DOLLAR_QUOTE.match(self.text, pos):
            return self._find(quote[0], pos, quote.end())
        return pos + 1

    def _past_line_comment(self, pos: int) -> int:
        while True:
            end = _end(lexer.LINE_COMMENT, self.text, pos)
            if end < len(self.text) or not self._more():
                return end

    def _past_comment(self, pos: int) -> int:
        while (end := lexer.comment_end(self.text, pos)) < 0:
            if not self._more():
                raise self._unclosed(pos)
        return end

    # cutting

    def _lead_end(self) -> int:
        pos = self.pos
        while True:
            pos = _end(lexer.LEAD, self.text, pos)
            if self.text.startswith(("--", "/*"), pos):
                pos = self._past(pos, pos)
            elif pos < len(self.text) or not self._more():
                return pos

    def _statement_end(self, start: int) -> int:
        """Find the semicolon that ends the statement, or the end of the stream."""
        pos = floor = start
        opened: list[int] = []  # where parentheses and blocks opened; blocks count outside parentheses only
        run = lexer.run(self.standard)
        undecided = self.text[start : start + 6].lower() == "create"
        outer_run = lexer.block_run(self.standard) if undecided else run
        while True:
            in_parentheses = opened and self.text[opened[-1]] == "("
            pos = _end(run if in_parentheses else outer_run, self.text, pos)
            if pos == len(self.text):
                if not self._more():
                    break
                continue
            if self.text[pos] == ";" and not opened:
                return pos
            if undecided and self.text[pos] in _BLOCK_INITIALS:
                undecided = False
                if not _is_routine(self.text[start:pos]):
                    outer_run = run
                    continue
            pos = floor = self._step(pos, floor, opened)
        if opened:
            raise self._unclosed(opened[-1])
        return pos

    def _step(self, pos: int, floor: int, opened: list[int]) -> int:
        """Step over what a run stopped at; open and close parentheses and blocks as psql counts them."""
        char = self.text[pos]
        if char == "(":
            opened.append(pos)
        elif char == ")":
            if opened and self.text[opened[-1]] == "(":
                opened.pop()
        elif char in _BLOCK_INITIALS:
            word = _end(lexer.WORD, self.text, pos)
            if char in "eE":
                del opened[-1:]
            elif char in "bB" or opened:
                opened.append(pos)
            return word
        elif char != ";":
            return self._past(pos, floor)
        return pos + 1

    def _statement(self, start: int) -> Statement:
        end = self._statement_end(start)
        after = end + 1
        if end == len(self.text):
            after = end = start + len(self.text[start:].rstrip(SPACE))
        lead = self.text[self.pos : start]
        self._advance(start)
        statement = Statement(
            self.text[start:end],
            self.line,
            start - self.line_start + 1,
            self.base + start,
            lead,
            self.text[end:after],
        )
        if statement.copies_from_stdin:
            after = self._copy_line_end(after) if after > end else len(self.text)
            statement = statement._replace(terminator=self.text[end:after])
        if (standard := statement.standard_strings) is not None:
            self.standard = standard
        self._advance(after)
        return statement

    def _copy_line_end(self, pos: int) -> int:
        end = self._line_end(pos)
        rest = self.text[pos:end].lstrip(SPACE)
        if rest and not rest.startswith("--"):
            why = "The data of COPY … FROM STDIN begin on the line after it."
            raise self._error(
                end - len(rest), "SQL after COPY … FROM STDIN on its line", why, "Move it below the data."
            )
        return min(end + 1, len(self.text))

    def _meta_command(self, start: int) -> MetaCommand:
        lead = self.text[self.pos : start]
        before = lead.rpartition("\n")
        if before[2].strip(SPACE) or not (before[1] or self.pos == self.line_start):
            raise self._misplaced(start)
        end = self._line_end(start)
        text = self.text[start:end]
        self._advance(start)
        name = text[1 : _end(lexer.META_COMMAND, text, 0)]
        command = MetaCommand(name, text, self.line, start - self.line_start + 1, self.base + start, lead)
        self._advance(end)
        return command

    def _simple_statements(self) -> Iterator[Statement]:
        """Cut the statements that one match finds whole: nearly all of a large file."""
        match_simple = lexer.simple_statement(self.standard).match
        text, pos, base, line, line_start = self.text, self.pos, self.base, self.line, self.line_start
        while match := match_simple(text, pos):
            lead, body = match.groups()
            if _GUC in body:  # it may change the syntax of strings
                break
            start = match.start(2)
            if "\n" in lead:
                line += lead.count("\n")
                line_start = pos + lead.rfind("\n") + 1
            yield Statement(body, line, start - line_start + 1, base + start, lead, ";")
            if "\n" in body:
                line += body.count("\n")
                line_start = start + body.rfind("\n") + 1
            pos = match.end()
        self.pos, self.line, self.line_start = pos, line, line_start

    def _copied(self) -> Iterator[CopyData | CopyEnd]:
        while (mark := self._end_mark()) < 0:
            yield from self._data(self.text.rfind("\n", self.pos) + 1)
            self._trim()
            if not self._more():
                mark = len(self.text) - 2 * (self.text[self.pos :] == "\\.")
                break
        yield from self._data(mark)
        end = CopyEnd(self.text[mark : mark + 3], self.line, self.base + mark)
        self._advance(mark + len(end.text))
        yield end

    def _end_mark(self) -> int:
        if self.text.startswith("\\.\n", self.pos):
            return self.pos
        at = self.text.find("\n\\.\n", self.pos)
        return at + (at >= 0)

    def _data(self, stop: int) -> Iterator[CopyData]:
        while self.pos < stop:
            cut, far = stop, self.pos + _COPY_PIECE
            if far < stop:
                cut = self.text.rfind("\n", self.pos, far) + 1 or self.text.find("\n", far, stop) + 1 or stop
            data = CopyData(self.text[self.pos : cut], self.line, self.base + self.pos)
            self._advance(cut)
            yield data

    def pieces(self) -> Iterator[Piece]:
        """Cut all."""
        while True:
            yield from self._simple_statements()
            self._trim()
            start = self._lead_end()
            if start == len(self.text):
                break
            if self.text[start] == "\\":
                yield self._meta_command(start)
                continue
            statement = self._statement(start)
            yield statement
            if statement.copies_from_stdin:
                yield from self._copied()
        if start > self.pos:
            yield Tail(self.text[self.pos :], self.line, self.base + self.pos)


def split(chunks: Iterable[str], path: str = "<string>") -> Iterator[Piece]:
    """Cut a file, given in chunks of any size, into its pieces.

    Line ends must be LF. In memory are the open statement, a half more, and a chunk.
    Raise SplitError, when it is reached, at what cannot be cut: an open quote, comment, parenthesis or block,
    a psql meta-command in a line of SQL, SQL in the line of COPY … FROM STDIN, a NUL character.
    """
    return _Splitter(chunks, path).pieces()
