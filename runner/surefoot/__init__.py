"""Surefoot: raw-SQL migrations for PostgreSQL, proven both ways.

The public names are loaded when they are first used, so that a command imports only what it needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from surefoot_lint.version import __version__

if TYPE_CHECKING:
    from surefoot.backup import BackupFailed
    from surefoot.dryrun_report import DryRun
    from surefoot.errors import (
        CheckFailed,
        ConnectionFailed,
        Interrupted,
        LedgerNotAllowed,
        LockNotTaken,
        LockTimedOut,
        ReadOnlyServer,
        Refused,
        SqlFailed,
    )
    from surefoot.events import Event, Listener
    from surefoot.guards import GuardBreached
    from surefoot.operations.abandon import abandon
    from surefoot.operations.accept import accept
    from surefoot.operations.migrate import dry_run_migrate, migrate
    from surefoot.operations.plan import plan
    from surefoot.operations.rollback import dry_run_rollback, rollback
    from surefoot.operations.run import Run
    from surefoot.operations.seed import seed
    from surefoot.operations.status import status
    from surefoot.operations.verify import verify
    from surefoot_lint.errors import ManifestError, SourceError, SplitError, SurefootError, UsageError
    from surefoot_lint.project import Project

HOMES = {
    "BackupFailed": "surefoot.backup",
    "CheckFailed": "surefoot.errors",
    "ConnectionFailed": "surefoot.errors",
    "DryRun": "surefoot.dryrun_report",
    "Event": "surefoot.events",
    "GuardBreached": "surefoot.guards",
    "Interrupted": "surefoot.errors",
    "LedgerNotAllowed": "surefoot.errors",
    "Listener": "surefoot.events",
    "LockNotTaken": "surefoot.errors",
    "LockTimedOut": "surefoot.errors",
    "ManifestError": "surefoot_lint.errors",
    "Project": "surefoot_lint.project",
    "ReadOnlyServer": "surefoot.errors",
    "Refused": "surefoot.errors",
    "Run": "surefoot.operations.run",
    "SourceError": "surefoot_lint.errors",
    "SplitError": "surefoot_lint.errors",
    "SqlFailed": "surefoot.errors",
    "SurefootError": "surefoot_lint.errors",
    "UsageError": "surefoot_lint.errors",
    "abandon": "surefoot.operations.abandon",
    "accept": "surefoot.operations.accept",
    "dry_run_migrate": "surefoot.operations.migrate",
    "dry_run_rollback": "surefoot.operations.rollback",
    "migrate": "surefoot.operations.migrate",
    "plan": "surefoot.operations.plan",
    "rollback": "surefoot.operations.rollback",
    "seed": "surefoot.operations.seed",
    "status": "surefoot.operations.status",
    "verify": "surefoot.operations.verify",
}

__all__ = [
    "BackupFailed",
    "CheckFailed",
    "ConnectionFailed",
    "DryRun",
    "Event",
    "GuardBreached",
    "Interrupted",
    "LedgerNotAllowed",
    "Listener",
    "LockNotTaken",
    "LockTimedOut",
    "ManifestError",
    "Project",
    "ReadOnlyServer",
    "Refused",
    "Run",
    "SourceError",
    "SplitError",
    "SqlFailed",
    "SurefootError",
    "UsageError",
    "__version__",
    "abandon",
    "accept",
    "dry_run_migrate",
    "dry_run_rollback",
    "migrate",
    "plan",
    "rollback",
    "seed",
    "status",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)
