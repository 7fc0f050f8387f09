"""`surefoot lint`: the linter's own command line, under this one; it needs no database."""

from __future__ import annotations

from surefoot_lint.cli import cli as command

__all__ = ["command"]
