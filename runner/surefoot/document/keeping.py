"""Keep the page in a file: write it, never over another's, and tell which part of it is stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from surefoot.html.writing import write_page
from surefoot_lint.errors import UsageError

MOST_LINES = 20
RULER = "---"
WITHOUT_TITLE, AFTER_ALL = "the top", "the end"


@dataclass(frozen=True, slots=True)
class Staleness:
    """How a page differs from what the files build: the parts, by their titles, and a short difference."""

    parts: tuple[str, ...]
    difference: tuple[str, ...]
    more: int


def write_over(path: Path, text: str, mark: str, *, is_forced: bool) -> None:
    """Write a page into a file, at once. Raises UsageError for a file that holds another's text, unless forced."""
    if not is_forced:
        refuse_others(path, mark)
    write_page(path, text)


def refuse_others(path: Path, mark: str) -> None:
    """Raise UsageError where a file was not written by us: `mark` is not in its beginning."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder", next_step=f"name a file: -o {path / 'schema.md'}")
    if path.is_file() and path.stat().st_size and mark not in _read(path)[:2000]:
        raise UsageError(
            f"{path} was not written by surefoot document, and would be lost",
            next_step="name another file: -o FILE; or overwrite it: --force",
        )


def staleness(path: Path, text: str, command: str) -> Staleness | None:
    """Tell how a file differs from the page that it should hold; nothing where it does not."""
    if not path.is_file():
        return Staleness((), (f"{path} is not there: {command}",), 0)
    old, new = _read(path).splitlines(), text.splitlines()
    if old == new:
        return None
    lines = [line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    before, after = _parts(old), _parts(new)
    titles = tuple(title for title in {**after, **before} if before.get(title) != after.get(title))
    return Staleness(titles, tuple(lines[:MOST_LINES]), max(len(lines) - MOST_LINES, 0))


def _parts(lines: list[str]) -> dict[str, list[str]]:
    """Cut a page into its parts, by their titles."""
    found: dict[str, list[str]] = {}
    for title, line in _titled(lines):
        found.setdefault(title, []).append(line)
    return found


def _titled(lines: list[str]) -> Iterator[tuple[str, str]]:
    section = title = WITHOUT_TITLE
    is_fenced = False
    for line in lines:
        is_fenced ^= line.startswith(("```", "~~~"))
        if not is_fenced and line.startswith("## "):
            section = title = line[3:]
        elif not is_fenced and line == RULER:
            section = title = AFTER_ALL
        elif not is_fenced and line.startswith(("### ", "#### ")):
            title = f"{section}, {line.lstrip('#').strip()}"
        yield title, line


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", next_step="name another file: -o FILE") from error
