"""A name is not in lower case with underscores: it needs quotes wherever it is used.

PostgreSQL folds names without quotes to lower case. A table that was made as "CatOwner" is not found as CatOwner;
each query, view and tool must quote it, and those that forget fail.

Write names of lower-case letters, digits and underscores, such as cat_owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.changing import Rename
from surefoot_lint.actions.creating import Create, CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import ROUTINES, Object
from surefoot_lint.rule import rule

BAD = 'CREATE TABLE IF NOT EXISTS "CatOwner" (id bigint PRIMARY KEY); -- ← NM102'
GOOD = "CREATE TABLE IF NOT EXISTS cat_owner (id bigint PRIMARY KEY);"
PATTERN = re.compile(r"[a-z_][a-z0-9_]*")
PROSE = ("policy", "role", "extension", "cast", "user mapping", "operator", "enum value")


@rule("NM102", "name-pattern", Level.OFF)
def name_pattern(moment: Moment[Create | Rename]) -> Iterator[Found]:
    """Find names that need quotes; those of policies are often sentences, and those of roles and the like given."""
    action = moment.action
    if moment.is_rollback:
        return
    made = action.to if isinstance(action, Rename) else action.object
    own = made.part if made.part and made.kind not in ROUTINES else made.name
    names = [(made, own)]
    if isinstance(action, CreateTable):
        names += [(Object("column", made.schema, made.name, one.name), one.name) for one in action.columns]
    for of, name in names:
        if of.kind not in PROSE and name and not PATTERN.fullmatch(name):
            yield moment.found(f"{of} needs quotes wherever it is used", "lower case with underscores", object=of)
