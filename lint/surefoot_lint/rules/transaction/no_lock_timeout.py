"""A statement waits for a lock that shuts others out, on a table in use, and nothing says how long it may wait.

While it waits, for a report or for a transaction that somebody left open, all that comes after it waits behind it:
reads too, where the lock is ACCESS EXCLUSIVE. A migration of a millisecond then stops the whole application.

Write `settings: {lock_timeout: 5s}` in the manifest, which `surefoot` sets and tries again by; or SET LOCAL
lock_timeout = '5s' before the statement. 0 is no limit. Tables that this migration made are no matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop, Rename
from surefoot_lint.actions.creating import CreateTable, CreateView
from surefoot_lint.actions.session import Set
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.locking import CLOSING, Held, locks_of
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule
from surefoot_lint.transaction import with_open

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_name_cats.sql": "ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text; -- ← TX301",
    "rollback_002.sql": "ALTER TABLE cat DROP COLUMN IF EXISTS name; -- ← TX301",
}
GOOD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_name_cats.sql": """\
SET LOCAL lock_timeout = '5s';
ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;
""",
    "rollback_002.sql": "SET LOCAL lock_timeout = '5s';\nALTER TABLE cat DROP COLUMN IF EXISTS name;",
}
NAME = "lock_timeout"
CATALOGS = ("pg_catalog", "information_schema")


@rule("TX301", "no-lock-timeout", Level.WARNING)
def no_lock_timeout(trip: RoundTrip) -> Iterator[Found]:
    """Find, in each of the two files, the first statement that may wait without end."""
    for side in (trip.forward, trip.back):
        for one, held in _unlimited(trip, side):
            message = f"nothing limits how long this waits for its {held.mode} lock on {held.table.shown}"
            set_it = "SET LOCAL" if trip.unit.transaction else "SET"
            advice = f"{set_it} {NAME} = '5s' before it, or settings: {{{NAME}: 5s}} in the manifest"
            yield trip.found(one.place, message, advice, object=held.table)
            break


def _unlimited(trip: RoundTrip, side: Iterable[Located[Action]]) -> Iterator[tuple[Located[Action], Held]]:
    """List the strong locks that are waited for while no limit is set."""
    limited, made = _is_limited_by_manifest(trip), set()
    for one in side:
        action = one.action
        if isinstance(action, Set) and action.name in (NAME, "all") and _holds(trip, one, action):
            limited = _is_limit(action.value)
        for held in () if limited else _strong(trip, action):
            if held.table[1:3] not in made and _is_in_use(trip, held.table, action):
                yield one, held
        if isinstance(action, CreateTable | CreateView) and trip.before.relation(action.object) is None:
            made.add(action.object[1:3])
        elif isinstance(action, Rename) and action.object[1:3] in made:
            made.add(action.to[1:3])


def _strong(trip: RoundTrip, action: Action) -> Iterator[Held]:
    """List the locks that shut writers or readers out, those on referenced tables included."""
    if isinstance(action, CreateTable):
        keys = [one.references for one in action.constraints if one.references and one.references != action.object]
        yield from (Held(table, "SHARE ROW EXCLUSIVE") for table in keys)
    for catalog in (trip.before, trip.after):
        held = [one for one in locks_of(action, catalog) if one.mode in CLOSING]
        if held:
            yield from held
            return


def _is_limited_by_manifest(trip: RoundTrip) -> bool:
    manifest, entry = trip.fileset.manifest, trip.unit.entry
    if manifest is None:
        return False
    settings = entry.settings.over(manifest.settings) if entry else manifest.settings
    return _is_limit(settings.lock_timeout)


def _is_limit(value: str | None) -> bool:
    """Tell whether a value limits anything: 0, in any unit, does not."""
    return value is not None and value.strip("0. ")[:1].isdigit()


def _holds(trip: RoundTrip, one: Located[Action], action: Set) -> bool:
    """Tell whether a setting has an effect: SET LOCAL has none where no transaction is open."""
    opened = (begun for statement, begun in with_open(one.file.statements) if statement is one.statement)
    return not action.local or trip.unit.transaction or any(opened)


def _is_in_use(trip: RoundTrip, table: Object, action: Action) -> bool:
    """Tell whether others may use a table; one that only this migration knows, or that a guard asks for, is not."""
    if table.is_temporary or table.schema in CATALOGS:
        return False
    if trip.before.relation(table):
        return True
    is_guarded_drop = isinstance(action, Drop) and action.guard.exists and action.object.part is None
    made_here = any(isinstance(one.action, CreateTable) and one.action.object == table for one in trip.forward)
    return not is_guarded_drop and not made_here
