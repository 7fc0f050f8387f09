"""Data for development: which files they are, and for which database they are not meant."""

from __future__ import annotations

import ipaddress
import re

import psycopg

from surefoot import batches
from surefoot.errors import Refused
from surefoot.step import Step
from surefoot_lint.errors import UsageError
from surefoot_lint.numbering import number_of, unit_name
from surefoot_lint.project import SEEDS_FOLDER, Project

PRODUCTION = re.compile(r"(?<![a-z])(?:prod|production|live|master)(?![a-z])")
DEVELOPMENT = re.compile(
    r"(?<![a-z])(?:dev|development|test|testing|stage|staging|preview|sandbox|local|localhost|ci)(?![a-z])"
)


def seeds_of(project: Project) -> list[Step]:
    """Make a step of each seed, looked through before any is run.

    Raises UsageError where there is none, SplitError for what cannot run in a transaction.
    """
    sources = project.seeds()
    if not sources:
        raise UsageError(
            "there is no seed",
            next_step=f"write {SEEDS_FOLDER}/001_….sql, or name the files in the manifest: seeds: […]",
        )
    for source in sources:
        batches.refuse_unfit(source)
    settings = project.manifest.settings
    return [
        Step(
            "applied", number_of(source.shown) or 0, unit_name(source.shown), source, None, settings, is_recorded=False
        )
        for source in sources
    ]


def refuse_production(connection: psycopg.Connection) -> None:
    """Refuse a database that looks like production. Raises Refused."""
    info = connection.info
    reason = looks_like_production(info.host, info.dbname, info.user)
    if reason is not None:
        raise Refused(
            "production",
            f"this database looks like production: {reason}",
            why="seeds are data for development",
            state="nothing was run",
            next_step="connect to another database; or, if it is meant: surefoot seed --yes",
        )


def looks_like_production(host: str, database: str, user: str) -> str | None:
    """Say why a database looks like production, by its names, or nothing.

    A name that says so; or a host out on the network whose names do not say that it is for development.
    """
    names = {"host": host, "database": database, "user": user}
    for kind, name in names.items():
        if PRODUCTION.search(name.lower()):
            return f"its {kind} is called {name}"
    if _is_near(host) or any(DEVELOPMENT.search(name.lower()) for name in names.values()):
        return None
    return f"it is on {host}"


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine, or one of a private network: a socket, a name without a dot."""
    if not host or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".test"))
