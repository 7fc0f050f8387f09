"""Write a runbook into a folder: the page, and the three scripts with the data of their COPYs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from surefoot.lock import LONGEST_WAIT_SECONDS
from surefoot.runbook.affected import proofs_of
from surefoot.runbook.filetext import CopyFile, HereLine, Text
from surefoot.runbook.page import page
from surefoot.runbook.scripts import Work, deploy, rollback, verify
from surefoot_lint.errors import SurefootError

COPIES = "copy"


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


def write_runbook(folder: Path, work: Work, state_folder: Path, *, is_rollback: bool) -> list[Path]:
    """Write the page and the scripts, and the data that they read; give the paths.

    Locks come from the proofs in `state_folder`. What an earlier writing left in the folder of COPYs goes. Raises
    SurefootError when it cannot be written.
    """
    proofs = proofs_of(work.project, state_folder)
    files: dict[str, Iterator[Text]] = {
        "runbook.md": page(work, proofs, LONGEST_WAIT_SECONDS, is_rollback=is_rollback),
        "deploy.sql": deploy(work),
        "rollback.sql": rollback(work),
        "verify.sql": verify(work),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (folder / COPIES).glob("*-*-*.sql"):
            old.unlink()
        return [path for name, texts in files.items() for path in _write(folder, name, texts)]
    except OSError as error:
        raise SurefootError(
            f"the runbook cannot be written: {error.strerror}: {error.filename}",
            next_step="name another folder: surefoot runbook -o DIR",
        ) from error
