"""Write a runbook into a folder: the page, and the three scripts with the data of their COPYs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from surefoot.lock import LONGEST_WAIT_SECONDS
from surefoot.runbook.affected import proofs_of
from surefoot.runbook.filetext import CopyFile, HereLine, Text
from surefoot.runbook.page import page
from surefoot.runbook.scripts import Work, deploy, rollback, verify
from surefoot_lint.errors import PlaceError

COPIES = "copy"
UNTOUCHED = "nothing was written; a runbook that is there already is as it was"
MIXED = "files of this runbook and of an earlier one may stand side by side there: run none of them"


def _write(folder: Path, name: str, texts: Iterator[Text]) -> Iterator[Path]:
    line = 1
    path = folder / name
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in texts:
            if isinstance(text, CopyFile):
                yield _write_copy(folder, text)
                continue
            written = text.replace("{line}", str(line + 1)) if isinstance(text, HereLine) else text
            file.write(written)
            line += written.count("\n")
    yield path


def _write_copy(folder: Path, copy: CopyFile) -> Path:
    path = folder / copy.name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(copy.pieces)
    return path


def _put(fresh: Path, folder: Path, paths: Iterable[Path]) -> Iterator[Path]:
    """Put files that are written to their end into the runbook's folder, in place of an earlier writing's."""
    for old in (folder / COPIES).glob("*-*-*.sql"):
        old.unlink()
    for path in paths:
        place = folder / path.relative_to(fresh)
        place.parent.mkdir(exist_ok=True)
        yield path.replace(place)


def write_runbook(folder: Path, work: Work, state_folder: Path, *, is_rollback: bool) -> list[Path]:
    """Write the page and the scripts, and the data that they read; give the paths.

    Locks come from the proofs in `state_folder`. No script is ever seen that is not whole: they are written aside
    first. What an earlier writing left in the folder of COPYs goes. Raises PlaceError when it cannot be written.
    """
    proofs = proofs_of(work.project, state_folder)
    files: dict[str, Iterator[Text]] = {
        "runbook.md": page(work, proofs, LONGEST_WAIT_SECONDS, is_rollback=is_rollback),
        "deploy.sql": deploy(work),
        "rollback.sql": rollback(work),
        "verify.sql": verify(work),
    }
    state = UNTOUCHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".writing-", dir=folder) as name:
            fresh = Path(name)
            written = [path for name, texts in files.items() for path in _write(fresh, name, texts)]
            state = MIXED
            return list(_put(fresh, folder, written))
    except OSError as error:
        raise PlaceError(
            f"the runbook cannot be written: {error.strerror}: {error.filename2 or error.filename or folder}",
            state=state,
            next_step="make room there, or name another folder: surefoot runbook -o DIR",
        ) from error
