"""Triggers are switched off and not on again in the same file: DISABLE TRIGGER ALL or USER, or
session_replication_role = replica.

Foreign keys are triggers too: rows that break them go in, and nobody tells. Neither do audits, counters and
timestamps see what happens. DISABLE TRIGGER stays after the migration, for everyone.

Let the triggers run. Where they must not, switch off the one by its name, and on again in the same file, and check
what they would have checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import SetTriggers
from surefoot_lint.actions.session import Set
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "ALTER TABLE cat DISABLE TRIGGER ALL; -- ← SE204"
GOOD = "UPDATE cat SET name = trim(name) WHERE name <> trim(name);"
ROLE = "session_replication_role"
EVERY = ("all", "user")


@rule("SE204", "triggers-disabled", Level.ERROR)
def triggers_disabled(trip: RoundTrip) -> Iterator[Found]:
    """Find what is off at the end of a file; a rollback may switch off what its migration switched on."""
    enabled = {one.action.object for one in actions_of(trip.forward, SetTriggers) if one.action.on}
    yield from _in_file(trip, trip.forward, set())
    yield from _in_file(trip, trip.back, enabled)


def _in_file(trip: RoundTrip, actions: Sequence[Located[Action]], enabled: set[Object]) -> Iterator[Found]:
    for index, one in enumerate(actions):
        action, later = one.action, actions[index + 1 :]
        if isinstance(action, SetTriggers) and action.object not in enabled and _stays_off(action, later):
            message = f"{action.trigger} triggers of {action.object.shown} stay off"
            advice = f"ENABLE TRIGGER {action.trigger.upper()} in the same file, or switch off one by its name"
            yield trip.found(one.place, message, advice, object=action.object)
        elif isinstance(action, Set) and _skips_triggers(action, later):
            message = "all triggers and foreign keys are off from here on"
            yield trip.found(one.place, message, f"SET {ROLE} = origin in the same file", object=ROLE)


def _stays_off(action: SetTriggers, later: Sequence[Located[Action]]) -> bool:
    if action.on or action.aspect != "triggers" or action.trigger not in EVERY or action.object.is_temporary:
        return False
    again = (one.action for one in actions_of(later, SetTriggers) if one.action.on)
    return not any(other.object == action.object and other.trigger in ("all", action.trigger) for other in again)


def _skips_triggers(action: Set, later: Sequence[Located[Action]]) -> bool:
    is_set_again = any(one.action.name in (ROLE, "all") for one in actions_of(later, Set))
    return action.name == ROLE and action.value == "replica" and not is_set_again
