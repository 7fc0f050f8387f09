"""Rollbacks that are wrong, each in its own way: every one is caught, and what is wrong with it is named.

The first line of a file says the verdict and what the report must name; then come the schema before, the migration
and its rollback.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fix_project import ProjectFolder
from fix_prove import Prove

from surefoot.proving.report.text import lines

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.sql"))


@pytest.mark.parametrize("file", BROKEN, ids=lambda path: path.stem)
def test_a_wrong_rollback_is_caught_and_named(file: Path, folder: ProjectFolder, prove: Prove) -> None:
    head, before, migration, rollback = re.split(
        r"^-- (?:before|migration|rollback)\n", file.read_text(), flags=re.MULTILINE
    )
    first, *keys = [line.removeprefix("-- ") for line in head.splitlines() if line]
    verdict, _, named = first.partition(": ")
    folder.add("001_before.sql", before, rollback=None, irreversible="it is where the case begins")
    folder.add("002_case.sql", migration, rollback, **dict(key.split(": ") for key in keys))
    proof = prove(folder, 2)[-1]
    text = "\n".join(lines(proof))
    assert proof.verdict == verdict, text
    assert [words for words in named.split("; ") if words not in text] == [], text
    assert not proof.is_passed


def test_there_are_many() -> None:
    assert len(BROKEN) > 50
