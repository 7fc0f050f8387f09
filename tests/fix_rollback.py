"""What is answered when a rollback asks for consent."""

from __future__ import annotations

import psycopg

import surefoot
from surefoot.operations.preview import RollbackPreview
from surefoot_lint.project import Project


def yes(_: RollbackPreview) -> bool:
    return True


def no(_: RollbackPreview) -> bool:
    return False


def rehearsed(project: Project, connection: psycopg.Connection, steps: int = 1) -> RollbackPreview:
    """Look at what a rollback would do, and decline it."""
    seen: list[RollbackPreview] = []

    def decline(preview: RollbackPreview) -> bool:
        seen.append(preview)
        return False

    assert surefoot.rollback(project, connection, steps=steps, consent=decline).done == ()
    return seen[0]
