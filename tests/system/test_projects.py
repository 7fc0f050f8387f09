"""Every project of this repository is proven, whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_example import EXAMPLES, load

import surefoot
from surefoot.prove import prove_in_order
from surefoot.proving.line import subject_of
from surefoot.scratch.databases import Databases

ROOT = Path(__file__).parent.parent.parent


def verdicts(databases: Databases, project: surefoot.Project) -> dict[str, str]:
    """Prove all migrations of a project, and give what is not proven."""
    subjects = [subject_of(project, migration) for migration in project.migrations]
    numbers = [migration.number for migration in project.migrations]
    proofs = prove_in_order(databases, project, subjects, numbers)
    assert len(proofs) == len(project.migrations)
    return {proof.evidence.name: str(proof.reasons) for proof in proofs if proof.verdict != "proven"}


def test_the_reference_is_proven(databases: Databases) -> None:
    project = surefoot.Project.load(ROOT)
    assert len(project.migrations) == 19
    assert verdicts(databases, project) == {}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_proven(databases: Databases, name: str) -> None:
    assert verdicts(databases, load(name)) == {}
