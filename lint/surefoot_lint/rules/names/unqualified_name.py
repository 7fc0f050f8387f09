"""A table is named without its schema.

Where it is made and found depends on the search_path of whoever runs the file: an operator's psql, a role with
settings of its own, or a file before that changed it.

Write the schema: `public.cat`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.creating import Create, CreateSequence, CreateTable, CreateView
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY); -- ← NM201"
GOOD = "CREATE TABLE IF NOT EXISTS public.cat (id bigint PRIMARY KEY);"


@rule("NM201", "unqualified-name", Level.OFF)
def unqualified_name(moment: Moment[CreateTable | CreateView | CreateSequence]) -> Iterator[Found]:
    """Find relations that are made without a schema."""
    action: Create = moment.action
    if moment.is_rollback or action.object.is_temporary:
        return
    written = moment.statement.text[action.offset :]
    if not re.match(rf'"?{re.escape(action.object.schema)}"?\s*\.', written, re.IGNORECASE):
        yield moment.found(
            f"{action.object} is named without its schema", f"{action.object.schema}.{action.object.name}"
        )
