"""Flyway: V1__name.sql, its undo file U1__name.sql, and R__name.sql, which Flyway runs whenever it has changed."""

from __future__ import annotations

import re
from pathlib import Path

from surefoot.layouts.found import Found, Layout, left_out, name_of, part_of

NAME = re.compile(r"(?P<kind>[VUR])(?P<version>[0-9]+(?:[._][0-9]+)*)?__(?P<words>.+)\.sql")
IN_NO_TRANSACTION = re.compile(r"^\s*executeInTransaction\s*=\s*false\s*$", re.IGNORECASE | re.MULTILINE)
PLACEHOLDER = re.compile(r"\$\{\w[\w:.]*\}")
Version = tuple[int, ...]


def is_flyway(folder: Path) -> bool:
    """Tell whether a folder holds versioned files of Flyway."""
    return any(_kind(path) == "V" for path in folder.rglob("*.sql"))


def read(folder: Path) -> Layout:
    """Read a folder of Flyway, and those below it. Raises SourceError.

    Versions of several parts (1.2) become a plain sequence; repeatable files come last, in the order of their names.
    """
    files = sorted(folder.rglob("*.sql"))
    versioned = sorted((_version(path), path) for path in files if _kind(path) == "V")
    undo = {_version(path): path for path in files if _kind(path) == "U"}
    repeatable = sorted((path for path in files if _kind(path) == "R"), key=_words)
    numbers = _numbers([version for version, _ in versioned], len(repeatable))
    paths = [*(path for _, path in versioned), *repeatable]
    backwards = [*(undo.get(version) for version, _ in versioned), *(None for _ in repeatable)]
    migrations = tuple(
        _found(name_of(digits, _words(path)), path, backward)
        for digits, path, backward in zip(numbers, paths, backwards, strict=True)
    )
    unknown = [path.name for path in files if _kind(path) is None]
    remarks = (
        *(f"{name} is left out: it is no versioned, undo or repeatable file" for name in unknown),
        *(f"{path.name} is run once, in the end; when it changes, write a new migration" for path in repeatable),
        *(f"{one.name} has placeholders (${{…}}): nothing is put in their place" for one in migrations if _open(one)),
        *left_out(folder, (".java", ".kt")),
    )
    return Layout("Flyway", migrations, remarks)


def _found(name: str, path: Path, backward: Path | None) -> Found:
    settings = path.with_name(f"{path.name}.conf")
    alone = settings.exists() and IN_NO_TRANSACTION.search(settings.read_text(encoding="utf-8"))
    return Found(name, part_of(path), part_of(backward) if backward else None, transaction=not alone)


def _open(one: Found) -> bool:
    return bool(PLACEHOLDER.search(one.forward.text))


def _match(path: Path) -> re.Match[str] | None:
    match = NAME.fullmatch(path.name)
    return match if match and (match["kind"] == "R") == (match["version"] is None) else None


def _kind(path: Path) -> str | None:
    match = _match(path)
    return match["kind"] if match else None


def version_of(text: str) -> Version:
    """Read a version as Flyway writes it; 1.0 and 1 are the same."""
    parts = [int(part) for part in re.split(r"[._]", text)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _version(path: Path) -> Version:
    match = NAME.fullmatch(path.name)
    return version_of(match["version"]) if match and match["version"] else ()


def _words(path: Path) -> str:
    return path.name.partition("__")[2].removesuffix(".sql")


def _numbers(versions: list[Version], repeatable: int) -> list[str]:
    """Write the numbers of all files: the versions where each is one number, else 1, 2, 3 and so on."""
    if all(len(version) == 1 for version in versions):
        numbers = [version[0] for version in versions]
    else:
        numbers = list(range(1, len(versions) + 1))
    last = max(numbers, default=0)
    numbers += range(last + 1, last + 1 + repeatable)
    width = max(3, len(str(max(numbers, default=0))))
    return [str(number).zfill(width) for number in numbers]
