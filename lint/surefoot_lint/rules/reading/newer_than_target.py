"""A statement uses what the oldest server in production does not know: `postgres:` in the manifest says which it is.

On a developer's newer server it runs; in production it is a syntax error, or a function that does not exist, and the
deployment stops there. Functions are refused late: a default or a body of a function fails when it is first used.

Write what the older server knows, which the release notes of the newer one often name. Or raise `postgres:` once the
last server is upgraded. A DO block that tests server_version_num before EXECUTE is taken to know what it does, and so
is a migration that makes the function itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.actions.unread import Newer
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    grams integer NOT NULL,
    kilograms numeric GENERATED ALWAYS AS (grams / 1000.0) VIRTUAL -- ← AN106
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    grams integer NOT NULL,
    kilograms numeric GENERATED ALWAYS AS (grams / 1000.0) STORED
);
"""
VERSION = "server_version"


@rule("AN106", "newer-than-target", Level.WARNING)
def newer_than_target(moment: Moment[Newer | CreateFunction]) -> Iterator[Found]:
    """Find what the server in production does not know; without a manifest nobody says which that is."""
    if moment.walk.fileset.manifest is None:
        return
    action = moment.action
    uses = [action] if isinstance(action, Newer) else [one for one in action.actions if isinstance(one, Newer)]
    for use in uses:
        if use.since > moment.postgres and not _is_minded(moment, use):
            message = f"PostgreSQL {moment.postgres} does not know {use.what}, which came with {use.since}"
            advice = (
                f"write it for {moment.postgres}, or say postgres: {use.since} in the manifest when all servers are"
            )
            about = getattr(action, "object", None) or moment.walk.file.shown
            yield moment.found(message, advice, object=about, place=moment.at(use.offset))


def _is_minded(moment: Moment[Newer | CreateFunction], use: Newer) -> bool:
    """Tell whether the version is tested around it, or the migrations make the function themselves."""
    own = any(name == use.function for _, name in moment.catalog.routines)
    return own or any(VERSION in test for test in use.guard.tests)
