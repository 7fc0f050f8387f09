"""Step over what holds no end of a statement: quotes and comments, as psql and the server read them."""

from __future__ import annotations

import re

from surefoot_lint import lexer
from surefoot_lint.errors import SplitError
from surefoot_lint.window import Window

_UNCLOSED = {
    "'": ("a string is not closed", "Close it with ', and write a quote inside it twice: ''."),
    '"': ("a quoted name is not closed", 'Close it with ", and write a quote inside it twice: "".'),
    "$": ("a dollar-quoted string is not closed", "Close it with the same dollar quote, tag and case alike."),
    "/": ("a comment is not closed", "Close it with */, once for each /* inside it."),
    "(": ("a parenthesis is not closed", "Close it with )."),
    "b": ("a BEGIN block is not closed", 'Close it with END, or quote the name: "begin".'),
    "c": ("a CASE in a BEGIN block is not closed", 'Close it with END, or quote the name: "case".'),
}


def end_of(pattern: re.Pattern[str], text: str, pos: int) -> int:
    """Find the end of a match that cannot fail, though it may be empty."""
    match = pattern.match(text, pos)
    assert match
    return match.end()


class Stepper(Window):
    """A place in a stream that moves over quotes and comments, and refuses what is not closed."""

    def _unclosed(self, pos: int) -> SplitError:
        what, next_step = _UNCLOSED[self.text[pos].lower()]
        return self._error(pos, what, "It begins here, and the file ends inside it.", next_step)

    def _misplaced(self, pos: int) -> SplitError:
        self._line_end(pos)
        command = self.text[pos : end_of(lexer.META_COMMAND, self.text, pos)]
        why = "Meta-commands are psql's own; the server does not know them."
        ends = command in (r"\;", r"\g", r"\gx")
        step = "Write ; in its place." if ends else "Remove it; to run SQL that SQL makes, write a DO block."
        return self._error(pos, f"the psql meta-command {command} in a line of SQL", why, step)

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
            pos = end_of(lexer.ESCAPED, self.text, pos)
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
            return end_of(lexer.WORD_REST, self.text, pos)
        if quote := lexer.DOLLAR_QUOTE.match(self.text, pos):
            return self._find(quote[0], pos, quote.end())
        return pos + 1

    def _past_line_comment(self, pos: int) -> int:
        while True:
            end = end_of(lexer.LINE_COMMENT, self.text, pos)
            if end < len(self.text) or not self._more():
                return end

    def _past_comment(self, pos: int) -> int:
        while (end := lexer.comment_end(self.text, pos)) < 0:
            if not self._more():
                raise self._unclosed(pos)
        return end
