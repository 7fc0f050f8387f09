"""Edits of files: chosen so that none touches another, applied to the very bytes, shown as a diff, written whole."""

from __future__ import annotations

import shutil
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.paths import shown_path


class Replacement(NamedTuple):
    """A piece of a file that gets another text; offsets count characters, with each line end as LF.

    A file that is not there has one replacement, at 0: its whole text.
    """

    path: Path
    start: int
    end: int
    text: str

    def hinders(self, other: Replacement) -> bool:
        """Tell whether both cannot be made: they touch the same characters, or make the same file."""
        if self == other or self.path != other.path:
            return False
        if self.start == other.start and self.end == other.end:
            return self.start != self.end or not self.path.exists()
        return self.start < other.end and other.start < self.end


Repair = tuple[Replacement, ...]  # what is made together, or not at all


class Rewritten(NamedTuple):
    """A file before and after; nothing before where it is new."""

    path: Path
    before: bytes | None
    after: bytes

    @property
    def shown(self) -> str:
        """Write its path as people see it."""
        return shown_path(self.path)

    def diff(self) -> str:
        """Write the change as a unified diff, which `git apply` and `patch` take."""
        from difflib import unified_diff

        old, new = ((content or b"").decode() for content in (self.before, self.after))
        names = (f"a/{self.shown}" if self.before is not None else "/dev/null", f"b/{self.shown}")
        lines = unified_diff(_lines(old), _lines(new), *names)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Cut at LF alone: other characters that Python takes for line ends stand within lines of SQL."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def choose(repairs: Iterable[Repair]) -> list[Repair]:
    """Choose the repairs that can be made together; of two that hinder each other the first."""
    chosen: list[Repair] = []
    taken: dict[Path, list[Replacement]] = defaultdict(list)
    for repair in repairs:
        if any(one.hinders(other) for one in repair for other in taken[one.path]):
            continue
        chosen.append(repair)
        for one in repair:
            taken[one.path].append(one)
    return chosen


def rewrite(repairs: Iterable[Repair]) -> list[Rewritten]:
    """Apply repairs to the contents of their files; nothing is written yet."""
    by_path: dict[Path, dict[Replacement, None]] = defaultdict(dict)
    for repair in repairs:
        for one in repair:
            by_path[one.path][one] = None
    return [_rewritten(path, by_path[path]) for path in sorted(by_path)]


def _rewritten(path: Path, replacements: Mapping[Replacement, None]) -> Rewritten:
    if not path.exists():
        return Rewritten(path, None, "".join(one.text for one in replacements).encode())
    before = path.read_bytes()
    return Rewritten(path, before, applied(before.decode(), replacements).encode())


def applied(text: str, replacements: Iterable[Replacement]) -> str:
    """Apply replacements to the text of a file; new lines end as most lines of the file do."""
    breaks = [index for index in range(len(text)) if text.startswith("\r\n", index)] if "\r\n" in text else []
    in_lf = [index - before for before, index in enumerate(breaks)]
    line_end = "\r\n" if len(breaks) * 2 > text.count("\n") else "\n"
    pieces, at = [], 0
    for one in sorted(replacements, key=lambda one: (one.start, one.end)):
        start, end = (place + bisect_left(in_lf, place) for place in (one.start, one.end))
        pieces += [text[at:start], one.text.replace("\n", line_end)]
        at = end
    return "".join([*pieces, text[at:]])


def write(rewritten: Rewritten) -> None:
    """Replace a file at once, so that a crash leaves the old one or the new one; a link stays a link."""
    replace_file(rewritten.path.resolve(), rewritten.after)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside another, with its mode, and put it into its place; a link stays one."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError:
        with suppress(OSError):  # what is told is the first error
            beside.unlink(missing_ok=True)
        raise
