"""The migration does what no rollback can undo, and the manifest does not say so: it adds a value to an enum, deletes
rows, drops a column or table with its data, or casts values to a narrower type.

The rollback runs, and the schema looks as before; what was in it is gone, or is still there. Who goes back trusts a
state that there is not.

Say `irreversible:` and why in the manifest, in place of the rollback. Or make it reversible: copy the rows to a table
of their own first, and let the rollback copy them back; rename what you would drop, and drop it some releases later.
Where the loss is agreed, allow it with a reason:
`-- surefoot: allow undeclared-irreversible: no code has written this column for a year`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import ChangeType, Drop
from surefoot_lint.actions.creating import AddEnumValue
from surefoot_lint.actions.writing import Delete, Insert, Merge, Truncate, Update
from surefoot_lint.casts import loses
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_forget_nameless_cats.sql": "DELETE FROM cat WHERE name IS NULL; -- ← RB201",
    "rollback_002.sql": "COMMENT ON TABLE cat IS NULL;",
}
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_forget_nameless_cats.sql, irreversible: cats without a name were entered by mistake}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "migrations/002_forget_nameless_cats.sql": "DELETE FROM cat WHERE name IS NULL;",
}
ADVICE = "say irreversible: and why in the manifest, or keep what is lost and let the rollback put it back"


@rule("RB201", "undeclared-irreversible", Level.ERROR)
def undeclared_irreversible(trip: RoundTrip) -> Iterator[Found]:
    """Find what cannot be undone, in a migration with a rollback."""
    if trip.unit.rollback is None:
        return
    for one in trip.forward:
        loss = _loss(trip, one)
        if loss and not _is_put_back(trip, one):
            yield trip.found(one.place, f"no rollback can undo this: {loss}", ADVICE, object=_about(one.action))


def _about(action: Action) -> Object:
    found: Object = getattr(action, "object")  # noqa: B009 - each of these actions has one
    return found


def _loss(trip: RoundTrip, one: Located[Action]) -> str | None:
    """Say what is lost, or stays; nothing where it is about what this migration made."""
    action = one.action
    if isinstance(action, AddEnumValue):
        name = (action.object.schema, action.object.name)
        left = trip.restored.types.get(name)
        there = trip.before.types.get(name)
        was_there = there is not None and action.object.part in there.labels
        is_left = name in trip.before.types and left is not None and action.object.part in left.labels
        return f"the value {action.object.shown} stays" if is_left and not was_there else None
    if isinstance(action, Delete | Truncate) and trip.before.relation(action.object):
        return f"rows of {action.object.shown} are deleted"
    if isinstance(action, Drop) and action.object.kind in ("table", "column", "foreign table"):
        return _dropped(trip, action.object)
    if isinstance(action, ChangeType):
        column = trip.before.column(action.object)
        lost = column and loses(column.type, action.type)
        return f"values of {action.object.shown} are cut by the cast to {action.type.shown}" if lost else None
    return None


def _dropped(trip: RoundTrip, of: Object) -> str | None:
    relation = trip.before.relation(of)
    if relation is None or (of.kind == "column" and of.part not in relation.columns):
        return None
    column = relation.columns.get(of.part or "")
    if column and column.generated:
        return None
    return f"the data of {of.shown} are gone"


def _is_put_back(trip: RoundTrip, one: Located[Action]) -> bool:
    """Tell whether the rollback writes rows or values to where they are lost."""
    of = _about(one.action)
    for back in trip.back:
        action = back.action
        if isinstance(action, Insert | Merge | Update) and action.object[1:3] == of[1:3] and action.reads:
            return True
        if isinstance(action, Update) and action.object[1:3] == of[1:3] and of.part in action.columns:
            return True
    return False
