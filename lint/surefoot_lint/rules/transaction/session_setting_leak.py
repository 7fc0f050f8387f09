"""A setting of the session is changed and not put back: SET without LOCAL, SET ROLE, set_config(…, false).

It outlives the transaction. What comes next on the same connection runs with it: the next file under psql or another
runner, or a stranger's query behind a pooler. A search_path left behind makes names mean other tables. `surefoot`
itself resets the session after each migration; the file alone does not say so.

Write SET LOCAL, which ends with the transaction, or RESET it at the end of the file. Schema-qualified names need no
search_path. Outside a transaction, where SET LOCAL does nothing, timeouts and memory may be set for the session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.session import Other, Set
from surefoot_lint.errors import Place
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
SET search_path = cattery; -- ← TX109
SELECT 1;
"""
GOOD = """\
SET LOCAL search_path = cattery;
SELECT 1;
"""
# What changes messages and encodings alone, or is what a server has anyhow.
HARMLESS = frozenset({"application_name", "client_encoding", "client_min_messages", "seed", "xmloption"})
USUAL = {
    "search_path": ("$user, public",),
    "role": ("none",),
    "session_replication_role": ("origin",),
    "row_security": ("on", "true"),
    "standard_conforming_strings": ("on", "true"),
    "check_function_bodies": ("on", "true"),
    "statement_timeout": ("0",),
    "lock_timeout": ("0",),
    "idle_in_transaction_session_timeout": ("0",),
    "transaction_timeout": ("0",),
}
# What makes a statement faster, or stop earlier, and not another one.
LIMIT = re.compile(r".*_timeout|.*_mem|max_parallel_.*|vacuum_.*|log_.*|synchronous_commit")


@rule("TX109", "session-setting-leak", Level.WARNING)
def session_setting_leak(unit: Unit) -> Iterator[Found]:
    """Find the last SET of each setting that the file does not reset afterwards."""
    for file in unit.files:
        for facts, one in _left(file):
            if one.value not in USUAL.get(one.name, ()) and (unit.transaction or not LIMIT.fullmatch(one.name)):
                place = Place(file.shown, *facts.statement.locate(one.offset + 1))
                advice = f"SET LOCAL {one.name}" if unit.transaction else f"RESET {one.name}; at the end"
                yield Found(place, f"{one.name} stays set after this file", file.shown, advice)


def _left(file: SqlFile) -> Iterator[tuple[Facts, Set]]:
    """List what is still set at the end of a file, from its end."""
    over: set[str] = set()
    for facts in reversed(file.facts):
        for action in reversed(facts.actions):
            if "all" in over or _resets_all(facts, action):
                over.add("all")
            elif isinstance(action, Set) and not action.local and action.name not in over:
                over.add(action.name)
                if action.value is not None and action.name not in HARMLESS:
                    yield facts, action


def _resets_all(facts: Facts, action: Action) -> bool:
    if isinstance(action, Set):
        return action.name == "all"
    return isinstance(action, Other) and facts.statement.words == ("discard", "all")
