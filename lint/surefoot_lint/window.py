"""A stream of text, and the part of it that is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from surefoot_lint.errors import Place, SplitError

EXCERPT = 400  # characters; an error further to the right shows no excerpt


class Window:
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
        gone = self.pos - EXCERPT
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

    def _place(self, pos: int) -> Place:
        start, line = self._line_start(pos), self.line + self.text.count("\n", self.pos, pos)
        while self.text.find("\n", pos) < 0 and len(self.text) - start < EXCERPT and self._read():
            pass
        near = self.text[start : start + EXCERPT].partition("\n")[0] if pos - start < EXCERPT else None
        return Place(self.path, line, pos - start + 1, near)

    def _error(self, pos: int, what: str, why: str, next_step: str) -> SplitError:
        return SplitError(what, where=self._place(pos), why=why, next_step=next_step)
