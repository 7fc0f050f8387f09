r"""Text to statements, cut where psql cuts them, streaming.

Read psql's manual, "Entering SQL Commands", and psqlscan.l of PostgreSQL 14 to 18. Nothing is interpolated:
`:name` is plain text. The text of all pieces, with leads and terminators, joined gives the file back.
Where psql and the server lex differently the server is followed, for it gets the text:
E'…' continued on a further line stays an escape string, and `:` does not make a variable of a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from surefoot_lint import lexer
from surefoot_lint.lexer import SPACE
from surefoot_lint.pieces import STRING_SETTING, CopyData, CopyEnd, MetaCommand, Piece, Statement, Tail
from surefoot_lint.stepping import Stepper, end_of

_COPY_PIECE = 256 * 1024
_BLOCK_INITIALS = frozenset("bBcCeE")  # of BEGIN, CASE and END


def _is_routine(text: str) -> bool:
    words = lexer.leading_words(text)
    named = words[3:4] if words[1:3] == ("or", "replace") else words[1:2]
    return words[:1] == ("create",) and named in (("function",), ("procedure",))


class _Splitter(Stepper):
    """The pieces of a stream, one after the other."""

    def _lead_end(self) -> int:
        pos = self.pos
        while True:
            pos = end_of(lexer.LEAD, self.text, pos)
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
            pos = end_of(run if in_parentheses else outer_run, self.text, pos)
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
            word = end_of(lexer.WORD, self.text, pos)
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
        name = text[1 : end_of(lexer.META_COMMAND, text, 0)]
        command = MetaCommand(name, text, self.line, start - self.line_start + 1, self.base + start, lead)
        self._advance(end)
        return command

    def _simple_statements(self) -> Iterator[Statement]:
        """Cut the statements that one match finds whole: nearly all of a large file."""
        match_simple = lexer.simple_statement(self.standard).match
        text, pos, base, line, line_start = self.text, self.pos, self.base, self.line, self.line_start
        while match := match_simple(text, pos):
            lead, body = match.groups()
            if STRING_SETTING in body:  # it may change the syntax of strings
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
