"""Servers to try migrations on, which keep nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surefoot.scratch.given import Given
    from surefoot.scratch.local import Local


def find(major: int, url: str | None) -> Given | Local:
    """Find a scratch server: the one that is named, or else programs for one of our own; nothing is started yet.

    Raises ConnectionFailed, UsageError for the one, EmbeddedServerError where there are no programs.
    """
    if url is not None:
        from surefoot.scratch.given import given

        return given(url, major)
    from surefoot.scratch.local import choose

    return choose(major)
