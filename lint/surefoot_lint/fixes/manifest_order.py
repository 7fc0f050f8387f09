"""Entries of the manifest in the order of their numbers, each moved as it is written."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.edits import Repair, Replacement
from surefoot_lint.fix import SetFlaws, fix
from surefoot_lint.manifest_edit import Lines, lines_of_entries
from surefoot_lint.merged import manifest_path
from surefoot_lint.source import read_source


@fix("FS303")
def order_entries(flaws: SetFlaws) -> Iterator[Repair]:
    """Move each entry that is found, with the comments above it, before the first one with a higher number."""
    path = manifest_path(flaws.files)
    if path is None:
        return
    text = read_source(path, path.name).read()
    found = {one.place.line for one in flaws.findings}
    numbered = [
        (unit.number, lines, unit.place.line in found)
        for unit, lines in zip(flaws.files.units, lines_of_entries(text, path.name), strict=False)
        if unit.number is not None
    ]
    for number, lines, is_found in sorted(numbered):
        if is_found:
            before = next(other for higher, other, is_lost in numbered if higher > number and not is_lost)
            yield _moved(text, lines, before.start, Replacement(path, lines.start, lines.end, ""))


def _moved(text: str, lines: Lines, to: int, removal: Replacement) -> Repair:
    moved = text[lines.start : lines.end]
    if not moved.endswith("\n"):  # the last line of a file that ends without a line end, and is to end so again
        removal = removal._replace(start=lines.start - 1)
        moved += "\n"
    return removal, Replacement(removal.path, to, to, moved)
